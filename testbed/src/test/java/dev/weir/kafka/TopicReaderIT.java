package dev.weir.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.common.base.Throwables;
import dev.weir.embedded.EmbeddedKafka;
import dev.weir.it.Feed;
import dev.weir.kafka.ReadTopic.Times;
import dev.weir.kafka.TopicPosition.Partition;
import dev.weir.record.RawRecord.Encoding;
import dev.weir.testing.Eventually;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.beam.sdk.values.TimestampedValue;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Readers whose topic changes, as a runner runs them. */
@Timeout(600)
class TopicReaderIT {
  /** Fetches one small record at a time, so that a reader has little in memory. */
  private static final Map<String, String> SMALL_FETCHES =
      Map.of("max.poll.records", "1", "max.partition.fetch.bytes", "100", "fetch.max.bytes", "100");

  @TempDir private static Path folder;
  private static EmbeddedKafka kafka;
  private static Admin admin;
  private static Feed feed;

  @BeforeAll
  static void start() {
    kafka = EmbeddedKafka.start(folder, 0);
    admin =
        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()));
    feed = new Feed(kafka.bootstrapServers());
  }

  @AfterAll
  static void stop() {
    feed.close();
    admin.close();
    kafka.close();
  }

  @Test
  void aFirstStartBeginsAtTheFirstRecordThatIsLeft() throws IOException {
    kafka.createTopic("first", 1);
    send("first", 0, "a", "b", "c");
    deleteUpTo("first", 0, 2);

    try (Reading reading = new Reading("first", TopicPosition.none())) {
      reading.awaits("c");
    }
  }

  @Test
  void recordsThatWereDeletedUnreadAreAnErrorUnlessGapsAreAllowed() throws IOException {
    kafka.createTopic("retained", 1);
    send("retained", 0, "a", "b");
    TopicPosition saved = read("retained", "a", "b");
    send("retained", 0, "c", "d", "e");
    deleteUpTo("retained", 0, 4);

    assertThat(
        failure("retained", saved),
        is(
            "unread records of topic retained at "
                + kafka.bootstrapServers()
                + " were deleted: partition 0 is to be read from offset 2, but begins at offset 4;"
                + " to accept the loss, start the job from its last checkpoint with --allowGaps"));
    try (Reading reading = new Reading("retained", saved, "--allowGaps")) {
      reading.awaits("e");
    }
  }

  @Test
  void recordsThatAreDeletedBeforeARunningReaderReachesThemAreAnError() throws IOException {
    kafka.createTopic("overtaken", 1);
    send("overtaken", 0, "a".repeat(50), "b".repeat(50), "c".repeat(50), "d".repeat(50));
    for (int n = 0; n < 20; n++) {
      send("overtaken", 0, "e".repeat(50));
    }
    try (Reading reading = new Reading("overtaken", SMALL_FETCHES, TopicPosition.none())) {
      reading.awaits("a".repeat(50));
      deleteUpTo("overtaken", 0, 23);

      assertThat(
          Throwables.getRootCause(reading.failure()).getMessage(),
          startsWith(
              "unread records of topic overtaken at "
                  + kafka.bootstrapServers()
                  + " were deleted: partition 0 is to be read from offset "));
    }
  }

  @Test
  void aTopicThatWasCreatedAgainIsAnErrorWhereverItEnds() throws IOException {
    kafka.createTopic("recreated", 1);
    send("recreated", 0, "a", "b");
    TopicPosition saved = read("recreated", "a", "b");
    recreate("recreated", 1);

    String place = "topic recreated at " + kafka.bootstrapServers();
    assertThat(failure("recreated", saved), startsWith(place + " was deleted and created again"));
    send("recreated", 0, "x", "y", "z");
    assertThat(
        failure("recreated", saved),
        containsString("partition 0 is to be read from offset 2; to accept the loss"));
    try (Reading reading = new Reading("recreated", saved, "--allowGaps")) {
      reading.awaits("x", "y", "z");

      assertThat(reading.position().partitions().get(0).offset(), is(3L));
      assertThat(reading.position().topicId(), not(is(saved.topicId())));
    }
  }

  @Test
  void aTopicThatIsCreatedAgainUnderARunningReaderIsAnError() throws IOException {
    kafka.createTopic("replaced", 1);
    try (Reading reading = new Reading("replaced", TopicPosition.none())) {
      send("replaced", 0, "a", "b");
      reading.awaits("a", "b");
      recreate("replaced", 1);
      send("replaced", 0, "x", "y", "z");

      assertThat(
          Throwables.getRootCause(reading.failure()).getMessage(),
          startsWith("topic replaced at " + kafka.bootstrapServers() + " "));
    }
  }

  @Test
  void aTopicThatIsDeletedUnderARunningReaderIsAnError() throws IOException {
    kafka.createTopic("deleted", 1);
    send("deleted", 0, "a");
    try (Reading reading = new Reading("deleted", TopicPosition.none())) {
      reading.awaits("a");
      done(admin.deleteTopics(List.of("deleted")).all());

      assertThat(
          reading.failure().getMessage(),
          is(
              "topic deleted at "
                  + kafka.bootstrapServers()
                  + " does not exist; create it, or check its name"));
    }
  }

  @Test
  void aTopicThatDoesNotExistIsAnError() {
    assertThat(
        failure("missing", new TopicPosition("id", List.of(new Partition(0, 1, 0)))),
        is(
            "topic missing at "
                + kafka.bootstrapServers()
                + " does not exist; create it, or check its name"));
  }

  @Test
  void aRunningReaderReadsAddedPartitionsFromTheirBeginning() throws IOException {
    kafka.createTopic("grown", 1);
    send("grown", 0, "a");
    try (Reading reading = new Reading("grown", TopicPosition.none())) {
      reading.awaits("a");
      grow("grown", 3);
      send("grown", 2, "c");
      send("grown", 1, "b");
      send("grown", 0, "d");
      reading.awaits("a", "b", "c", "d");

      assertThat(
          reading.position().partitions().stream().map(Partition::offset).toList(),
          is(List.of(2L, 1L, 1L)));
    }
  }

  @Test
  void soDoesARestoredReader() throws IOException {
    kafka.createTopic("restored", 1);
    send("restored", 0, "a");
    TopicPosition saved = read("restored", "a");
    grow("restored", 2);
    send("restored", 1, "b");
    send("restored", 0, "c");

    try (Reading reading = new Reading("restored", saved)) {
      reading.awaits("b", "c");
    }
  }

  @Test
  void positionsAreCommittedToTheGroupAndNeverReadFromIt() throws IOException {
    kafka.createTopic("grouped", 1);
    send("grouped", 0, "a", "b");
    try (Reading reading = new Reading("grouped", TopicPosition.none());
        Reading other = new Reading("grouped", TopicPosition.none())) {
      reading.awaits("a", "b");
      assertThat(committed("grouped", "readers"), is(empty()));
      TopicPosition position = reading.position();
      position.finalizeCheckpoint();
      reading.runsUntil(() -> committed("grouped", "readers"), List.of(2L));

      // Not at the committed position, and the group is the first reader's, too.
      other.awaits("a", "b");
      send("grouped", 0, "c");
      other.awaits("a", "b", "c");
      other.position().finalizeCheckpoint();
      other.runsUntil(() -> committed("grouped", "readers"), List.of(3L));
      reading.awaits("a", "b", "c");
    }
  }

  @Test
  void aJobOfTheDirectRunnerCommitsToTheGroupOfTheProperties() throws IOException {
    kafka.createTopic("direct", 1);
    DirectOptions options = PipelineOptionsFactory.as(DirectOptions.class);
    options.setRunner(DirectRunner.class);
    options.setBlockOnRun(false);
    Pipeline pipeline = Pipeline.create(options);
    pipeline.apply(
        "Read",
        ReadTopic.of(
                new KafkaCluster(
                    kafka.bootstrapServers(), ClientProperties.of(Map.of("group.id", "lag"))),
                "direct",
                Encoding.JSON,
                org.joda.time.Duration.ZERO)
            .committingTo("readers"));
    PipelineResult job = pipeline.run();
    // A position is committed when later records are read.
    Eventually.eventually(
        () -> {
          send("direct", 0, "a");
          return committed("direct", "lag");
        },
        is(not(empty())));
    job.cancel();

    assertThat(committed("direct", "readers"), is(empty()));
  }

  @Test
  void recordsOfAPollAreOneElementWithTheEarliestOfTheirTimes() throws IOException {
    kafka.createTopic("batches", 1);
    long noon = Instant.parse("2026-01-05T12:00:00Z").toEpochMilli();
    for (int n = 0; n < 300; n++) {
      byte[] value = Integer.toString(n).getBytes(UTF_8);
      feed.send(new ProducerRecord<>("batches", 0, noon + (n * 7) % 300, null, value));
    }
    feed.flush();

    List<List<TimestampedValue<KafkaRecord<byte[], byte[]>>>> batches =
        batches("batches", 300, false);

    assertThat("all fit into a poll", batches.size(), is(lessThanOrEqualTo(3)));
    assertThat(
        batches.stream().flatMap(List::stream).map(r -> r.getValue().getOffset()).toList(),
        is(LongStream.range(0, 300).boxed().toList()));
    assertThat(
        batches.stream()
            .flatMap(List::stream)
            .map(r -> r.getTimestamp().getMillis() - noon)
            .toList(),
        is(LongStream.range(0, 300).map(n -> n * 7 % 300).boxed().toList()));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aBatchOfAMebibyteEndsWithinAPollAndAReaderContinuesThere(boolean restarts)
      throws IOException {
    String topic = "large-" + restarts;
    kafka.createTopic(topic, 1);
    for (int n = 0; n < 6; n++) {
      feed.send(new ProducerRecord<>(topic, 0, null, null, new byte[600_000]));
    }
    feed.flush();

    assertThat(
        batches(topic, 6, restarts).stream()
            .map(batch -> batch.stream().map(record -> record.getValue().getOffset()).toList())
            .toList(),
        is(List.of(List.of(0L, 1L), List.of(2L, 3L), List.of(4L, 5L))));
  }

  /**
   * Reads a number of records as a runner does.
   *
   * @param restarts whether there is another reader after each batch
   */
  private static List<List<TimestampedValue<KafkaRecord<byte[], byte[]>>>> batches(
      String topic, int records, boolean restarts) throws IOException {
    List<List<TimestampedValue<KafkaRecord<byte[], byte[]>>>> batches = new ArrayList<>();
    TopicSource source = source(topic, Map.of("max.partition.fetch.bytes", "8388608"));
    TopicPosition position = null;
    long read = 0;
    while (read < records) {
      try (BatchReader reader = source.createReader(PipelineOptionsFactory.create(), position)) {
        boolean goesOn = true;
        for (boolean any = reader.start(); goesOn; any = goesOn && reader.advance()) {
          if (any) {
            List<TimestampedValue<KafkaRecord<byte[], byte[]>>> batch = reader.getCurrent();
            assertThat(
                reader.getCurrentTimestamp(),
                is(batch.stream().map(TimestampedValue::getTimestamp).sorted().toList().get(0)));
            batches.add(batch);
            read += batch.size();
            position = CoderUtils.clone(TopicPosition.CODER, reader.getCheckpointMark());
            assertThat(
                "the position is just after the batch",
                position.partitions().get(0).offset(),
                is(read));
            goesOn = read < records && !restarts;
          }
        }
      }
    }
    return batches;
  }

  private static TopicSource source(String topic, Map<String, String> properties) {
    return TopicSource.of(
        new KafkaCluster(kafka.bootstrapServers(), ClientProperties.of(properties)),
        topic,
        List.of(),
        "readers",
        new Times(org.joda.time.Duration.ZERO, null, false),
        1);
  }

  /** A reader of all partitions, and the values that it has read. */
  private static final class Reading implements AutoCloseable {
    private final BatchReader reader;
    private final List<String> values = new ArrayList<>();
    private boolean started;

    Reading(String topic, TopicPosition saved, String... options) {
      this(topic, Map.of(), saved, options);
    }

    Reading(String topic, Map<String, String> properties, TopicPosition saved, String... options) {
      TopicSource split =
          source(topic, properties).split(1, PipelineOptionsFactory.create()).get(0);
      reader =
          new BatchReader(
              split,
              new TopicReader(
                  split,
                  PipelineOptionsFactory.fromArgs(options).as(GapOptions.class),
                  saved,
                  Duration.ofMillis(50)));
    }

    /** Reads what there is, as a runner does. */
    void advance() throws IOException {
      if (started ? reader.advance() : reader.start()) {
        reader
            .getCurrent()
            .forEach(record -> values.add(new String(record.getValue().getKV().getValue(), UTF_8)));
      }
      started = true;
    }

    void awaits(String... expected) throws IOException {
      runsUntil(values::size, expected.length);
      assertThat(values, containsInAnyOrder(expected));
    }

    <T> void runsUntil(java.util.function.Supplier<T> actual, T expected) throws IOException {
      long end = System.nanoTime() + Duration.ofMinutes(5).toNanos();
      while (!actual.get().equals(expected) && System.nanoTime() < end) {
        advance();
      }
      assertThat(actual.get(), is(expected));
    }

    /** Reads until reading fails. */
    Exception failure() {
      return assertThrows(
          Exception.class,
          () -> {
            long end = System.nanoTime() + Duration.ofMinutes(5).toNanos();
            while (System.nanoTime() < end) {
              advance();
            }
          });
    }

    /** The position as it is in a checkpoint, still connected to the reader. */
    TopicPosition position() {
      return reader.getCheckpointMark();
    }

    @Override
    public void close() throws IOException {
      reader.close();
    }
  }

  /** Reads these values and returns what a checkpoint then holds. */
  private static TopicPosition read(String topic, String... values) throws IOException {
    try (Reading reading = new Reading(topic, TopicPosition.none())) {
      reading.awaits(values);
      return CoderUtils.clone(TopicPosition.CODER, reading.position());
    }
  }

  private static String failure(String topic, TopicPosition saved) {
    return assertThrows(
            IllegalStateException.class,
            () -> {
              try (Reading reading = new Reading(topic, saved)) {
                reading.advance();
              }
            })
        .getMessage();
  }

  private static void send(String topic, int partition, String... values) {
    for (String value : values) {
      feed.send(new ProducerRecord<>(topic, partition, null, value.getBytes(UTF_8)));
    }
    feed.flush();
  }

  private static List<Long> committed(String topic, String group) {
    Map<TopicPartition, OffsetAndMetadata> offsets =
        done(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    return offsets.entrySet().stream()
        .filter(offset -> offset.getKey().topic().equals(topic) && offset.getValue() != null)
        .map(offset -> offset.getValue().offset())
        .toList();
  }

  private static void deleteUpTo(String topic, int partition, long offset) {
    done(
        admin
            .deleteRecords(
                Map.of(new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(offset)))
            .all());
  }

  private static void recreate(String topic, int partitions) {
    done(admin.deleteTopics(List.of(topic)).all());
    // The name is free only when the broker has heard of it.
    Eventually.eventually(() -> done(admin.listTopics().names()).contains(topic), is(false));
    kafka.createTopic(topic, partitions);
  }

  private static void grow(String topic, int partitions) {
    done(admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions))).all());
    // Keeps the topic, and waits until its partitions have leaders.
    Eventually.eventually(
        () ->
            done(admin.describeTopics(List.of(topic)).allTopicNames())
                .get(topic)
                .partitions()
                .size(),
        is(partitions));
    kafka.createTopic(topic, partitions);
  }

  private static <T> T done(Future<T> answer) {
    try {
      return answer.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
