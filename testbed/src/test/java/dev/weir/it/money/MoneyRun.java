package dev.weir.it.money;

import static dev.weir.testing.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.Matchers.is;

import dev.weir.embedded.EmbeddedKafka;
import dev.weir.generate.MoneyRecord;
import dev.weir.generate.MoneyStream;
import dev.weir.it.Checkpoints;
import dev.weir.it.Feed;
import dev.weir.it.Tape;
import dev.weir.it.loans.LoanFiles;
import dev.weir.local.EmbeddedFlink;
import dev.weir.local.PipelineArguments;
import dev.weir.moneyenrichment.MoneyEnrichment;
import dev.weir.moneyenrichment.MoneyEnrichmentOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.beam.sdk.PipelineResult;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The money-enrichment pipeline as a live job with its own topics. */
public final class MoneyRun implements AutoCloseable {
  private static final int PARTITIONS = 4;

  /** The user of the events that close the logs. */
  public static final String CLOSER = "closes-the-log";

  private final EmbeddedKafka kafka;
  private final EmbeddedFlink flink;
  private final URI sessionService;
  private final String name;
  private final Feed feed;
  private final Map<MoneyStream, String> topics = new EnumMap<>(MoneyStream.class);
  private final Tape enriched;
  private final Tape deadLetters;
  private PipelineResult job;

  /**
   * Creates the topics; nothing runs yet.
   *
   * @param name unique among the runs on the broker
   */
  public MoneyRun(EmbeddedKafka kafka, EmbeddedFlink flink, URI sessionService, String name) {
    this.kafka = kafka;
    this.flink = flink;
    this.sessionService = sessionService;
    this.name = name;
    for (MoneyStream stream : MoneyStream.values()) {
      topics.put(stream, name + "-" + stream.name().toLowerCase(java.util.Locale.ROOT));
      kafka.createTopic(topics.get(stream), PARTITIONS);
    }
    kafka.createTopic(name + "-enriched", PARTITIONS);
    kafka.createTopic(name + "-dead-letters", 1);
    feed = new Feed(kafka.bootstrapServers());
    enriched = new Tape(kafka, name + "-enriched");
    deadLetters = new Tape(kafka, name + "-dead-letters");
  }

  /** Sends records to their topics, in this order. */
  public MoneyRun send(List<MoneyRecord> records) {
    records.forEach(record -> send(record.stream(), record.userId(), record.value()));
    feed.flush();
    return this;
  }

  public void send(MoneyStream stream, String userId, byte[] value) {
    feed.send(new ProducerRecord<>(topics.get(stream), userId.getBytes(UTF_8), value));
  }

  /** Ends all logs with two later events of another user, so that all events get their turn. */
  public MoneyRun closeLogs(Instant at) {
    topics.forEach(
        (stream, topic) -> {
          for (int partition = 0; partition < PARTITIONS; partition++) {
            for (int twice = 0; twice < 2; twice++) {
              byte[] value = closer(stream, at.plusSeconds(twice), partition);
              feed.send(new ProducerRecord<>(topic, partition, CLOSER.getBytes(UTF_8), value));
            }
          }
        });
    feed.flush();
    return this;
  }

  /** Returns an event that closes a partition of a log. */
  public static byte[] closer(MoneyStream stream, Instant at, int partition) {
    String head =
        switch (stream) {
          case WALLET ->
              "{\"type\":\"PaymentEvent\",\"amount\":1,\"currency\":\"UYU\",\"openingBalance\":1,"
                  + "\"closingBalance\":0,\"moneyType\":\"CASH\",\"isOldMoneyEvent\":false,";
          case USERS -> "{\"type\":\"ChangeBirthDateEvent\",";
          case SESSIONS -> "{\"type\":\"UserSessionClosedEvent\",";
        };
    String tail =
        "\"id\":\"%s-%d\",\"userId\":\"%s\",\"processedAt\":\"%s\"}"
            .formatted(CLOSER, partition, CLOSER, at);
    return (head + tail).getBytes(UTF_8);
  }

  /** Submits the job as a user would; the given arguments take precedence. */
  public MoneyRun start(String... more) {
    List<String> arguments = arguments(more);
    addMissing(
        arguments, "--flinkMaster=" + flink.master(), "--filesToStage=" + flink.filesToStage());
    job = MoneyEnrichment.run(PipelineArguments.parse(MoneyEnrichmentOptions.class, arguments));
    return this;
  }

  /** Returns the arguments of this job on Flink, without the address of a cluster. */
  public List<String> arguments(String... more) {
    List<String> arguments = new ArrayList<>(List.of(more));
    addMissing(
        arguments,
        "--runner=FlinkRunner",
        "--attachedMode=false",
        "--parallelism=2",
        Checkpoints.FEW_KEY_GROUPS,
        "--shards=16",
        "--wallet=" + topic(MoneyStream.WALLET),
        "--users=" + topic(MoneyStream.USERS),
        "--sessions=" + topic(MoneyStream.SESSIONS),
        "--enriched=" + port(name + "-enriched"),
        "--deadLetters=" + port(name + "-dead-letters"),
        "--sessionService=" + sessionService);
    return arguments;
  }

  private static void addMissing(List<String> arguments, String... standard) {
    for (String argument : standard) {
      String option = argument.substring(0, argument.indexOf('=') + 1);
      if (arguments.stream().noneMatch(given -> given.startsWith(option))) {
        arguments.add(argument);
      }
    }
  }

  private String topic(MoneyStream stream) {
    return port(topics.get(stream));
  }

  private String port(String topic) {
    return "kafka://" + kafka.bootstrapServers() + "/" + topic;
  }

  /** Cancels the job without a savepoint, and waits until it is gone. */
  void cancel() {
    try {
      job.cancel();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    eventually(() -> job.getState().isTerminal(), is(true));
  }

  /**
   * Writes the logs to files unchanged, one for each partition.
   *
   * @return the arguments that name them
   */
  List<String> dump(Path folder) throws IOException {
    Files.createDirectories(folder);
    List<String> ports = new ArrayList<>();
    for (MoneyStream stream : MoneyStream.values()) {
      String topic = topics.get(stream);
      try (Tape tape = new Tape(kafka, topic)) {
        Map<Integer, StringBuilder> partitions = new java.util.TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : tape.records()) {
          partitions
              .computeIfAbsent(record.partition(), p -> new StringBuilder())
              .append(new String(record.value(), UTF_8))
              .append('\n');
        }
        for (Map.Entry<Integer, StringBuilder> partition : partitions.entrySet()) {
          Files.writeString(
              folder.resolve(topic + "-" + partition.getKey() + ".jsonl"), partition.getValue());
        }
      }
      ports.add(
          "--"
              + stream.name().toLowerCase(java.util.Locale.ROOT)
              + "=file:"
              + folder.resolve(topic + "-*.jsonl"));
    }
    return ports;
  }

  /**
   * Replays files to their end.
   *
   * @return the published records, sorted as text, without those that close the logs
   */
  List<String> replay(Path folder, List<String> files, String... more) {
    List<String> arguments = new ArrayList<>(List.of(more));
    arguments.addAll(files);
    arguments.add("--enriched=file:" + folder.resolve("enriched"));
    arguments.add("--deadLetters=file:" + folder.resolve("dead-letters"));
    addMissing(arguments, "--shards=8", "--sessionService=" + sessionService);
    PipelineResult result =
        MoneyEnrichment.run(PipelineArguments.parse(MoneyEnrichmentOptions.class, arguments));
    if (result.waitUntilFinish() != PipelineResult.State.DONE) {
      throw new AssertionError("the replay ended as " + result.getState());
    }
    return sorted(LoanFiles.lines(folder.resolve("enriched")));
  }

  /** Returns the records published so far, sorted as text, without those that close the logs. */
  public List<String> lines() {
    return sorted(enriched.lines());
  }

  private static List<String> sorted(List<String> lines) {
    return lines.stream().filter(line -> !line.contains(CLOSER)).sorted().toList();
  }

  /** Returns the number of records published so far. */
  int size() {
    return enriched.size();
  }

  /** Returns the dead letters, each once. */
  public Set<String> deadLetters() {
    return new TreeSet<>(deadLetters.lines());
  }

  @Override
  public void close() {
    feed.close();
    enriched.close();
    deadLetters.close();
    if (job != null && !job.getState().isTerminal()) {
      cancel();
    }
  }

  public static String[] with(String[] first, String... more) {
    String[] all = Arrays.copyOf(first, first.length + more.length);
    System.arraycopy(more, 0, all, first.length, more.length);
    return all;
  }
}
