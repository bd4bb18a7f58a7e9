package dev.weir.it.kills;

import static dev.weir.testing.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import dev.weir.embedded.FlinkProcesses;
import dev.weir.embedded.KafkaProcess;
import dev.weir.generate.MoneyActivity;
import dev.weir.generate.MoneyRecord;
import dev.weir.generate.MoneyStream;
import dev.weir.it.CommandRun;
import dev.weir.it.Feed;
import dev.weir.it.Lines;
import dev.weir.it.Tape;
import dev.weir.it.loans.LoanFiles;
import dev.weir.it.money.MoneyRun;
import dev.weir.local.PipelineArguments;
import dev.weir.moneyenrichment.MoneyEnrichment;
import dev.weir.moneyenrichment.MoneyEnrichmentOptions;
import dev.weir.sessionservice.Countries;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Money enrichment whose processes are killed: three streams in, enriched movements out. */
final class MoneyKills implements OutputCheck, AutoCloseable {
  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");

  /** More than a job whose process is killed lags behind. */
  private static final String DISORDER = "--disorder=4m";

  private static final int PARTITIONS = 2;

  /** Longer than the disorder, so that the first results do not wait until the log is idle. */
  private static final int FIRST_CHUNK = 600;

  private static final int CHUNK = 150;
  private static final int MOST = 40;

  private final KafkaProcess kafka;
  private final URI sessions;
  private final Path folder;
  private final Iterator<MoneyRecord> activity;
  private final Feed feed;
  private final Topic enriched;
  private final Topic deadLetters;
  private final KilledJob job;

  /**
   * @param folder for the replay
   */
  MoneyKills(
      FlinkProcesses flink,
      KafkaProcess kafka,
      URI sessions,
      Path folder,
      long seed,
      Random random) {
    this.kafka = kafka;
    this.sessions = sessions;
    this.folder = folder;
    activity =
        MoneyActivity.seeded(seed, NOON, Countries::of)
            .withRate(2)
            .withUsers(30)
            .withLate(0.02)
            .withDuplicates(0.02)
            .withMalformed(0.01)
            .iterator();
    kafka.createTopics(PARTITIONS, "wallet", "users", "sessions", "money", "money-dead-letters");
    feed = new Feed(kafka.bootstrapServers());
    enriched = new Topic(kafka.bootstrapServers(), "money");
    deadLetters = new Topic(kafka.bootstrapServers(), "money-dead-letters");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                DISORDER,
                "--enriched=" + kafka.topic("money"),
                "--deadLetters=" + kafka.topic("money-dead-letters"),
                "--sessionService=" + sessions,
                // However slow the machine is.
                "--sessionTimeout=60s"));
    for (MoneyStream stream : MoneyStream.values()) {
      arguments.add("--" + name(stream) + "=" + kafka.topic(name(stream)));
    }
    job =
        new KilledJob(
            flink,
            kafka,
            all -> MoneyEnrichment.run(PipelineArguments.parse(MoneyEnrichmentOptions.class, all)),
            arguments,
            random);
  }

  void kill(List<Victim> victims) {
    // Every partition has a time from the start.
    send(FIRST_CHUNK);
    job.run(victims, enriched::size, () -> send(CHUNK), MOST);
  }

  private void send(int count) {
    for (int n = 0; n < count; n++) {
      MoneyRecord record = activity.next();
      feed.send(new ProducerRecord<>(name(record.stream()), record.key(), record.value()));
    }
    feed.flush();
  }

  /** Ends all logs with two later events in each partition, so that all events get their turn. */
  private void closeLogs() {
    Instant end = NOON.plus(Duration.ofDays(2));
    for (MoneyStream stream : MoneyStream.values()) {
      for (int partition = 0; partition < PARTITIONS; partition++) {
        for (int twice = 0; twice < 2; twice++) {
          feed.send(
              new ProducerRecord<>(
                  name(stream),
                  partition,
                  MoneyRun.CLOSER.getBytes(UTF_8),
                  MoneyRun.closer(stream, end.plusSeconds(twice), partition)));
        }
      }
    }
    feed.flush();
  }

  @Override
  public void assertOutputsAgree(String when) {
    closeLogs();
    List<String> replayed = replay();
    eventually(when, () -> Lines.differences(movements(enriched.values()), replayed), empty());
    assertThat(when, movements(enriched.values()), equalTo(replayed));
    int rejected = LoanFiles.lines(folder.resolve("dead-letters")).size();
    eventually(when, deadLetters::size, is(rejected));
    assertThat(when, deadLetters.byKey().size(), is(rejected));
    // The events that close the logs are still waiting for later ones.
    job.assertVerified(when, "money-enrichment", "--running");
  }

  /** Returns what the DirectRunner makes of the same logs, read from files. */
  private List<String> replay() {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "money-enrichment",
                "--runner=DirectRunner",
                CommandRun.ONE_THREAD,
                DISORDER,
                "--shards=8",
                "--sessionService=" + sessions,
                "--enriched=file:" + folder.resolve("enriched"),
                "--deadLetters=file:" + folder.resolve("dead-letters")));
    for (MoneyStream stream : MoneyStream.values()) {
      arguments.add("--" + name(stream) + "=file:" + dump(stream));
    }
    CommandRun run = CommandRun.of(arguments.toArray(String[]::new));
    assertThat(run.err().toString(), run.status(), is(0));
    return movements(LoanFiles.lines(folder.resolve("enriched")));
  }

  /** Writes a log to files unchanged, one for each partition. */
  private Path dump(MoneyStream stream) {
    try (Tape tape = new Tape(kafka.bootstrapServers(), name(stream))) {
      Files.createDirectories(folder);
      for (ConsumerRecord<byte[], byte[]> record : tape.records()) {
        Files.writeString(
            folder.resolve(name(stream) + "-" + record.partition() + ".jsonl"),
            new String(record.value(), UTF_8) + "\n",
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return folder.resolve(name(stream) + "-*.jsonl");
  }

  private static List<String> movements(List<String> lines) {
    return lines.stream().filter(line -> !line.contains(MoneyRun.CLOSER)).sorted().toList();
  }

  private static String name(MoneyStream stream) {
    return stream.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public void close() {
    try (feed;
        enriched;
        deadLetters;
        job) {}
  }
}
