package dev.weir.verify;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import dev.weir.deadletter.DeadLetter;
import dev.weir.loan.LoanDecision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Records of which each is written once, in one or two outputs. */
class RecordsCheckTest {
  private static final List<String> REQUEST = List.of("request_id");
  private static final OutputKind<LoanDecision> DECISIONS =
      OutputKind.ofRecords(LoanDecision.class, REQUEST, REQUEST)
          .repeatableAfter("ts", Duration.ofHours(24));

  private final MemoryOutput topic = MemoryOutput.topic();
  private final MemoryOutput table = MemoryOutput.table();

  private boolean running;
  private boolean repeatsAllowed;
  private List<OutputPort> ports;

  @Test
  void outputsThatAgreeHaveNoDifference() {
    topic.with("r1", decision("r1", "DENIED")).with("r2", decision("r2", "APPROVED"));
    table.row(null, decision("r2", "APPROVED")).row(null, decision("r1", "DENIED"));

    assertThat(differences(topic, table), is(empty()));
    assertThat(
        lines(),
        contains(
            "--decisions=kafka: 2 records, 2 of this sink, 0 of other sinks, 0 without a header",
            "--ledger=iceberg: 2 rows"));
  }

  @Test
  void aRecordThatIsThereTwiceIsADifference() {
    topic.with("r1", decision("r1", "DENIED")).with("r1", decision("r1", "DENIED"));

    assertThat(
        differences(topic),
        contains("--decisions: request_id 'r1' is there twice: the topic, 1; the topic, 0"));
  }

  @Test
  void twoRecordsOfOneIdentityAreADifferenceWithTheFieldsThatDiffer() {
    topic
        .with("r1", decision("r1", "DENIED"))
        .with("r1", decision("r1", "REFERRED").replace("Score", "None"));

    assertThat(
        differences(topic),
        contains(
            "--decisions: request_id 'r1' is there twice, differently: the topic, 1; the topic, 0;"
                + " different: status, reason"));
  }

  @Test
  void recordsOfOneIdentityWithTimesFarApartAreDifferentRecords() {
    String later = decision("r1", "APPROVED").replace("2026-01-05T", "2026-01-07T");
    String muchLater = decision("r1", "APPROVED").replace("2026-01-05T", "2026-01-09T");
    topic.with("r1", decision("r1", "DENIED")).with("r1", later).with("r1", muchLater);
    table.row(null, muchLater).row(null, decision("r1", "DENIED")).row(null, later);

    assertThat(differences(topic, table), is(empty()));
  }

  @Test
  void eachOfSeveralRecordsOfAnIdentityIsThereOnce() {
    String later = decision("r1", "APPROVED").replace("2026-01-05T", "2026-01-07T");
    String close = decision("r1", "APPROVED").replace("2026-01-05T", "2026-01-08T");
    topic.with("r1", decision("r1", "DENIED")).with("r1", later).with("r1", close);

    assertThat(
        differences(topic),
        contains(
            "--decisions: request_id 'r1' is there twice, differently: the topic, 2; the topic, 1;"
                + " different: ts"));
  }

  @Test
  void aRecordThatTheTableLacksIsADifference() {
    topic.with("r1", decision("r1", "DENIED")).with("r2", decision("r2", "DENIED"));
    table.row(null, decision("r1", "DENIED"));

    assertThat(
        differences(topic, table),
        contains("--ledger: request_id 'r2' is missing in the table: the topic, 1"));
  }

  @Test
  void whatARunningJobHasNotCommittedYetIsCountedOnly() {
    topic.with("r1", decision("r1", "DENIED"));
    running = true;

    assertThat(differences(topic, table), is(empty()));
    assertThat(lines().get(1), is("--ledger=iceberg: 0 rows, 1 not yet committed"));
  }

  @Test
  void aRowThatTheTopicLacksIsADifferenceEvenIfTheJobIsRunning() {
    table.row(null, decision("r1", "DENIED"));
    running = true;

    assertThat(
        differences(topic, table),
        contains("--decisions: request_id 'r1' is missing in the topic: the table"));
  }

  @Test
  void aRowOfARecordThatRetentionMayHaveRemovedIsCountedOnly() {
    table.row(null, decision("r1", "DENIED"));

    assertThat(differences(topic.incomplete(), table), is(empty()));
    assertThat(lines().get(1), is("--ledger=iceberg: 1 rows, 1 older than the topic"));
  }

  @Test
  void aRowThatDiffersFromItsRecordIsADifference() {
    topic.with("r1", decision("r1", "DENIED"));
    table.row(null, decision("r1", "APPROVED"));

    assertThat(
        differences(topic, table),
        contains(
            "--ledger: request_id 'r1' differs between the outputs: the table; the topic, 0;"
                + " different: status"));
  }

  @Test
  void twoRowsAreADifferenceEvenIfTheyAreEqual() {
    topic.with("r1", decision("r1", "DENIED"));
    table
        .row(null, decision("r1", "DENIED"))
        .row(null, decision("r1", "DENIED"))
        .row(null, decision("r1", "APPROVED"));

    assertThat(
        differences(topic, table),
        contains(
            "--ledger: request_id 'r1' is there twice: the table",
            "--ledger: request_id 'r1' is there twice, differently: the table; different: status"));
  }

  @Test
  void anIdenticalRepeatWithoutAHeaderIsAllowedWithAtLeastOnce() {
    topic
        .withoutHeader("r1", decision("r1", "DENIED"))
        .withoutHeader("r1", decision("r1", "DENIED"))
        .with("r1", decision("r1", "DENIED"));
    repeatsAllowed = true;

    assertThat(differences(topic), is(empty()));
    assertThat(
        lines(),
        contains(
            "--decisions=kafka: 3 records, 1 of this sink, 0 of other sinks, 2 without a header,"
                + " 2 repeated"));
  }

  @Test
  void anIdenticalRepeatWithAHeaderOrADifferentOneIsNeverAllowed() {
    topic
        .with("r1", decision("r1", "DENIED"))
        .with("r1", decision("r1", "DENIED"))
        .withoutHeader("r2", decision("r2", "DENIED"))
        .withoutHeader("r2", decision("r2", "APPROVED"));
    repeatsAllowed = true;

    assertThat(
        differences(topic),
        contains(
            "--decisions: request_id 'r1' is there twice: the topic, 1; the topic, 0",
            "--decisions: request_id 'r2' is there twice, differently: the topic, 3; the topic, 2;"
                + " different: status"));
  }

  @Test
  void withoutAtLeastOnceAnyRepeatIsADifference() {
    topic
        .withoutHeader("r1", decision("r1", "DENIED"))
        .withoutHeader("r1", decision("r1", "DENIED"))
        .with("r2", decision("r2", "DENIED"), "other", null)
        .with("r2", decision("r2", "DENIED"));

    assertThat(differences(topic), hasSize(2));
    assertThat(
        lines(),
        contains(
            "--decisions=kafka: 4 records, 1 of this sink, 1 of other sinks, 2 without a header,"
                + " 2 repeated"));
  }

  @Test
  void whatIsNotARecordIsADifference() {
    topic
        .unreadable("not UTF-8")
        .with("r1", "{\"status\":\"DENIED\"}")
        .with("r2", null)
        .with("r3", "[]")
        .with("r4", "{\"request_id\":\"r4\"}")
        .with("r6", decision("r5", "DENIED"));

    assertThat(
        differences(topic),
        contains(
            "--decisions: record '?' not UTF-8: the topic, 0",
            "--decisions: record 'r1' has no request_id: the topic, 1",
            "--decisions: record 'r2' is empty: the topic, 2",
            "--decisions: record 'r3' not a single JSON object: the topic, 3",
            "--decisions: record 'r4' has no ts: the topic, 4",
            "--decisions: request_id 'r5' has another key than the record: the topic, 5"));
  }

  @Test
  void aLineHasNoLineBreaks() {
    topic.with("r\n1", decision("r\\n1", "DENIED")).with("r\n1", decision("r\\n1", "DENIED"));

    assertThat(
        differences(topic),
        contains("--decisions: request_id 'r?1' is there twice: the topic, 1; the topic, 0"));
  }

  @Test
  void tenDifferencesAreShownAndAllAreCounted() {
    for (int n = 0; n < 25; n++) {
      topic.with("r" + n, decision("r" + n, "DENIED"));
    }
    Differences differences = new Differences();

    run(differences, DECISIONS, topic, table);

    assertThat(differences.count(), is(25L));
    assertThat(differences.lines(), hasSize(10));
  }

  @Test
  void manyRecordsAreCompared() {
    for (int n = 0; n < 20_000; n++) {
      topic.with("r" + n, decision("r" + n, "DENIED"));
      table.row(null, decision("r" + n, n == 12_345 ? "APPROVED" : "DENIED"));
    }

    assertThat(
        differences(topic, table),
        contains(
            "--ledger: request_id 'r12345' differs between the outputs: the table; the topic,"
                + " 12345; different: status"));
  }

  @Test
  void aDeadLetterIsIdentifiedByThePlaceOfItsRecord() {
    List<String> place = List.of("topic", "partition", "offset", "file", "line");
    OutputKind<DeadLetter> letters = OutputKind.ofRecords(DeadLetter.class, place, place);
    String first = letter("\"loans\"", 0, 7, "null", "null");
    topic
        .with("loans/0/7", first)
        .with("loans/0/8", letter("\"loans\"", 0, 8, "null", "null"))
        .with("/a/b.jsonl/7", letter("null", null, null, "\"/a/b.jsonl\"", "7"))
        .with("loans/0/7", first);
    Differences differences = new Differences();

    run(differences, letters, topic);

    assertThat(
        differences.lines(),
        contains(
            "--decisions: topic/partition/offset/file/line 'loans/0/7' is there twice: the topic,"
                + " 3; the topic, 0"));
  }

  private static String letter(
      String topic, Integer partition, Integer offset, String file, String line) {
    return "{\"stage\":\"s\",\"reason\":\"MALFORMED\",\"topic\":%s,\"partition\":%s,\"offset\":%s,\"file\":%s,\"line\":%s}"
        .formatted(topic, partition, offset, file, line);
  }

  private static String decision(String id, String status) {
    return "{\"request_id\":\"%s\",\"status\":\"%s\",\"reason\":\"Score\",\"ts\":\"2026-01-05T10:00:03Z\"}"
        .formatted(id, status);
  }

  private List<String> differences(MemoryOutput... outputs) {
    Differences differences = new Differences();
    run(differences, DECISIONS, outputs);
    assertThat(differences.count(), is((long) differences.lines().size()));
    return differences.lines();
  }

  private void run(Differences differences, OutputKind<?> kind, MemoryOutput... outputs) {
    ports = new ArrayList<>();
    for (MemoryOutput output : outputs) {
      boolean isTable = output.form() == OutputRecords.Form.TABLE;
      ports.add(
          new OutputPort(isTable ? "ledger" : "decisions", isTable ? "iceberg" : "kafka", output));
    }
    RecordsCheck check =
        new RecordsCheck(
            kind,
            ports,
            new VerifyRules(MemoryOutput.SINK, running, repeatsAllowed),
            differences,
            HashedRecords.newHash());
    check.read();
    check.compare();
  }

  private List<String> lines() {
    return ports.stream().map(OutputPort::line).toList();
  }
}
