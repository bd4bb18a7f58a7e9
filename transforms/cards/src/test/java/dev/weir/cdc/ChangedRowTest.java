package dev.weir.cdc;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.record.StrictJson;
import dev.weir.record.UnreadableRecord;
import dev.weir.record.UnreadableRecord.Reason;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each form in which Debezium and Connect's JSON converter write a value, with and without schema.
 */
class ChangedRowTest {
  private static final Instant COMMIT = Instant.parse("2026-01-14T07:09:25.100Z");
  private static final String DECIMAL = "org.apache.kafka.connect.data.Decimal";

  private final AtomicInteger dropped = new AtomicInteger();

  // decimals

  @ParameterizedTest
  @CsvSource({
    "0.10, 0.10",
    "0.1, 0.10",
    "-3, -3.00",
    "-3.00, -3.00",
    "7, 7.00",
    "100, 100.00",
    "12345, 12345.00",
    "1234.00, 1234.00",
    "99999999.99, 99999999.99",
    "5.1000, 5.10",
    "-0.00, 0.00",
    "0000000000000000000000000000000000000.00, 0.00",
  })
  void aTextIsTheDecimalThatItSpells(String text, BigDecimal amount) throws UnreadableRecord {
    assertThat(amount(bare("'" + text + "'")), is(amount));
    assertThat(amount(typed("'" + text + "'", "'type':'string'")), is(amount));
  }

  /** Base64 of Connect's converter comes in groups of four characters, without sign or point. */
  @ParameterizedTest
  @ValueSource(strings = {"1234", "0000", "12345678", "000000000000"})
  void digitsThatMayBeBase64AreADecimalOnlyIfTheSchemaIsText(String digits)
      throws UnreadableRecord {
    UnreadableRecord refused =
        assertThrows(UnreadableRecord.class, () -> amount(bare("'" + digits + "'")));

    assertThat(refused.reason(), is(Reason.WRONG_TYPE));
    assertThat(
        refused.getMessage(),
        is(
            "amount may be a number or base64, and there is no schema part: set"
                + " decimal.handling.mode=string, which writes a decimal point"));
    assertThat(amount(typed("'00001234'", "'type':'string'")), is(new BigDecimal("1234.00")));
  }

  @ParameterizedTest
  @CsvSource({
    "0.1, 0.10",
    "100, 100.00",
    "1e2, 100.00",
    "1984, 1984.00",
    "1.234567891E7, 12345678.91",
    "9.999999999E7, 99999999.99",
    "0e2147483647, 0.00",
    "0e-2147483647, 0.00",
    "0.000, 0.00",
  })
  void aNumberIsReadRegardlessOfItsSchema(String json, BigDecimal amount) throws UnreadableRecord {
    assertThat(amount(bare(json)), is(amount));
    assertThat(amount(typed(json, "'type':'double'")), is(amount));
    assertThat(amount(typed(json, decimal("2"))), is(amount));
  }

  @ParameterizedTest
  @CsvSource({
    "BNI=, 2, 12.34",
    "1234, 2, -26588.24",
    "AA==, 2, 0.00",
    "gA==, 2, -1.28",
    "/w==, 2, -0.01",
    "AlQL4/8=, 2, 99999999.99",
    "AQ==, 0, 1.00",
    "BNI=, -2, 123400.00",
    "AMg=, 1, 20.00",
    "TYQ=, 2, 198.44",
  })
  void base64IsReadIfTheSchemaIsDecimal(String base64, String scale, BigDecimal amount)
      throws UnreadableRecord {
    assertThat(amount(typed("'" + base64 + "'", decimal(scale))), is(amount));
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"scale\":2,\"value\":\"TYQ=\"}', 198.44",
    "'{\"scale\":0,\"value\":\"1234\"}', -2658824.00",
    "'{\"scale\":-2,\"value\":\"BNI=\"}', 123400.00",
    "'{\"scale\":4,\"value\":\"AeII\"}', 12.34",
  })
  void aStructOfScaleAndDigitsIsReadWithAndWithoutASchema(String struct, BigDecimal amount)
      throws UnreadableRecord {
    String schema = "'type':'struct','name':'io.debezium.data.VariableScaleDecimal'";

    assertThat(amount(bare(struct)), is(amount));
    assertThat(amount(typed(struct, schema)), is(amount));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "'NaN'; WRONG_TYPE",
        "'NAN'; WRONG_TYPE",
        "'Infinity'; WRONG_TYPE",
        "'POSITIVE_INFINITY'; WRONG_TYPE",
        "'-Infinity'; WRONG_TYPE",
        "'1e2'; WRONG_TYPE",
        "'+1.00'; WRONG_TYPE",
        "' 1.00'; WRONG_TYPE",
        "'\u0661.\u0660\u0660'; WRONG_TYPE",
        "''; WRONG_TYPE",
        "'BNI='; WRONG_TYPE",
        "true; WRONG_TYPE",
        "[]; WRONG_TYPE",
        "{}; WRONG_TYPE",
        "{'scale':2}; WRONG_TYPE",
        "{'scale':2,'value':1234}; WRONG_TYPE",
        "{'scale':'2','value':'BNI='}; WRONG_TYPE",
        "{'scale':2.0,'value':'BNI='}; WRONG_TYPE",
        "{'scale':99999999999,'value':'BNI='}; WRONG_TYPE",
        "{'scale':2,'value':''}; WRONG_TYPE",
        "{'scale':-2147483648,'value':'BNI='}; INVALID_VALUE",
        "{'scale':2147483647,'value':'BNI='}; INVALID_VALUE",
        "null; MISSING_FIELD",
        "0.001; INVALID_VALUE",
        "'0.001'; INVALID_VALUE",
        "100000000; INVALID_VALUE",
        "'100000000.00'; INVALID_VALUE",
        "1e999999999; INVALID_VALUE",
        "1e-999999999; INVALID_VALUE",
        "100e2147483647; INVALID_VALUE",
        "-100e2147483647; INVALID_VALUE",
        "10e-2147483647; INVALID_VALUE",
      })
  void aValueThatIsNotAnAmountIsADeadLetter(String json, Reason reason) {
    assertThat(refused(bare(json)).reason(), is(reason));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "'BNI='; -2147483648; INVALID_VALUE",
        "'BNI='; 2147483647; INVALID_VALUE",
        "'BNI='; 2147483648; WRONG_TYPE",
        "'BNI='; none; WRONG_TYPE",
        "'BNI='; 3; INVALID_VALUE",
        "''; 2; WRONG_TYPE",
        "'12.34'; 2; WRONG_TYPE",
        "'B'; 2; WRONG_TYPE",
        "true; 2; WRONG_TYPE",
        "{'scale':2,'value':'BNI='}; 2; WRONG_TYPE",
        "'AOjUpRAA'; 2; INVALID_VALUE",
      })
  void aValueThatDoesNotMatchItsSchemaIsADeadLetter(String json, String scale, Reason reason) {
    assertThat(refused(typed(json, decimal(scale))).reason(), is(reason));
  }

  @ParameterizedTest
  @ValueSource(strings = {"'type':'bytes'", "'type':'double'", "'type':'int64'"})
  void aStringIsNotADecimalIfTheSchemaHasAnotherType(String schema) {
    assertThat(refused(typed("'12.34'", schema)).reason(), is(Reason.WRONG_TYPE));
  }

  @Test
  void hugeNumbersAreNotExpanded() {
    String base64 =
        Base64.getEncoder().encodeToString(BigInteger.ONE.shiftLeft(4_000_000).toByteArray());

    assertThat(refused(typed("'" + base64 + "'", decimal("2"))).reason(), is(Reason.WRONG_TYPE));
    assertThat(
        refused(bare("{'scale':2,'value':'" + base64 + "'}")).reason(), is(Reason.WRONG_TYPE));
    assertThat(refused(bare("'" + "9".repeat(500_001) + "'")).reason(), is(Reason.WRONG_TYPE));
  }

  // times

  @ParameterizedTest
  @CsvSource({
    "io.debezium.time.Timestamp, 68515200000",
    "org.apache.kafka.connect.data.Timestamp, 68515200000",
    "io.debezium.time.MicroTimestamp, 68515200000000",
    "io.debezium.time.NanoTimestamp, 68515200000000000",
    "io.debezium.time.Date, 793",
    "org.apache.kafka.connect.data.Date, 793",
    "io.debezium.time.IsoDate, '\"1972-03-04Z\"'",
    "io.debezium.time.IsoTimestamp, '\"1972-03-04T00:00:00Z\"'",
    "io.debezium.time.ZonedTimestamp, '\"1972-03-04T00:00:00.000000Z\"'",
  })
  void theUnitOfATimeIsTheOneThatTheSchemaNames(String name, String json) throws UnreadableRecord {
    ChangedRow row = typed(json, "'name':'" + name + "'");

    assertThat(local(row), is(LocalDateTime.parse("1972-03-04T00:00:00")));
    if (!name.endsWith("IsoDate")) {
      assertThat(row.requiredTime("amount"), is(Instant.parse("1972-03-04T00:00:00Z")));
      assertThat(row.time("amount", dropped::incrementAndGet), is(row.requiredTime("amount")));
    }
    assertThat(dropped.get(), is(0));
  }

  @ParameterizedTest
  @CsvSource({
    "io.debezium.time.MicroTimestamp, 1000001, 1970-01-01T00:00:01.000001Z",
    "io.debezium.time.MicroTimestamp, -1, 1969-12-31T23:59:59.999999Z",
    "io.debezium.time.NanoTimestamp, -1, 1969-12-31T23:59:59.999999Z",
    "io.debezium.time.NanoTimestamp, 1999, 1970-01-01T00:00:00.000001Z",
    "io.debezium.time.Timestamp, -62135596800000, 0001-01-01T00:00:00Z",
    "io.debezium.time.Timestamp, 253402300799999, 9999-12-31T23:59:59.999Z",
    "io.debezium.time.Date, -719162, 0001-01-01T00:00:00Z",
    "io.debezium.time.Date, 2932896, 9999-12-31T00:00:00Z",
    "io.debezium.time.Date, 0, 1970-01-01T00:00:00Z",
  })
  void aTimeIsExactToTheMicrosecond(String name, long number, Instant time)
      throws UnreadableRecord {
    ChangedRow row = typed("" + number, "'name':'" + name + "'");

    assertThat(row.requiredTime("amount"), is(time));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-01-14T09:09:24.625123+02:00, 2026-01-14T07:09:24.625123Z",
    "2026-01-14T12:44:24.625123+05:45, 2026-01-14T06:59:24.625123Z",
    "2026-01-14T06:09:24.1234567Z, 2026-01-14T06:09:24.123456Z",
    "2026-01-14t06:09:24.5z, 2026-01-14T06:09:24.500Z",
  })
  void aTextWithAnOffsetIsAnInstant(String text, Instant time) throws UnreadableRecord {
    assertThat(bare("'" + text + "'").requiredTime("amount"), is(time));
    assertThat(bare("'" + text + "'").time("amount", dropped::incrementAndGet), is(time));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'yesterday'",
        "'2026-01-14T07:09:24'",
        "'2026-01-14'",
        "'2026-01-14T06:09:60Z'",
        "'2026-W03-3T06:09:24Z'",
        "'Infinity'",
        "''",
        "1768374565125",
        "0",
        "1.5",
        "true",
        "{}",
      })
  void aTimeWithoutItsZoneOrUnitIsNotGuessed(String json) {
    ChangedRow row = bare(json);
    UnreadableRecord optional =
        assertThrows(UnreadableRecord.class, () -> row.time("amount", dropped::incrementAndGet));
    UnreadableRecord required =
        assertThrows(UnreadableRecord.class, () -> row.requiredTime("amount"));

    assertThat(optional.reason(), is(Reason.WRONG_TYPE));
    assertThat(required.reason(), is(Reason.WRONG_TYPE));
    assertThat(optional.getMessage(), not(containsString("yesterday")));
    assertThat(optional.eventTime().orElseThrow().getMillis(), is(COMMIT.toEpochMilli()));
    assertThat(dropped.get(), is(0));
  }

  @ParameterizedTest
  @CsvSource({
    "'\"1985-03-04T00:00:00Z\"', 1985-03-04T00:00:00",
    "'\"1985-03-04T00:00:00+00:00\"', 1985-03-04T00:00:00",
    "'\"1985-03-04T12:30:01.9999Z\"', 1985-03-04T12:30:01.999",
    "'\"1985-03-04T00:00\"', 1985-03-04T00:00:00",
    "'\"1985-03-04\"', 1985-03-04T00:00:00",
    "'\"1985-03-04Z\"', 1985-03-04T00:00:00",
    "'\"1785-03-04\"', 1785-03-04T00:00:00",
    "315532800000, 1980-01-01T00:00:00",
    "642947696789, 1990-05-17T12:34:56.789",
    "-86400000, 1969-12-31T00:00:00",
    "86400000, 1970-01-02T00:00:00",
    "0, 1970-01-01T00:00:00",
    "-2208988800000, 1900-01-01T00:00:00",
    "1798761599999, 2026-12-31T23:59:59.999",
  })
  void anUnambiguousValueNeedsNoSchema(String json, LocalDateTime time) throws UnreadableRecord {
    assertThat(local(bare(json)), is(time));
    assertThat(dropped.get(), is(0));
  }

  /** Days, microseconds, nanoseconds, and seconds; times before 1900 and after the commit. */
  @ParameterizedTest
  @CsvSource({
    "793, INVALID_VALUE",
    "-25567, INVALID_VALUE",
    "68515200000000, INVALID_VALUE",
    "-68515200000000, INVALID_VALUE",
    "68515200000000000, INVALID_VALUE",
    "-2208988800001, INVALID_VALUE",
    "1798761600000, INVALID_VALUE",
    "253402214400000, INVALID_VALUE",
    "-62135596800000, INVALID_VALUE",
    "9223372036854775807, INVALID_VALUE",
    "-9223372036854775808, INVALID_VALUE",
    "9223372036854775808, WRONG_TYPE",
    "1.5, WRONG_TYPE",
    "true, WRONG_TYPE",
    "'\"1985-03-04T00:00:00+02:00\"', WRONG_TYPE",
    "'\"1985-02-30\"', WRONG_TYPE",
    "'\"04.03.1985\"', WRONG_TYPE",
  })
  void aNumberThatMayBeInAnotherUnitIsNotGuessed(String json, Reason reason) {
    ChangedRow row = bare(json);

    UnreadableRecord refused = assertThrows(UnreadableRecord.class, () -> local(row));

    assertThat(refused.reason(), is(reason));
    assertThat(refused.eventTime().orElseThrow().getMillis(), is(COMMIT.toEpochMilli()));
    assertThat(dropped.get(), is(0));
  }

  @ParameterizedTest
  @CsvSource({
    "'\"infinity\"', ''",
    "'\"-infinity\"', ''",
    "'\"+10000-01-01T00:00:00Z\"', ''",
    "'\"-0044-03-15T00:00:00Z\"', ''",
    "9223372036825200000, io.debezium.time.Timestamp",
    "-9223372036832400000, io.debezium.time.Timestamp",
    "9223372036825200000, io.debezium.time.MicroTimestamp",
    "9223372036854775807, io.debezium.time.Date",
    "-9223372036854775808, io.debezium.time.Date",
    "-9223372036854775808, org.apache.kafka.connect.data.Timestamp",
    "253402300800000, io.debezium.time.Timestamp",
  })
  void aTimeThatNoTableHoldsIsDroppedAndCountedWhereNoRuleNeedsIt(String json, String name)
      throws UnreadableRecord {
    ChangedRow row = name.isEmpty() ? bare(json) : typed(json, "'name':'" + name + "'");

    assertThat(row.time("amount", dropped::incrementAndGet), is(nullValue()));
    assertThat(local(row), is(nullValue()));
    assertThat(dropped.get(), is(2));
    UnreadableRecord refused =
        assertThrows(UnreadableRecord.class, () -> row.requiredTime("amount"));
    assertThat(refused.reason(), is(Reason.INVALID_VALUE));
    assertThat(refused.getMessage(), is("amount is outside the years 1 to 9999"));
  }

  @ParameterizedTest
  @ValueSource(longs = {9_223_372_036_825_200_000L, -9_223_372_036_832_400_000L})
  void infinityIsRecognisedWithoutASchema(long number) throws UnreadableRecord {
    assertThat(local(bare("" + number)), is(nullValue()));
    assertThat(dropped.get(), is(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"io.debezium.time.MicroTime", "io.debezium.time.ZonedTimestamp", "acme.Minutes"})
  void aNumberWhoseTypeIsNotATimeIsRefused(String name) {
    ChangedRow row = typed("315532800000", "'name':'" + name + "'");

    assertThat(
        assertThrows(UnreadableRecord.class, () -> local(row)).reason(), is(Reason.WRONG_TYPE));
    assertThat(
        assertThrows(UnreadableRecord.class, () -> row.requiredTime("amount")).reason(),
        is(Reason.WRONG_TYPE));
  }

  @Test
  void aTimeMayBeNullOrAbsent() throws UnreadableRecord {
    assertThat(bare("null").time("amount", dropped::incrementAndGet), is(nullValue()));
    assertThat(local(bare("null")), is(nullValue()));
    assertThat(bare("null").time("absent", dropped::incrementAndGet), is(nullValue()));
    assertThat(dropped.get(), is(0));
  }

  // texts

  @Test
  void theUnavailableValuePlaceholderIsNotAValue() {
    ChangedRow row = bare("'__debezium_unavailable_value'");

    assertThat(
        assertThrows(UnreadableRecord.class, () -> row.text("amount")).reason(),
        is(Reason.INVALID_VALUE));
  }

  @Test
  void idsAndTextsHaveAMaximumLength() throws UnreadableRecord {
    String id = "i".repeat(1_024);
    String text = "t".repeat(8_192);

    assertThat(bare("'" + id + "'").requiredId("amount"), is(id));
    assertThat(bare("'" + text + "'").requiredText("amount"), is(text));
    assertThat(bare("'" + text + "'").text("amount"), is(text));
    ChangedRow longId = bare("'" + id + "x'");
    ChangedRow longText = bare("'" + text + "x'");
    tooLong("amount has more than 1024 characters", () -> longId.requiredId("amount"));
    tooLong("amount has more than 8192 characters", () -> longText.requiredText("amount"));
    tooLong("amount has more than 8192 characters", () -> longText.text("amount"));
  }

  private static void tooLong(String detail, org.junit.jupiter.api.function.Executable read) {
    UnreadableRecord refused = assertThrows(UnreadableRecord.class, read);

    assertThat(refused.reason(), is(Reason.TOO_LONG));
    assertThat(refused.getMessage(), is(detail));
    assertThat(refused.eventTime().orElseThrow().getMillis(), is(COMMIT.toEpochMilli()));
  }

  private UnreadableRecord refused(ChangedRow row) {
    UnreadableRecord refused = assertThrows(UnreadableRecord.class, () -> amount(row));
    assertThat(refused.eventTime().orElseThrow().getMillis(), is(COMMIT.toEpochMilli()));
    return refused;
  }

  private static BigDecimal amount(ChangedRow row) throws UnreadableRecord {
    return row.requiredDecimal("amount", 10, 2);
  }

  private LocalDateTime local(ChangedRow row) throws UnreadableRecord {
    return row.localTime("amount", dropped::incrementAndGet);
  }

  private static String decimal(String scale) {
    return "'type':'bytes','name':'" + DECIMAL + "','parameters':{'scale':'" + scale + "'}";
  }

  /** Of an event without a schema part. */
  private static ChangedRow bare(String json) {
    return ChangedRow.of(json("{'amount':" + json + "}"), null, "after", COMMIT);
  }

  private static ChangedRow typed(String json, String schema) {
    String type = schema.contains("'type'") ? schema : "'type':'any'," + schema;
    String other = "{'type':'string','field':'amount'}";
    return ChangedRow.of(
        json("{'amount':" + json + "}"),
        json(
            "{'fields':[{'field':'before','fields':["
                + other
                + "]},{'field':'after','fields':[{"
                + type
                + ",'field':'amount'}]}]}"),
        "after",
        COMMIT);
  }

  private static JsonNode json(String text) {
    try {
      return StrictJson.object(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    } catch (UnreadableRecord e) {
      throw new IllegalArgumentException(e);
    }
  }
}
