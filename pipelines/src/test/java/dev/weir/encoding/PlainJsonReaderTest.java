package dev.weir.encoding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.card.CustomerRemoval;
import dev.weir.card.EnrichedTransaction;
import dev.weir.card.Transaction;
import dev.weir.changelog.RowKey;
import dev.weir.deadletter.DeadLetter;
import dev.weir.loan.LoanDecision;
import dev.weir.money.EnrichedMoney;
import dev.weir.money.MoneyEvent;
import dev.weir.money.UserFacts;
import dev.weir.spend.SpendMetrics;
import dev.weir.testing.CompiledRecord;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlainJsonReaderTest {
  private static final int RUNS = Integer.getInteger("weir.runs", 100);
  private static final String DECISION =
      "{'request_id':'r1','status':'APPROVED','reason':'é','applicant_type':'KNOWN',"
          + "'amount':5000.00,'score':701,'ts':'2026-01-05T10:00:01Z'}";

  @ParameterizedTest
  @ValueSource(
      classes = {
        LoanDecision.class,
        Transaction.class,
        EnrichedTransaction.class,
        SpendMetrics.class,
        CustomerRemoval.class,
        EnrichedMoney.class,
        DeadLetter.class
      })
  <T extends SpecificRecordBase> void eachPublishedRecordIsReadBack(Class<T> type) {
    for (int seed = 0; seed < RUNS; seed++) {
      T record = new RandomRecords(seed).next(type);
      byte[] json = PlainJson.write(record);

      T read = PlainJsonReader.read(type, json, null);

      assertThat("seed " + seed, text(PlainJson.write(read)), is(text(json)));
      assertThat("seed " + seed, read, is(record));
    }
  }

  @Test
  void fieldsOfTheLakeAreInTheSecondObject() {
    List<String> published = RowKey.published(EnrichedTransaction.getClassSchema());
    List<String> unpublished = List.of("committed_at");
    for (int seed = 0; seed < RUNS; seed++) {
      EnrichedTransaction row = new RandomRecords(seed).next(EnrichedTransaction.class);
      byte[] json = PlainJson.write(row, published, Map.of());
      byte[] more = PlainJson.write(row, unpublished, Map.of());

      EnrichedTransaction read = PlainJsonReader.read(EnrichedTransaction.class, json, more);

      assertThat("seed " + seed, read, is(row));
      assertThat(text(PlainJson.write(read)), is(text(PlainJson.write(row))));

      EnrichedTransaction completed = EnrichedTransaction.newBuilder(row).build();
      completed.setCommittedAt(Instant.EPOCH);
      PlainJsonReader.readMore(completed, unpublished, more);
      assertThat("seed " + seed, completed, is(row));
    }
  }

  @Test
  void aFieldOfTheLakeThatIsNotThereIsNamed() {
    EnrichedTransaction row = new RandomRecords(1).next(EnrichedTransaction.class);
    byte[] json =
        PlainJson.write(row, RowKey.published(EnrichedTransaction.getClassSchema()), Map.of());

    assertThat(
        problem(() -> PlainJsonReader.read(EnrichedTransaction.class, json, null)),
        is("EnrichedTransaction.committed_at is missing"));
    assertThat(
        problem(() -> PlainJsonReader.readMore(row, List.of("committed_at"), null)),
        is("EnrichedTransaction.committed_at is missing"));
    assertThat(
        problem(() -> PlainJsonReader.read(EnrichedTransaction.class, json, utf8("{'city':null}"))),
        is("EnrichedTransaction.city appears twice"));
  }

  @Test
  void anUnknownMemberIsIgnored() {
    LoanDecision decision = decision(DECISION);

    assertThat(decision("{'x':{'amount':[1,{}]}," + DECISION.substring(1)), is(decision));
    assertThat(decision(DECISION.replace("}", ",'x':'y','z':1e5}")), is(decision));
  }

  @Test
  void aMissingFieldIsNullOrAnError() {
    assertThat(decision(DECISION.replace("'score':701,", "")).getScore(), is(nullValue()));
    assertThat(
        problem(() -> decision(DECISION.replace("'amount':5000.00,", ""))),
        is("LoanDecision.amount is missing"));
    assertThat(
        problem(() -> money("{'money':{'type':'t'},'firstOccurrence':true}")),
        is("EnrichedMoney.money.id is missing"));
  }

  @Test
  void aMissingFieldHasItsDefault(@TempDir Path folder) throws Exception {
    Schema schema =
        new Schema.Parser()
            .parse(
                ("{'type':'record','namespace':'test','name':'Preset','fields':["
                        + "{'name':'note','type':'string','default':'none'},"
                        + "{'name':'at','type':{'type':'long','logicalType':'timestamp-millis'},"
                        + "'default':1000},"
                        + "{'name':'tag','type':['string','null'],'default':'x','optional':true},"
                        + "{'name':'sum','type':{'type':'bytes','logicalType':'decimal',"
                        + "'precision':20,'scale':10},'default':'','text':true},"
                        + "{'name':'big','type':['null','long'],'text':true}]}")
                    .replace('\'', '"'));
    try (CompiledRecord compiled = CompiledRecord.of(folder, schema)) {
      SpecificRecordBase empty = PlainJsonReader.read(compiled.type(), utf8("{}"), null);
      assertThat(empty.get("note").toString(), is("none"));
      assertThat(empty.get("at"), is(1000L));
      assertThat("an optional null is not written", empty.get("tag"), is(nullValue()));
      assertThat(empty.get("big"), is(nullValue()));

      SpecificRecordBase full =
          PlainJsonReader.read(
              compiled.type(),
              utf8("{'tag':'y','sum':'1.2E-9','big':'-9223372036854775808'}"),
              null);
      assertThat(full.get("sum"), is(new BigDecimal("0.0000000012")));
      assertThat(full.get("big"), is(Long.MIN_VALUE));
      assertThat(
          problem(() -> PlainJsonReader.read(compiled.type(), utf8("{'big':5}"), null)),
          is("Preset.big is not a string"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'r1' | 1 | request_id is not a string",
        "'r1' | null | request_id is not a string",
        "'r1' | {'request_id':'r1'} | request_id is not a string",
        "'APPROVED' | 'SECRET' | status is not a symbol of its type",
        "'APPROVED' | 1 | status is not a string",
        "5000.00 | '5000.00' | amount is not a number",
        "5000.00 | 5000.001 | amount has more than 12 digits or more than 2 decimals",
        "5000.00 | 10000000000.00 | amount has more than 12 digits or more than 2 decimals",
        "5000.00 | 1e999999999 | amount has more than 12 digits or more than 2 decimals",
        "5000.00 | 1e99999999999 | amount is not a number of the type decimal",
        "5000.00 | true | amount is not a number",
        "5000.00 | [5000.00] | amount is not a number",
        "701 | 701.0 | score is not a number of the type int",
        "701 | 2147483648 | score is not a number of the type int",
        "701 | 'NaN' | score is not a number of the type int",
        "701 | '701' | score is not a number",
        "'2026-01-05T10:00:01Z' | 1768374564000 | ts is not a string",
        "'2026-01-05T10:00:01Z' | 'SECRET' | ts is not an ISO-8601 time that fits timestamp-millis",
        "01Z' | 01.0001Z' | ts is not an ISO-8601 time that fits timestamp-millis",
        "'2026- | '+999999999- | ts is not an ISO-8601 time that fits timestamp-millis",
        "'score' | 'reason' | reason appears twice"
      })
  void anythingElseIsAnErrorThatNamesTheField(String part, String other, String problem) {
    assertThat(
        problem(() -> decision(DECISION.replaceFirst(Pattern.quote(part), other))),
        is("LoanDecision." + problem));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "[]", "null", "{", "{'a'", "{'a':}", "SECRET", "{}{}", "{} 1"})
  void bytesThatAreNotOneObjectAreAnError(String json) {
    String problem = problem(() -> PlainJsonReader.read(UserFacts.class, utf8(json), null));

    assertThat(problem, problem.startsWith("UserFacts is "), is(true));
    assertThat(problem, problem.contains("SECRET"), is(false));
  }

  @Test
  void bytesThatAreNotUtf8AreAnError() {
    byte[] json = utf8("{'birthYear':'1987','residentCountryCode':'U_'}");
    json[json.length - 3] = (byte) 0xC3;

    assertThat(
        problem(() -> PlainJsonReader.read(UserFacts.class, json, null)),
        is("UserFacts is not JSON in UTF-8"));
  }

  /** The input may have been just within the limits of the parser. */
  @Test
  void aDeepValueAndALongNumberAreReadBack() {
    MoneyEvent event = new RandomRecords(1).next(MoneyEvent.class);
    event.setPaymentRelatedThing("[".repeat(5_000) + "1".repeat(5_000) + "]".repeat(5_000));

    MoneyEvent read = PlainJsonReader.read(MoneyEvent.class, PlainJson.write(event), null);

    assertThat(read.getPaymentRelatedThing(), is(event.getPaymentRelatedThing()));
    assertThat(read, is(event));
  }

  @Test
  void anErrorInANestedRecordNamesItsPath() {
    String json = text(PlainJson.write(new RandomRecords(1).next(EnrichedMoney.class)));
    String other = json.replaceFirst("\"isOldMoneyEvent\":(true|false)", "\"isOldMoneyEvent\":0");

    assertThat(
        problem(() -> PlainJsonReader.read(EnrichedMoney.class, other.getBytes(UTF_8), null)),
        is("EnrichedMoney.money.isOldMoneyEvent is neither true nor false"));
    assertThat(problem(() -> money("{'money':[]}")), is("EnrichedMoney.money is not an object"));
    assertThat(
        problem(() -> money("{'userInfo':{'birthYear':'1.5'}}")),
        is("EnrichedMoney.userInfo.birthYear is not a number of the type int"));
  }

  private static LoanDecision decision(String json) {
    return PlainJsonReader.read(LoanDecision.class, utf8(json), null);
  }

  private static EnrichedMoney money(String json) {
    return PlainJsonReader.read(EnrichedMoney.class, utf8(json), null);
  }

  private static String problem(Executable reading) {
    return assertThrows(IllegalArgumentException.class, reading).getMessage();
  }

  private static byte[] utf8(String json) {
    return json.replace('\'', '"').getBytes(UTF_8);
  }

  private static String text(byte[] json) {
    return new String(json, UTF_8);
  }
}
