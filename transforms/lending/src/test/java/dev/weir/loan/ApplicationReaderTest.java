package dev.weir.loan;

import static dev.weir.loan.Applications.anApplication;
import static dev.weir.loan.Applications.noon;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.record.Origin;
import dev.weir.record.RawRecord;
import dev.weir.record.RawRecord.Encoding;
import dev.weir.record.UnreadableRecord;
import dev.weir.record.UnreadableRecord.Reason;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApplicationReaderTest {
  private static final String SSN = "987-65-4321";

  private final AtomicLong rounded = new AtomicLong();
  private final ApplicationReader reader = new ApplicationReader(false, rounded::incrementAndGet);
  private final ApplicationReader rounding = new ApplicationReader(true, rounded::incrementAndGet);

  @Test
  void anApplicationInJsonIsReadWithEveryField() throws Exception {
    Origin origin = Origin.ofTopic("loan_applications", 3, 17);

    Application read =
        reader.read(
            anApplication().unknown().id("r7").amount("250.5").ssn(SSN).from(origin).asJson());

    assertThat(
        read,
        is(
            new Application(
                "r7",
                ApplicantType.UNKNOWN,
                new BigDecimal("250.50"),
                Ssn.of(SSN),
                noon(),
                origin)));
  }

  @Test
  void anApplicationInAvroIsReadWithEveryField() throws Exception {
    Origin origin = Origin.ofTopic("loan_applications", 3, 17);

    Application read =
        reader.read(
            anApplication().unknown().id("r7").amount("250.5").ssn(SSN).from(origin).asAvro());

    assertThat(
        read,
        is(
            new Application(
                "r7",
                ApplicantType.UNKNOWN,
                new BigDecimal("250.50"),
                Ssn.of(SSN),
                noon(),
                origin)));
  }

  @Test
  void fieldsOutsideTheContractAreIgnored() throws Exception {
    assertThat(
        reader.read(anApplication().with("note", "{\"any\":[1]}").asJson()),
        is(anApplication().build()));
  }

  @Test
  void aCarriageReturnAtTheEndOfALineIsNotPartOfTheRecord() throws Exception {
    RawRecord line = anApplication().asJson(anApplication().json() + "\r");

    assertThat(reader.read(line), is(anApplication().build()));
  }

  // amount

  @ParameterizedTest
  @CsvSource({
    "0.01,0.01",
    "1,1.00",
    "99.9,99.90",
    "10.000,10.00",
    "2.5e2,250.00",
    "1E+9,1000000000.00",
    "1000000000,1000000000.00",
    "1000000000.000000,1000000000.00",
    "999999999.99,999999999.99",
  })
  void anAmountOfUpToTwoDecimalsIsKeptToTheCent(String written, String amount) throws Exception {
    assertThat(
        reader.read(anApplication().amount(written).asJson()).amount(), is(new BigDecimal(amount)));
    assertThat(
        reader.read(anApplication().amount(written).asAvro()).amount(), is(new BigDecimal(amount)));
    assertThat(
        rounding.read(anApplication().amount(written).asJson()).amount(),
        is(new BigDecimal(amount)));
    assertThat(rounded.get(), is(0L));
  }

  @ParameterizedTest
  @CsvSource({
    "3417.5912345678,3417.59",
    "10.005,10.01",
    "10.015,10.02",
    "2.675,2.68",
    "1.004999999999999,1.00",
    "0.30000000000000004,0.30",
    "0.005,0.01",
    "0.0099999,0.01",
    "999999999.994,999999999.99",
    "999999999.995,1000000000.00",
    "999999999.999,1000000000.00",
    "1000000000.004,1000000000.00",
  })
  void aDoubleOfMoreDecimalsIsRoundedHalfUpToTheCentAndCounted(String written, String amount)
      throws Exception {
    assertThat(
        reader.read(anApplication().amount(written).asAvro()).amount(), is(new BigDecimal(amount)));
    assertThat(rounded.get(), is(1L));
    refuses(anApplication().amount(written).asJson(), Reason.INVALID_VALUE);
    assertThat(rounded.get(), is(1L));

    assertThat(
        rounding.read(anApplication().amount(written).asJson()).amount(),
        is(new BigDecimal(amount)));
    assertThat(rounded.get(), is(2L));
  }

  @Test
  void aJsonNumberIsRoundedAsADecimalAndNotAsADouble() throws Exception {
    assertThat(
        rounding.read(anApplication().amount("10.00499999999999999999999999").asJson()).amount(),
        is(new BigDecimal("10.00")));
    assertThat(
        rounding.read(anApplication().amount("0.005" + "0".repeat(500) + "1").asJson()).amount(),
        is(new BigDecimal("0.01")));
    assertThat(
        rounding.read(anApplication().amount("99999." + "9".repeat(700)).asJson()).amount(),
        is(new BigDecimal("100000.00")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.004",
        "0.0049999999999",
        "0.001",
        "-0.005",
        "-0.01",
        "1000000000.005",
        "1000000000.01",
        "5e-324",
      })
  void theContractHoldsForTheRoundedAmount(String written) {
    for (UnreadableRecord why :
        List.of(
            refusal(anApplication().amount(written).asAvro()),
            assertThrows(
                UnreadableRecord.class,
                () -> rounding.read(anApplication().amount(written).asJson())))) {
      assertThat(why.reason(), is(Reason.INVALID_VALUE));
      assertThat(why.getMessage(), is("amount is not above 0 and at most 1e9"));
    }
    assertThat(rounded.get(), is(0L));
  }

  @Test
  void theRoundedAmountOfARefusedApplicationIsNotCounted() {
    refuses(anApplication().amount("10.005").type("MAYBE").asAvro(), Reason.INVALID_VALUE);
    refuses(anApplication().amount("10.005").ssn(" ").asAvro(), Reason.MISSING_FIELD);

    assertThat(rounded.get(), is(0L));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0.0",
        "0e999999999",
        "-0.01",
        "-100",
        "0.001",
        "1000000000.01",
        "1000000001",
        "1e10",
        "1e300",
        "-1e300",
        "5e-324",
      })
  void anyOtherAmountIsRefused(String amount) {
    refuses(anApplication().amount(amount).asJson(), Reason.INVALID_VALUE);
    refuses(anApplication().amount(amount).asAvro(), Reason.INVALID_VALUE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e-999999999",
        "1E+999999999",
        "-1E+999999999",
        "1e-2147483647",
        "10e-2147483647",
        "1e2147483647",
        "100e2147483647",
        "1e-99999999999999999999",
        "1e99999999999999999999",
        "123456789012345678901234567890e-999999999",
      })
  void aHugeExponentIsNotExpanded(String amount) {
    long before = allocatedBytes();

    for (ApplicationReader each : List.of(reader, rounding)) {
      assertThrows(
          UnreadableRecord.class, () -> each.read(anApplication().with("amount", amount).asJson()));
    }

    assertThat(allocatedBytes() - before, lessThan(8L << 20));
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void aNonFiniteAvroAmountIsRefused(double amount) {
    refuses(anApplication().amount(String.valueOf(amount)).asAvro(), Reason.INVALID_VALUE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"100.00\"", "true", "[100]", "{}"})
  void anAmountThatIsNotANumberHasTheWrongType(String amount) {
    refuses(anApplication().with("amount", amount).asJson(), Reason.WRONG_TYPE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "Infinity", "-Infinity", "0x10", "1_000", "01", ".5", "1,5"})
  void anAmountThatIsNotJsonIsMalformed(String amount) {
    refuses(anApplication().with("amount", amount).asJson(), Reason.MALFORMED);
  }

  @Test
  void aNumberOfAThousandDigitsIsRefused() {
    UnreadableRecord why = refusal(anApplication().with("amount", "1".repeat(5000)).asJson());

    assertThat(why.getMessage(), not(containsString("111")));
  }

  // applicant type

  @ParameterizedTest
  @ValueSource(strings = {"MAYBE", "known", "UNKNOWN ", " ", ""})
  void anUnknownApplicantTypeIsRefused(String type) {
    refuses(anApplication().type(type).asJson(), Reason.INVALID_VALUE);
    refuses(anApplication().type(type).asAvro(), Reason.INVALID_VALUE);
  }

  // missing and blank fields

  @ParameterizedTest
  @ValueSource(strings = {"request_id", "applicant_type", "amount", "ssn", "ts"})
  void aMissingFieldIsNamed(String field) {
    UnreadableRecord absent = refusal(anApplication().without(field).asJson());
    UnreadableRecord none = refusal(anApplication().with(field, "null").asJson());

    assertThat(absent.reason(), is(Reason.MISSING_FIELD));
    assertThat(absent.getMessage(), is(field + " is missing"));
    assertThat(none.reason(), is(Reason.MISSING_FIELD));
    assertThat(none.getMessage(), is(field + " is missing"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"request_id", "applicant_type", "ssn", "ts"})
  void aTextThatIsNotAStringHasTheWrongType(String field) {
    refuses(anApplication().with(field, "1767614400000").asJson(), Reason.WRONG_TYPE);
    refuses(anApplication().with(field, "[\"r1\"]").asJson(), Reason.WRONG_TYPE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\u2003\u2003"})
  void aBlankIdOrSsnCountsAsMissing(String blank) {
    refuses(anApplication().id(blank).asJson(), Reason.MISSING_FIELD);
    refuses(anApplication().id(blank).asAvro(), Reason.MISSING_FIELD);
    refuses(anApplication().ssn(blank).asJson(), Reason.MISSING_FIELD);
    refuses(anApplication().ssn(blank).asAvro(), Reason.MISSING_FIELD);
  }

  @Test
  void anIdAndAnSsnHaveAMaximumLength() throws Exception {
    String longest = "\u6708".repeat(1_024);

    assertThat(reader.read(anApplication().id(longest).asJson()).requestId(), is(longest));
    assertThat(reader.read(anApplication().id(longest).asAvro()).requestId(), is(longest));
    for (RawRecord raw :
        List.of(
            anApplication().id(longest + "x").asJson(),
            anApplication().id(longest + "x").asAvro())) {
      refuses(raw, Reason.TOO_LONG);
      assertThat(refusal(raw).getMessage(), is("request_id has more than 1024 characters"));
    }
    for (RawRecord raw :
        List.of(
            anApplication().ssn(longest + "x").asJson(),
            anApplication().ssn(longest + "x").asAvro())) {
      refuses(raw, Reason.TOO_LONG);
      assertThat(refusal(raw).getMessage(), is("ssn has more than 1024 characters"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"request_id", "ssn"})
  void anUnpairedSurrogateIsNotText(String field) {
    refuses(anApplication().with(field, "\"r\\ud83d1\"").asJson(), Reason.INVALID_VALUE);
    refuses(anApplication().with(field, "\"r1\\ude00\"").asJson(), Reason.INVALID_VALUE);
  }

  @Test
  void aSurrogatePairIsText() throws Exception {
    Application read =
        reader.read(anApplication().with("request_id", "\"\\ud83d\\ude00\"").asJson());

    assertThat(read.requestId(), is("😀"));
  }

  // ts

  @ParameterizedTest
  @CsvSource({
    "2026-01-05T12:00:00Z,2026-01-05T12:00:00Z",
    "2026-01-05T12:00:00.123Z,2026-01-05T12:00:00.123Z",
    "2026-01-05T12:00:00+00:00,2026-01-05T12:00:00Z",
    "0001-01-01T00:00:00Z,0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999Z,9999-12-31T23:59:59.999Z",
  })
  void aTimeInUtcIsRead(String written, String ts) throws Exception {
    assertThat(
        reader.read(anApplication().with("ts", '"' + written + '"').asJson()).ts(),
        is(Instant.parse(ts)));
  }

  @Test
  void aTimeIsKeptToTheMillisecondLikeInAvro() throws Exception {
    Application read =
        reader.read(anApplication().with("ts", "\"2026-01-05T12:00:00.123999999Z\"").asJson());

    assertThat(read.ts(), is(Instant.parse("2026-01-05T12:00:00.123Z")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "noon",
        "2026-01-05",
        "2026-01-05T12:00:00",
        "2026-01-05 12:00:00Z",
        "2026-01-05T12:00:00+01:00",
        "2026-01-05T12:00:00-08:00",
        "2026-02-30T12:00:00Z",
        "2026-01-05T25:00:00Z",
        "1767614400000",
      })
  void aTimeThatIsNotIsoInUtcIsOfTheWrongType(String ts) {
    refuses(anApplication().with("ts", '"' + ts + '"').asJson(), Reason.WRONG_TYPE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0000-12-31T23:59:59.999Z",
        "-0001-01-01T00:00:00Z",
        "+10000-01-01T00:00:00Z",
        "-999999999-01-01T00:00:00Z",
        "+999999999-12-31T23:59:59Z",
      })
  void aTimeOutsideTheYears1To9999IsRefused(String ts) {
    refuses(anApplication().with("ts", '"' + ts + '"').asJson(), Reason.INVALID_VALUE);
  }

  @ParameterizedTest
  @ValueSource(longs = {-62_135_596_800_001L, 253_402_300_800_000L, Long.MIN_VALUE, Long.MAX_VALUE})
  void aTimeOutsideTheYears1To9999IsRefusedInAvro(long millis) {
    refuses(anApplication().at(Instant.ofEpochMilli(millis)).asAvro(), Reason.INVALID_VALUE);
    refuses(
        anApplication().amount("NaN").at(Instant.ofEpochMilli(millis)).asAvro(),
        Reason.INVALID_VALUE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"request_id", "applicant_type", "amount", "ssn"})
  void aSecondFaultBesideAnInvalidTimeDoesNotCrash(String field) {
    refusal(anApplication().with("ts", "\"+999999999-12-31T23:59:59Z\"").without(field).asJson());
    refusal(anApplication().with("ts", "\"+1000000000-12-31T23:59:59Z\"").without(field).asJson());
  }

  @Test
  void aRefusedRecordKeepsItsOwnTimeIfThatWasRead() {
    Optional<org.joda.time.Instant> noon =
        Optional.of(org.joda.time.Instant.ofEpochMilli(noon().toEpochMilli()));

    assertThat(refusal(anApplication().amount("0").asJson()).eventTime(), is(noon));
    assertThat(refusal(anApplication().amount("0").asAvro()).eventTime(), is(noon));
    assertThat(refusal(anApplication().amount("NaN").asAvro()).eventTime(), is(noon));
    assertThat(refusal(anApplication().without("ssn").asJson()).eventTime(), is(noon));
    assertThat(refusal(anApplication().without("ts").asJson()).eventTime(), is(Optional.empty()));
    assertThat(refusal(anApplication().asJson("{")).eventTime(), is(Optional.empty()));
  }

  // JSON

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "\n",
        "null",
        "17",
        "\"text\"",
        "[]",
        "[{}]",
        "{",
        "{}}",
        "{},",
        "{}{}",
        "not json",
        "{'request_id':'r1'}",
        "{request_id:1}",
        "{\"a\":1,}",
        "\uFEFF",
      })
  void contentThatIsNotASingleJsonObjectIsMalformed(String text) {
    refuses(
        anApplication().asJson(text), text.equals("{}") ? Reason.MISSING_FIELD : Reason.MALFORMED);
  }

  @Test
  void anArrayOfApplicationsIsMalformed() {
    refuses(anApplication().asJson("[" + anApplication().json() + "]"), Reason.MALFORMED);
  }

  @Test
  void aDuplicateFieldIsMalformed() {
    String json = anApplication().json();
    String twice = json.substring(0, json.length() - 1) + ",\"amount\":1.00}";

    refuses(anApplication().asJson(twice), Reason.MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", " 1", "]", "}", ",", "x", "null"})
  void contentAfterTheObjectMakesTheRecordMalformed(String trailing) {
    refuses(anApplication().asJson(anApplication().json() + trailing), Reason.MALFORMED);
  }

  @Test
  void aDeeplyNestedRecordIsMalformedAndDoesNotOverflowTheStack() {
    refuses(anApplication().with("x", "[".repeat(200_000)).asJson(), Reason.MALFORMED);
    refuses(anApplication().with("x", "{\"x\":".repeat(200_000)).asJson(), Reason.MALFORMED);
  }

  @Test
  void bytesThatAreNotUtf8AreMalformed() {
    byte[] bytes = anApplication().json().getBytes(StandardCharsets.UTF_8);
    bytes[bytes.length / 2] = (byte) 0xFF;

    refuses(new RawRecord(bytes, Encoding.JSON, Origin.ofFile("f", 1)), Reason.MALFORMED);
  }

  // Avro

  @Test
  void anAvroRecordTruncatedAnywhereIsMalformed() {
    byte[] whole = anApplication().avro();
    for (int length = 0; length < whole.length; length++) {
      refuses(anApplication().asAvro(Arrays.copyOf(whole, length)), Reason.MALFORMED);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 1000})
  void bytesLeftOverAfterAnAvroRecordAreMalformed(int extra) {
    byte[] whole = anApplication().avro();

    refuses(anApplication().asAvro(Arrays.copyOf(whole, whole.length + extra)), Reason.MALFORMED);
  }

  @Test
  void bytesThatAreNotAvroAreMalformed() {
    refuses(
        anApplication().asAvro(anApplication().json().getBytes(StandardCharsets.UTF_8)),
        Reason.MALFORMED);
  }

  @Test
  void anUnknownSchemaIsReported() {
    byte[] bytes = anApplication().avro();
    bytes[5] ^= 1;

    refuses(anApplication().asAvro(bytes), Reason.UNKNOWN_SCHEMA);
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        Integer.MAX_VALUE,
        Integer.MAX_VALUE - 8L,
        1L << 40,
        Long.MAX_VALUE,
        -1,
        -4294967296L,
        Integer.MIN_VALUE,
        Long.MIN_VALUE,
        200,
      })
  void aForgedLengthAllocatesNothing(long length) {
    RawRecord forged = anApplication().asAvro(forgedAvro(length));
    refuses(forged, Reason.MALFORMED);
    long before = allocatedBytes();

    refuses(forged, Reason.MALFORMED);

    assertThat(allocatedBytes() - before, lessThan(100_000L));
  }

  /** An application whose first string claims to be of this length. */
  private static byte[] forgedAvro(long length) {
    Schema schema = LoanApplication.getClassSchema();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0xC3);
    out.write(0x01);
    out.writeBytes(
        ByteBuffer.allocate(8)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(SchemaNormalization.parsingFingerprint64(schema))
            .array());
    long zigzag = (length << 1) ^ (length >> 63);
    while ((zigzag & ~0x7FL) != 0) {
      out.write((int) ((zigzag & 0x7F) | 0x80));
      zigzag >>>= 7;
    }
    out.write((int) zigzag);
    out.writeBytes(new byte[100]);
    return out.toByteArray();
  }

  // privacy

  @Test
  void noRefusalQuotesTheSsn() {
    Applications person = anApplication().ssn(SSN);
    String json = person.json();
    RawRecord[] refused = {
      person.amount("0").asJson(),
      person.amount("0").asAvro(),
      person.amount("100").type(SSN).asJson(),
      person.type(SSN).asAvro(),
      person.asJson(json.replace("\"" + SSN + "\"", SSN)),
      person.asJson(json.replace(SSN, SSN + "\\x")),
      person.asJson(json.replace("\"ts\":\"", "\"ts\":\"" + SSN)),
      person.asJson(json + SSN),
      person.asJson(json.substring(0, json.indexOf(SSN) + SSN.length())),
      person.asJson("{\"" + SSN + "\":1,\"" + SSN + "\":2}"),
      person.asJson("[\"" + SSN + "\"]"),
      person.asJson(SSN),
      person.asAvro(Arrays.copyOf(person.avro(), 40)),
    };
    for (RawRecord raw : refused) {
      UnreadableRecord why = refusal(raw);
      assertThat(why.toString(), not(containsString(SSN)));
      assertThat(why.getCause(), is((Throwable) null));
    }
  }

  @Test
  void anApplicationDoesNotPrintItsSsn() {
    assertThat(anApplication().ssn(SSN).build().toString(), not(containsString(SSN)));
    assertThat(Ssn.of(SSN).toString(), is("•••"));
  }

  private void refuses(RawRecord raw, Reason reason) {
    assertThat(refusal(raw).reason(), is(reason));
  }

  private UnreadableRecord refusal(RawRecord raw) {
    return assertThrows(UnreadableRecord.class, () -> reader.read(raw));
  }

  private static long allocatedBytes() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getThreadAllocatedBytes(Thread.currentThread().getId());
  }
}
