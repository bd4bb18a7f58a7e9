package dev.weir.verify;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import dev.weir.card.EnrichedTransaction;
import dev.weir.changelog.Position;
import dev.weir.changelog.RowKey;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Changelogs, in a topic or folder and in a table. */
class ChangelogCheckTest {
  private final MemoryOutput topic = MemoryOutput.topic();
  private final MemoryOutput folder = MemoryOutput.folder();
  private final MemoryOutput table = MemoryOutput.table();

  private boolean running;
  private boolean erased;
  private List<OutputPort> ports;

  @Test
  void theLastRecordOfEachKeyIsItsRow() {
    topic
        .with("t1", row("t1", "10.00"), 1, 0)
        .with("t2", row("t2", "5.00"), 1, 0)
        .with("t1", row("t1", "11.00"), 1, 1)
        .with("t2", null, 2, 0)
        .with("t1", row("t1", "12.00"), 2, 0)
        .with("t3", null, 1, 0);
    table.row("t1", row("t1", "12.00"));

    assertThat(differences(topic, table), is(empty()));
    assertThat(
        lines(),
        contains(
            "--enriched=kafka: 6 records, 6 of this sink, 0 of other sinks, 0 without a header, 2"
                + " deletions",
            "--ledger=iceberg: 1 rows"));
  }

  @Test
  void aRevisionThatIsThereTwiceIsADifference() {
    topic
        .with("t1", row("t1", "10.00"), 1, 0)
        .with("t1", row("t1", "10.00"), 1, 0)
        .with("t2", row("t2", "10.00"), 3, 4)
        .with("t2", row("t2", "11.00"), 3, 4);

    assertThat(
        differences(topic),
        contains(
            "--enriched: txn_id 't1' is there twice with revision 1.0: the topic, 1; the topic, 0",
            "--enriched: txn_id 't2' is there twice with revision 3.4, differently: the topic, 3;"
                + " the topic, 2; different: amount"));
  }

  @Test
  void aRevisionThatGoesBackIsADifferenceAndStillTheLastRecord() {
    topic.with("t1", row("t1", "10.00"), 5, -3).with("t1", row("t1", "11.00"), 4, 9);
    table.row("t1", row("t1", "10.00"));

    assertThat(
        differences(topic, table),
        contains(
            "--enriched: txn_id 't1' goes back from revision 5.-3 to 4.9: the topic, 1; the topic,"
                + " 0; different: amount",
            "--ledger: txn_id 't1' has a row that differs from its last record: the table; the"
                + " topic, 1; different: amount"));
  }

  @Test
  void revisionsGrowAlsoWhenAJobIsRestored() {
    topic
        .with("t1", row("t1", "10.00"), 5, 1)
        .with("t2", row("t2", "10.00"), 1, 0)
        .with("t3", row("t3", "10.00"), 1, 0)
        .with("t4", row("t4", "10.00"), 1, 0)
        .restart()
        .with("t1", row("t1", "11.00"), 5, 0)
        .with("t2", row("t2", "11.00"), 1, 0)
        .with("t3", row("t3", "10.00"), 1, 0)
        .with("t4", row("t4", "11.00"), 1, 1);

    assertThat(
        differences(topic),
        contains(
            "--enriched: txn_id 't1' goes back from revision 5.1 to 5.0: the topic, 4; the topic,"
                + " 0; different: amount",
            "--enriched: txn_id 't2' is there twice with revision 1.0, differently: the topic, 5;"
                + " the topic, 1; different: amount",
            "--enriched: txn_id 't3' is there twice with revision 1.0: the topic, 6; the topic,"
                + " 2"));
  }

  @Test
  void revisionsOfOtherSinksAndRecordsWithoutOneHaveNoOrder() {
    topic
        .with("t1", row("t1", "10.00"), "before", new Position(9, 0))
        .with("t1", row("t1", "11.00"), 1, 0)
        .withoutHeader("t1", row("t1", "12.00"))
        .withoutHeader("t1", row("t1", "12.00"));
    table.row("t1", row("t1", "12.00"));

    assertThat(differences(topic, table), is(empty()));
    assertThat(
        lines().get(0),
        is(
            "--enriched=kafka: 4 records, 1 of this sink, 1 of other sinks, 2 without a header, 1"
                + " repeated"));
  }

  @Test
  void aMissingTombstoneIsADifference() {
    topic.with("t1", row("t1", "10.00"), 1, 0);

    assertThat(
        differences(topic, table),
        contains("--ledger: txn_id 't1' is missing in the table: the topic, 0"));
  }

  @Test
  void aRowWhoseLastRecordDeletesItIsADifference() {
    topic.with("t1", row("t1", "10.00"), 1, 0).with("t1", null, 2, 0);
    table.row("t1", row("t1", "10.00"));

    assertThat(
        differences(topic, table),
        contains(
            "--ledger: txn_id 't1' has a row although its last record deletes it: the table; the"
                + " topic, 1"));
  }

  @Test
  void anOlderLastRecordIsADifference() {
    topic.with("t1", row("t1", "10.00"), 1, 0);
    table.row("t1", row("t1", "11.00"));

    assertThat(
        differences(topic, table),
        contains(
            "--ledger: txn_id 't1' has a row that differs from its last record: the table; the"
                + " topic, 0; different: amount"));
  }

  @Test
  void aRowThatTheTopicLacksIsADifferenceUnlessRetentionMayHaveRemovedIt() {
    table.row("t1", row("t1", "11.00"));

    assertThat(
        differences(topic, table),
        contains("--enriched: txn_id 't1' is missing in the topic: the table"));
    assertThat(differences(topic.incomplete(), table), is(empty()));
  }

  @Test
  void twoRowsOfAKeyAreADifference() {
    topic.with("t1", row("t1", "10.00"), 1, 0);
    table.row("t1", row("t1", "10.00")).row("t1", row("t1", "10.00"));

    assertThat(
        differences(topic, table), contains("--ledger: txn_id 't1' has two rows: the table"));
    assertThat(differences(table), contains("--ledger: txn_id 't1' has two rows: the table"));
  }

  @Test
  void whatARunningJobHasNotCommittedYetIsCountedOnly() {
    topic
        .with("t1", row("t1", "10.00"), 1, 0)
        .with("t1", row("t1", "11.00"), 2, 0)
        .with("t2", row("t2", "10.00"), 1, 0)
        .with("t3", row("t3", "10.00"), 1, 0)
        .with("t3", null, 2, 0);
    table.row("t1", row("t1", "10.00")).row("t3", row("t3", "10.00"));
    running = true;

    assertThat(differences(topic, table), is(empty()));
    assertThat(lines().get(1), is("--ledger=iceberg: 2 rows, 3 not yet committed"));
  }

  @Test
  void inAFolderTheHighestRevisionIsTheTruth() {
    folder
        .line("t1", row("t1", "11.00"), 2)
        .line("t1", row("t1", "10.00"), 1)
        .line("t2", null, 8)
        .line("t2", row("t2", "10.00"), 7);
    table.row("t1", row("t1", "11.00"));

    assertThat(differences(folder, table), is(empty()));
  }

  @Test
  void aKeyOtherThanThatOfTheRowIsADifference() {
    topic.with("t2", row("t1", "10.00"), 1, 0).unreadable("has no key");

    assertThat(
        differences(topic),
        contains(
            "--enriched: txn_id 't2' has another key than the record: the topic, 0",
            "--enriched: record '?' has no key: the topic, 1"));
  }

  @Test
  void aRowOfAnErasedPersonMayLackPersonalData() {
    topic.with("t1", row("t1", "10.00"), 1, 0);
    table.row("t1", row("t1", "10.00").replace("\"Ada\"", "null"), transaction());
    erased = true;

    assertThat(differences(topic, table), is(empty()));
    assertThat(lines().get(1), is("--ledger=iceberg: 1 rows, 1 erased"));
  }

  @Test
  void aRowOfAnyOtherPersonMayNotLackPersonalData() {
    topic.with("t1", row("t1", "10.00"), 1, 0);
    table.row("t1", row("t1", "10.00").replace("\"Ada\"", "null"), transaction());

    assertThat(
        differences(topic, table),
        contains(
            "--ledger: txn_id 't1' has a row that differs from its last record: the table; the"
                + " topic, 0; different: customer_name"));
  }

  @Test
  void anErasedPersonsRowMayNotDifferInAnotherField() {
    topic
        .with("t1", row("t1", "10.00"), 1, 0)
        .with("t2", row("t2", "10.00").replace("\"Ada\"", "null"), 1, 0);
    table
        .row("t1", row("t1", "11.00").replace("\"Ada\"", "null"), transaction())
        .row("t2", row("t2", "10.00"), transaction());
    erased = true;

    assertThat(
        differences(topic, table),
        contains(
            "--ledger: txn_id 't1' has a row that differs from its last record: the table; the"
                + " topic, 0; different: amount, customer_name",
            "--ledger: txn_id 't2' has a row that differs from its last record: the table; the"
                + " topic, 1; different: customer_name"));
  }

  private static EnrichedTransaction transaction() {
    return EnrichedTransaction.newBuilder()
        .setTxnId("t1")
        .setAccountNumber("a1")
        .setTimestamp(Instant.EPOCH)
        .setAmount(new BigDecimal("10.00"))
        .setCurrency("USD")
        .setStatus("COMPLETED")
        .setFraudCategory("UNSCORED")
        .setRiskLevel("UNKNOWN")
        .setCommittedAt(Instant.EPOCH)
        .build();
  }

  private static String row(String id, String amount) {
    return "{\"txn_id\":\"%s\",\"amount\":%s,\"customer_name\":\"Ada\",\"email\":null,\"city\":null}"
        .formatted(id, amount);
  }

  private List<String> differences(MemoryOutput... outputs) {
    ports = new ArrayList<>();
    for (MemoryOutput output : outputs) {
      boolean isTable = output.form() == OutputRecords.Form.TABLE;
      ports.add(
          new OutputPort(isTable ? "ledger" : "enriched", isTable ? "iceberg" : "kafka", output));
    }
    Differences differences = new Differences();
    ChangelogCheck check =
        new ChangelogCheck(
            OutputKind.ofChangelog(EnrichedTransaction.class, RowKey.of("txn_id"))
                .erasing(List.of("customer_name", "email", "city"), row -> erased),
            ports,
            new VerifyRules(MemoryOutput.SINK, running, false),
            differences,
            HashedRecords.newHash());
    check.read();
    check.compare();
    assertThat(differences.count(), is((long) differences.lines().size()));
    return differences.lines();
  }

  private List<String> lines() {
    return ports.stream().map(OutputPort::line).toList();
  }
}
