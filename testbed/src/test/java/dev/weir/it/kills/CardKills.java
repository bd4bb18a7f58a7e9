package dev.weir.it.kills;

import static dev.weir.testing.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.cardtransactions.CardTransactions;
import dev.weir.cardtransactions.CardTransactionsOptions;
import dev.weir.embedded.FlinkProcesses;
import dev.weir.embedded.KafkaProcess;
import dev.weir.generate.CardActivity;
import dev.weir.generate.CardFiles;
import dev.weir.it.CommandRun;
import dev.weir.it.Feed;
import dev.weir.it.cards.CardFolder;
import dev.weir.local.PipelineArguments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Card transactions whose processes are killed: a bank's changes in, changelogs and a lake out. */
final class CardKills implements OutputCheck, AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant NOON = Instant.parse("2026-01-14T12:00:00Z");
  private static final int PARTITIONS = 2;
  private static final int CHUNK = 100;

  /** Fewer than the rows that a chunk changes. */
  private static final int MOST = 40;

  /** In the keys of the rows that close the logs. */
  private static final String CLOSER = "closes-the-log";

  /** Each changelog with its table. */
  private static final Map<String, String> TABLES =
      Map.of(
          "enriched", "bank.enriched_transactions",
          "pending", "bank.pending_transactions",
          "metrics", "bank.spend_metrics");

  private final Path folder;
  private final URI scoring;
  private final Feed feed;
  private final Map<String, Topic> changelogs = new LinkedHashMap<>();
  private final Topic removals;
  private final Topic deadLetters;
  private final KilledJob job;
  private final List<JsonNode> changes = new ArrayList<>();
  private int sent;

  /**
   * @param folder for the input as files, the replay and the lake
   * @param moments how many parts the input has
   */
  CardKills(
      FlinkProcesses flink,
      KafkaProcess kafka,
      URI scoring,
      Path folder,
      int moments,
      long seed,
      Random random) {
    this.folder = folder;
    this.scoring = scoring;
    make(seed, CHUNK * (moments + 1));
    kafka.createTopics(PARTITIONS, "customers", "transactions", "removals", "card-dead-letters");
    List<String> arguments = new ArrayList<>(KilledJob.onRocksDb(flink));
    for (String changelog : TABLES.keySet()) {
      kafka.createTopics(PARTITIONS, changelog);
      changelogs.put(changelog, new Topic(kafka.bootstrapServers(), changelog));
      arguments.add("--" + changelog + "=" + kafka.topic(changelog));
    }
    removals = new Topic(kafka.bootstrapServers(), "removals");
    deadLetters = new Topic(kafka.bootstrapServers(), "card-dead-letters");
    feed = new Feed(kafka.bootstrapServers());
    arguments.addAll(
        List.of(
            "--customers=" + kafka.topic("customers"),
            "--transactions=" + kafka.topic("transactions"),
            "--customerChanges=" + kafka.topic("removals"),
            "--deadLetters=" + kafka.topic("card-dead-letters"),
            "--ledger=iceberg:bank",
            "--catalog=" + Rows.catalog(folder),
            "--scoring=" + scoring,
            // However slow the machine is.
            "--scoringTimeout=60s"));
    job =
        new KilledJob(
            flink,
            kafka,
            all ->
                CardTransactions.run(PipelineArguments.parse(CardTransactionsOptions.class, all)),
            arguments,
            random);
  }

  /** Makes the changes, in the order of their commits. */
  private void make(long seed, int operations) {
    try {
      CardFiles.in(folder)
          .write(CardActivity.seeded(seed, NOON).withRate(1).withCustomers(40), operations);
      for (String file : List.of(CardFiles.CUSTOMERS, CardFiles.TRANSACTIONS)) {
        for (String line : Files.readAllLines(folder.resolve(file))) {
          changes.add(JSON.readTree(line));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // Customers first, as at one instant.
    changes.sort(Comparator.comparingLong(change -> change.at("/source/lsn").longValue()));
  }

  void kill(List<Victim> victims) {
    // Every partition has a time from the start.
    send(changes.size() / (victims.size() + 1));
    job.run(
        victims,
        () -> changelogs.values().stream().mapToInt(Topic::size).sum(),
        () -> send(changes.size() / (victims.size() + 1)),
        MOST);
  }

  private void send(int count) {
    for (int last = Math.min(changes.size(), sent + count); sent < last; sent++) {
      JsonNode change = changes.get(sent);
      String table = change.at("/source/table").textValue();
      JsonNode row = change.get(change.get("op").textValue().equals("d") ? "before" : "after");
      String key = row.get(table.equals("customers") ? "account_number" : "txn_id").textValue();
      feed.send(
          new ProducerRecord<>(table, key.getBytes(UTF_8), change.toString().getBytes(UTF_8)));
    }
    feed.flush();
  }

  /** Ends the logs with two later rows in each partition, so that all windows end. */
  private void closeLogs() {
    long end = NOON.plusSeconds(changes.size()).plus(Duration.ofDays(3)).toEpochMilli();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      for (int twice = 0; twice < 2; twice++) {
        String key = CLOSER + "-" + partition + "-" + twice;
        String customer =
            """
            {"account_number":"%s","customer_name":"C","email":"c@example.org","phone_number":"1",\
            "date_of_birth":0,"city":"C","created_at":"2026-01-14T12:00:00Z"}"""
                .formatted(key);
        String transaction =
            """
            {"txn_id":"%s","account_number":"%s","timestamp":"2026-01-17T12:00:00Z","amount":"1.00",\
            "currency":"USD","merchant":"M","location":"L","status":"PENDING",\
            "transaction_type":"PURCHASE"}"""
                .formatted(key, key);
        close("customers", partition, key, customer, end + twice * 1_000L);
        close("transactions", partition, key, transaction, end + twice * 1_000L);
      }
    }
    feed.flush();
  }

  private void close(String table, int partition, String key, String row, long at) {
    String envelope =
        """
        {"before":null,"after":%s,"source":{"ts_ms":%d,"lsn":%d,"table":"%s"},"op":"c","ts_ms":%d}"""
            .formatted(row, at, at, table, at);
    feed.send(
        new ProducerRecord<>(table, partition, key.getBytes(UTF_8), envelope.getBytes(UTF_8)));
  }

  @Override
  public void assertOutputsAgree(String when) {
    send(changes.size());
    closeLogs();
    CardFolder replay =
        new CardFolder(folder)
            .into("replayed")
            .run(scoring, "--runner=DirectRunner", CommandRun.ONE_THREAD);
    assertLast(when, "enriched", CardFolder.there(replay.enriched()).values());
    assertLast(when, "pending", CardFolder.there(replay.pending()).values());
    assertLast(when, "metrics", replay.spend().values());
    eventually(
        when, () -> removals.values().stream().sorted().toList(), equalTo(replay.removals()));
    eventually(when, deadLetters::size, is(replay.deadLetters().size()));
    assertThat(when, deadLetters.byKey().size(), is(deadLetters.size()));
    changelogs.forEach(
        (name, changelog) -> assertThat(when + ", " + name, changelog.outOfOrder(), is(empty())));
    TABLES.forEach(
        (name, table) -> {
          List<String> rows = List.copyOf(changelogs.get(name).last().values());
          List<String> columns = Rows.columns(rows.get(0));
          eventually(
              when + ", " + table,
              () -> Rows.ofTable(Rows.catalog(folder), table, columns),
              equalTo(Rows.ofJson(rows, columns)));
        });
    job.assertVerified(when, "card-transactions");
  }

  /** The last rows of a changelog equal those of the replay. */
  private void assertLast(String when, String changelog, Collection<String> replayed) {
    eventually(
        when + ", " + changelog,
        () ->
            changelogs.get(changelog).last().values().stream()
                .filter(row -> !row.contains(CLOSER))
                .sorted()
                .toList(),
        equalTo(replayed.stream().sorted().toList()));
  }

  @Override
  public void close() {
    changelogs.values().forEach(Topic::close);
    try (feed;
        removals;
        deadLetters;
        job) {}
  }
}
