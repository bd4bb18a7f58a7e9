package dev.weir.cdc;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.intake.Origin;
import dev.weir.intake.UnreadableRecord;
import dev.weir.intake.UnreadableRecord.Reason;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeTest {
  private static final Instant COMMIT = Instant.parse("2026-01-14T07:09:25.100Z");

  private static byte[] utf8(String json) {
    return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  private static String envelope(String op, String before, String after) {
    return "{'before':"
        + before
        + ",'after':"
        + after
        + ",'source':{'version':'3.4.3.Final','connector':'postgresql','ts_ms':"
        + COMMIT.toEpochMilli()
        + ",'snapshot':'false','db':'bank','schema':'public','table':'transactions','txId':771,"
        + "'lsn':26732160,'xmin':null},'transaction':null,'op':'"
        + op
        + "','ts_ms':1,'ts_us':1000,'ts_ns':1000000}";
  }

  private static ChangedRow row(String after) throws UnreadableRecord {
    return Envelope.read(utf8(envelope("c", "null", after))).orElseThrow().row();
  }

  private static Reason reasonOf(byte[] bytes) {
    return assertThrows(UnreadableRecord.class, () -> Envelope.read(bytes)).reason();
  }

  @Test
  void aCreateHasTheRowAfterIt() throws UnreadableRecord {
    Envelope read = Envelope.read(utf8(envelope("c", "null", "{'txn_id':'t1'}"))).orElseThrow();

    assertThat(read.operation(), is(Operation.c));
    assertThat(read.commit(), is(COMMIT));
    assertThat(read.lsn(), is(26732160L));
    assertThat(read.row().requiredText("txn_id"), is("t1"));
    assertThat(
        read.source(Origin.ofTopic("bank.public.transactions", 3, 17)),
        is(
            new ChangeSource(
                Operation.c,
                COMMIT.toEpochMilli(),
                26732160L,
                "bank.public.transactions",
                3,
                17L,
                -1L)));
  }

  @Test
  void aDeleteHasTheKeyBeforeIt() throws UnreadableRecord {
    Envelope read =
        Envelope.read(utf8(envelope("d", "{'txn_id':'t1','account_number':null}", "null")))
            .orElseThrow();

    assertThat(read.operation(), is(Operation.d));
    assertThat(read.row().requiredText("txn_id"), is("t1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{'schema':null,'payload':null}"})
  void aTombstoneSaysNothing(String value) throws UnreadableRecord {
    assertThat(Envelope.read(utf8(value)).isEmpty(), is(true));
  }

  @Test
  void theSchemaPartIsLookedThrough() throws UnreadableRecord {
    String wrapped =
        "{'schema':{'type':'struct','fields':[]},'payload':"
            + envelope("u", "null", "{'txn_id':'t1','amount':'12.50'}")
            + "}";

    Envelope read = Envelope.read(utf8(wrapped)).orElseThrow();

    assertThat(read.operation(), is(Operation.u));
    assertThat(read.row().requiredDecimal("amount", 10, 2), is(new BigDecimal("12.50")));
  }

  @Test
  void preciseDecimalsAreReadByTheirSchema() throws UnreadableRecord {
    String schema =
        "{'type':'struct','fields':[{'type':'struct','field':'before'},{'type':'struct','fields':["
            + "{'type':'bytes','optional':false,'name':'org.apache.kafka.connect.data.Decimal',"
            + "'version':1,'parameters':{'scale':'2','connect.decimal.precision':'10'},"
            + "'field':'amount'}],'field':'after'}]}";
    // 0x04D2 is 1234.
    String wrapped =
        "{'schema':" + schema + ",'payload':" + envelope("c", "null", "{'amount':'BNI='}") + "}";

    ChangedRow row = Envelope.read(utf8(wrapped)).orElseThrow().row();

    assertThat(row.requiredDecimal("amount", 10, 2), is(new BigDecimal("12.34")));
  }

  @Test
  void preciseDecimalsWithoutASchemaAreNotGuessed() throws UnreadableRecord {
    ChangedRow row = row("{'amount':'BNI='}");

    assertThat(
        assertThrows(UnreadableRecord.class, () -> row.requiredDecimal("amount", 10, 2)).reason(),
        is(Reason.WRONG_TYPE));
  }

  @ParameterizedTest
  @CsvSource({
    "'0.10',0.10",
    "0.1,0.10",
    "'-3',-3.00",
    "100,100.00",
    "'99999999.99',99999999.99",
    "1e2,100.00"
  })
  void decimalsAreExact(String json, String amount) throws UnreadableRecord {
    String quoted = json.matches("-?[\\d.]+e?\\d*") ? json : "'" + json + "'";

    assertThat(
        row("{'amount':" + quoted + "}").requiredDecimal("amount", 10, 2),
        is(new BigDecimal(amount)));
    assertThat(
        row("{'amount':'" + amount + "'}").requiredDecimal("amount", 10, 2),
        is(new BigDecimal(amount)));
  }

  @ParameterizedTest
  @CsvSource({
    "0.001,INVALID_VALUE",
    "100000000,INVALID_VALUE",
    "1e999999999,INVALID_VALUE",
    "true,WRONG_TYPE",
    "'\"NaN\"',WRONG_TYPE",
    "null,MISSING_FIELD"
  })
  void amountsThatTheColumnCannotHoldAreRefused(String json, Reason reason)
      throws UnreadableRecord {
    ChangedRow row = row("{'amount':" + json + "}");

    UnreadableRecord refused =
        assertThrows(UnreadableRecord.class, () -> row.requiredDecimal("amount", 10, 2));

    assertThat(refused.reason(), is(reason));
    assertThat(refused.eventTime().orElseThrow().getMillis(), is(COMMIT.toEpochMilli()));
  }

  @Test
  void timesWithAZoneAreInstantsToTheMicrosecond() throws UnreadableRecord {
    ChangedRow row =
        row("{'timestamp':'2026-01-14T09:09:24.625123+02:00','created_at':null,'odd':'yesterday'}");

    assertThat(row.requiredTime("timestamp"), is(Instant.parse("2026-01-14T07:09:24.625123Z")));
    assertThat(row.time("created_at"), is(nullValue()));
    assertThat(row.time("absent"), is(nullValue()));
    UnreadableRecord refused = assertThrows(UnreadableRecord.class, () -> row.time("odd"));
    assertThat(refused.reason(), is(Reason.WRONG_TYPE));
    assertThat(refused.getMessage(), not(containsString("yesterday")));
  }

  @Test
  void aValueThatIsNotInTheLogIsNotMistakenForOne() throws UnreadableRecord {
    ChangedRow row = row("{'merchant':'__debezium_unavailable_value'}");

    assertThat(
        assertThrows(UnreadableRecord.class, () -> row.text("merchant")).reason(),
        is(Reason.INVALID_VALUE));
  }

  @Test
  void timesWithoutAZoneAreMilliseconds() throws UnreadableRecord {
    assertThat(
        row("{'date_of_birth':-86400000}").localTime("date_of_birth"),
        is(LocalDateTime.of(1969, 12, 31, 0, 0)));
  }

  @Test
  void theSchemaSaysWhereTimesAreMicroseconds() throws UnreadableRecord {
    String schema =
        "{'fields':[{'fields':[{'type':'int64','name':'io.debezium.time.MicroTimestamp',"
            + "'field':'date_of_birth'}],'field':'after'}]}";
    String wrapped =
        "{'schema':"
            + schema
            + ",'payload':"
            + envelope("c", "null", "{'date_of_birth':1000001}")
            + "}";

    assertThat(
        Envelope.read(utf8(wrapped)).orElseThrow().row().localTime("date_of_birth"),
        is(LocalDateTime.of(1970, 1, 1, 0, 0, 1)));
  }

  @Test
  void whatIsNoChangeOfARowIsRefused() {
    assertThat(reasonOf(utf8("no json")), is(Reason.MALFORMED));
    assertThat(reasonOf(utf8("[]")), is(Reason.MALFORMED));
    assertThat(reasonOf(utf8("{}")), is(Reason.MISSING_FIELD));
    assertThat(reasonOf(utf8(envelope("t", "null", "null"))), is(Reason.INVALID_VALUE));
    assertThat(reasonOf(utf8(envelope("c", "{'txn_id':'t1'}", "null"))), is(Reason.MISSING_FIELD));
    assertThat(reasonOf(utf8(envelope("d", "null", "null"))), is(Reason.MISSING_FIELD));
    assertThat(
        reasonOf(utf8("{'op':'c','after':{},'source':{'ts_ms':'soon'}}")), is(Reason.WRONG_TYPE));
    assertThat(
        reasonOf(utf8("{'op':'c','after':{},'source':{'ts_ms':1,'lsn':-2}}")),
        is(Reason.WRONG_TYPE));
  }

  @Test
  void theLogPositionMayBeMissing() throws UnreadableRecord {
    assertThat(
        Envelope.read(utf8("{'op':'c','after':{},'source':{'ts_ms':1}}")).orElseThrow().lsn(),
        is(-1L));
  }

  @Test
  void theCommitTimeIsFoundWithoutReadingTheRest() {
    String bare = envelope("c", "{'source':{'ts_ms':5}}", "{'source':{'ts_ms':6}}");
    String wrapped = "{'schema':{'source':{'ts_ms':7}},'payload':" + bare + "}";
    CommitTime time = new CommitTime();

    assertThat(time.apply(utf8(bare)).getMillis(), is(COMMIT.toEpochMilli()));
    assertThat(time.apply(utf8(wrapped)).getMillis(), is(COMMIT.toEpochMilli()));
    assertThat(time.apply(null), is(nullValue()));
    assertThat(time.apply(utf8("")), is(nullValue()));
    assertThat(time.apply(utf8("{'source':{'ts_ms':'5'}}")), is(nullValue()));
    assertThat(time.apply(utf8("{'source':{'ts_ms':99999999999999999999}}")), is(nullValue()));
    assertThat(time.apply(utf8("{'source':{'ts_")), is(nullValue()));
  }
}
