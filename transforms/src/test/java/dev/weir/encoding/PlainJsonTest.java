package dev.weir.encoding;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.deadletter.DeadLetter;
import dev.weir.loan.ApplicantType;
import dev.weir.loan.LoanDecision;
import dev.weir.loan.Status;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
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
  void aFieldThatIsNoScalarIsABug() {
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

  private static String json(SpecificRecordBase record) {
    return new String(PlainJson.write(record), StandardCharsets.UTF_8);
  }
}
