package dev.weir.cdc;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.record.Origin;
import dev.weir.record.UnreadableRecord;
import dev.weir.record.UnreadableRecord.Reason;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
                -1L,
                null)));
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
  void aTombstoneHasNoChange(String value) throws UnreadableRecord {
    assertThat(Envelope.read(utf8(value)).isEmpty(), is(true));
  }

  @Test
  void thePayloadOfAnEventWithASchemaIsRead() throws UnreadableRecord {
    String wrapped =
        "{'schema':{'type':'struct','fields':[]},'payload':"
            + envelope("u", "null", "{'txn_id':'t1','amount':'12.50'}")
            + "}";

    Envelope read = Envelope.read(utf8(wrapped)).orElseThrow();

    assertThat(read.operation(), is(Operation.u));
    assertThat(read.row().requiredDecimal("amount", 10, 2), is(new BigDecimal("12.50")));
  }

  @Test
  void anEventThatIsNotARowChangeIsRefused() {
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
