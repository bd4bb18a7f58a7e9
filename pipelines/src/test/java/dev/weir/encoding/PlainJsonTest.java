package dev.weir.encoding;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.deadletter.DeadLetter;
import dev.weir.loan.ApplicantType;
import dev.weir.loan.LoanDecision;
import dev.weir.loan.Status;
import dev.weir.money.EnrichedMoney;
import dev.weir.money.MoneyEvent;
import dev.weir.money.SessionFacts;
import dev.weir.money.SessionLookup;
import dev.weir.money.UserFacts;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.Test;

class PlainJsonTest {
  @Test
  void aDecisionWithAScore() {
    assertThat(
        json(
            new LoanDecision(
                "r2",
                Status.APPROVED,
                "Based on External Bureau Score: 701",
                ApplicantType.UNKNOWN,
                new BigDecimal("5000.00"),
                701,
                Instant.parse("2026-01-05T10:00:01Z"))),
        is(
            "{\"request_id\":\"r2\",\"status\":\"APPROVED\","
                + "\"reason\":\"Based on External Bureau Score: 701\","
                + "\"applicant_type\":\"UNKNOWN\",\"amount\":5000.00,\"score\":701,"
                + "\"ts\":\"2026-01-05T10:00:01Z\"}"));
  }

  @Test
  void aDecisionWithoutAScore() {
    assertThat(
        json(
            new LoanDecision(
                "r1",
                Status.APPROVED,
                "Internal Customer Check",
                ApplicantType.KNOWN,
                new BigDecimal("1000000000.00"),
                null,
                Instant.parse("2026-01-05T10:00:00.120Z"))),
        is(
            "{\"request_id\":\"r1\",\"status\":\"APPROVED\",\"reason\":\"Internal Customer Check\","
                + "\"applicant_type\":\"KNOWN\",\"amount\":1000000000.00,\"score\":null,"
                + "\"ts\":\"2026-01-05T10:00:00.120Z\"}"));
  }

  @Test
  void aDeadLetterFromATopic() {
    assertThat(
        json(
            new DeadLetter(
                "parse-applications",
                "MISSING_FIELD",
                "ssn is missing",
                "loan_applications",
                3,
                9_000_000_000L,
                null,
                null,
                Instant.parse("2026-01-05T12:00:00Z"))),
        is(
            "{\"stage\":\"parse-applications\",\"reason\":\"MISSING_FIELD\","
                + "\"detail\":\"ssn is missing\",\"topic\":\"loan_applications\",\"partition\":3,"
                + "\"offset\":9000000000,\"file\":null,\"line\":null,"
                + "\"event_time\":\"2026-01-05T12:00:00Z\"}"));
  }

  @Test
  void aDeadLetterFromAFile() {
    assertThat(
        json(
            new DeadLetter(
                "read-lines", "TOO_LONG", "detail", null, null, null, "a \"b\".jsonl", 12L, null)),
        is(
            "{\"stage\":\"read-lines\",\"reason\":\"TOO_LONG\",\"detail\":\"detail\",\"topic\":null,"
                + "\"partition\":null,\"offset\":null,\"file\":\"a \\\"b\\\".jsonl\",\"line\":12,"
                + "\"event_time\":null}"));
  }

  @Test
  void aTextOfManyLinesAndScriptsIsOneLineAndReadBackTheSame() throws Exception {
    String text = "é€😀\n\r\t\u0000\\\"/\u2028";
    String json = json(new DeadLetter("s", "R", text, null, null, null, "f", 1L, null));

    assertThat(json.lines().count(), is(1L));
    assertThat(new ObjectMapper().readTree(json).get("detail").textValue(), is(text));
  }

  @Test
  void numbersAreWrittenInFull() {
    Schema schema =
        SchemaBuilder.record("Numbers")
            .fields()
            .requiredLong("big")
            .requiredDouble("fraction")
            .requiredBoolean("truth")
            .endRecord();
    GenericRecord numbers = new GenericData.Record(schema);
    numbers.put("big", Long.MIN_VALUE);
    numbers.put("fraction", 0.5);
    numbers.put("truth", true);

    assertThat(
        new String(PlainJson.write(numbers), StandardCharsets.UTF_8),
        is("{\"big\":-9223372036854775808,\"fraction\":0.5,\"truth\":true}"));
  }

  @Test
  void aFieldThatIsNotAScalarIsABug() {
    Schema schema =
        SchemaBuilder.record("Nested")
            .fields()
            .name("list")
            .type()
            .array()
            .items()
            .intType()
            .noDefault()
            .endRecord();
    GenericRecord nested = new GenericData.Record(schema);
    nested.put("list", List.of(1));

    assertThrows(IllegalArgumentException.class, () -> PlainJson.write(nested));
  }

  @Test
  void moneyWithUserAndSession() {
    EnrichedMoney enriched =
        EnrichedMoney.newBuilder()
            .setMoney(
                aPayment()
                    .setUserSessionId("session/1")
                    .setPaymentRelatedThing("{\"shop\":\"7\",\"tip\":[1.0,1e2]}")
                    .build())
            .setUserInfo(new UserFacts(1987, "UY"))
            .setSessionInfo(new SessionFacts("AR"))
            .setFirstOccurrence(true)
            .build();

    assertThat(
        json(enriched),
        is(
            "{\"money\":{\"type\":\"PaymentEvent\",\"id\":\"m1\",\"userId\":\"u1\","
                + "\"userSessionId\":\"session/1\",\"processedAt\":\"2026-01-05T12:00:00.123Z\","
                + "\"amount\":12.50,\"currency\":\"UYU\",\"openingBalance\":100.00,"
                + "\"closingBalance\":87.50,\"moneyType\":\"CASH\","
                + "\"paymentRelatedThing\":{\"shop\":\"7\",\"tip\":[1.0,1e2]},"
                + "\"isOldMoneyEvent\":false},"
                + "\"userInfo\":{\"birthYear\":\"1987\",\"residentCountryCode\":\"UY\"},"
                + "\"sessionInfo\":{\"clientCountryCode\":\"AR\"},\"firstOccurrence\":true}"));
  }

  @Test
  void moneyWithoutUserAndSession() {
    EnrichedMoney enriched =
        EnrichedMoney.newBuilder()
            .setMoney(
                aPayment()
                    .setType("TransactionEvent")
                    .setAmount("-0.10")
                    .setOpeningBalance("123456789012345678901234567890.120")
                    .setClosingBalance("1E+3")
                    .setTransactionRelatedThing("\"t \\n 1\"")
                    .setIsOldMoneyEvent(true)
                    .build())
            .setFirstOccurrence(false)
            .setSessionLookup(SessionLookup.UNAVAILABLE)
            .build();

    assertThat(
        json(enriched),
        is(
            "{\"money\":{\"type\":\"TransactionEvent\",\"id\":\"m1\",\"userId\":\"u1\","
                + "\"processedAt\":\"2026-01-05T12:00:00.123Z\",\"amount\":-0.10,"
                + "\"currency\":\"UYU\",\"openingBalance\":123456789012345678901234567890.120,"
                + "\"closingBalance\":1E+3,\"moneyType\":\"CASH\","
                + "\"transactionRelatedThing\":\"t \\n 1\",\"isOldMoneyEvent\":true},"
                + "\"userInfo\":null,\"sessionInfo\":null,\"firstOccurrence\":false,"
                + "\"sessionLookup\":\"UNAVAILABLE\"}"));
  }

  @Test
  void userInfoMayBeIncomplete() {
    assertThat(json(new UserFacts(null, "UY")), is("{\"residentCountryCode\":\"UY\"}"));
    assertThat(json(new UserFacts(1987, null)), is("{\"birthYear\":\"1987\"}"));
    assertThat(json(new UserFacts(null, null)), is("{}"));
  }

  @Test
  void aValueOfManyLinesIsOneLine() throws Exception {
    String thing = "{\r\n  \"a\": [1,\n 2]\n}";

    String json = json(aPayment().setPaymentRelatedThing(thing).build());

    assertThat(json.lines().count(), is(1L));
    ObjectMapper mapper = new ObjectMapper();
    assertThat(mapper.readTree(json).get("paymentRelatedThing"), is(mapper.readTree(thing)));
  }

  @Test
  void someFieldsOfARecordAndMore() {
    assertThat(
        new String(
            PlainJson.write(
                aPayment().build(), List.of("amount", "userSessionId", "id"), Map.of("n", 7)),
            StandardCharsets.UTF_8),
        is("{\"amount\":12.50,\"id\":\"m1\",\"n\":7}"));
  }

  private static MoneyEvent.Builder aPayment() {
    return MoneyEvent.newBuilder()
        .setType("PaymentEvent")
        .setId("m1")
        .setUserId("u1")
        .setProcessedAt("2026-01-05T12:00:00.123Z")
        .setAmount("12.50")
        .setCurrency("UYU")
        .setOpeningBalance("100.00")
        .setClosingBalance("87.50")
        .setMoneyType("CASH")
        .setIsOldMoneyEvent(false);
  }

  private static String json(SpecificRecordBase record) {
    return new String(PlainJson.write(record), StandardCharsets.UTF_8);
  }
}
