package dev.weir.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import dev.weir.generate.Applications;
import dev.weir.generate.GenerateCommand;
import dev.weir.generate.Generator;
import dev.weir.generate.MadeUpRecord;
import dev.weir.kafka.KafkaCluster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import picocli.CommandLine;

@Timeout(900)
class EmbeddedKafkaIT {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static final PrintStream STDOUT = System.out;
  private static final ByteArrayOutputStream PRINTED = new ByteArrayOutputStream();

  @TempDir private static Path shared;
  private static EmbeddedKafka kafka;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    LoggerContext logs = (LoggerContext) LoggerFactory.getILoggerFactory();
    logs.addTurboFilter(new NoLogs());
    System.setOut(new PrintStream(PRINTED, true, UTF_8));
    try {
      kafka = EmbeddedKafka.start(shared.resolve("kafka"), 0);
      kafka.createTopic("startup", 1);
    } finally {
      System.setOut(STDOUT);
      logs.resetTurboFilterList();
    }
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @Test
  void itPrintsNothing() {
    assertThat(PRINTED.toString(UTF_8), is(emptyString()));
  }

  @Test
  void aRecordComesBackAsItWasSent() throws Exception {
    kafka.createTopic("round-trip", 4);
    send(kafka, "round-trip", "key", "value");

    List<ConsumerRecord<byte[], byte[]>> records = read(kafka, "round-trip", 1);
    assertThat(new String(records.get(0).key(), UTF_8), is("key"));
    assertThat(new String(records.get(0).value(), UTF_8), is("value"));
  }

  @Test
  void aTopicHasTheConfiguredNumberOfPartitionsAndIsNotChangedLater() throws Exception {
    kafka.createTopic("four", 4);
    kafka.createTopic("four", 4);
    kafka.createTopic("four", 7);

    assertThat(partitions(kafka, "four"), is(4));
  }

  @Test
  void aConsumerGroupCommitsItsOffsets() throws Exception {
    kafka.createTopic("grouped", 4);
    send(kafka, "grouped", "key", "value");
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(kafka, "readers")) {
      consumer.subscribe(List.of("grouped"));
      while (consumer.poll(Duration.ofMillis(200)).isEmpty()) {
        // Until the group has its partitions.
      }
      consumer.commitSync();
    }
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(kafka, "readers")) {
      long committed =
          consumer.committed(Set.copyOf(allPartitions(consumer, "grouped"))).values().stream()
              .filter(Objects::nonNull)
              .mapToLong(offset -> offset.offset())
              .sum();
      assertThat(committed, is(1L));
    }
  }

  @Test
  void aRestartOnTheSameFolderKeepsTheData() throws Exception {
    try (EmbeddedKafka first = EmbeddedKafka.start(folder, 0)) {
      first.createTopic("kept", 4);
      send(first, "kept", "key", "value");
    }
    try (EmbeddedKafka second = EmbeddedKafka.start(folder, 0)) {
      second.createTopic("kept", 1);

      assertThat(partitions(second, "kept"), is(4));
      assertThat(read(second, "kept", 1).get(0).value(), is("value".getBytes(UTF_8)));
    }
  }

  @Test
  void aFolderHasOneBrokerAtATime() {
    IllegalStateException refusal =
        assertThrows(
            IllegalStateException.class, () -> EmbeddedKafka.start(shared.resolve("kafka"), 0));

    assertThat(refusal.getMessage(), containsString("another broker is running in this folder"));
    kafka.createTopic("still-alive", 1);
  }

  @Test
  void aPortInUseIsNamed() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("localhost"))) {
      IllegalStateException refusal =
          assertThrows(
              IllegalStateException.class, () -> EmbeddedKafka.start(folder, taken.getLocalPort()));

      assertThat(
          refusal.getMessage(), containsString("port " + taken.getLocalPort() + " is in use"));
    }
  }

  @Test
  void itListensOnThePortItIsGiven() {
    int port = Ports.free(1).get(0);
    EmbeddedKafka given = EmbeddedKafka.start(folder, port);
    try {
      assertThat(given.bootstrapServers(), is("localhost:" + port));
      given.createTopic("here", 1);
    } finally {
      given.close();
      given.close();
    }
  }

  /** Kafka itself would end the process here. */
  @Test
  void aBrokerThatDiesOnStartThrows() throws IOException {
    EmbeddedKafka.start(folder, 0).close();
    Files.writeString(folder.resolve("data/__cluster_metadata-0/quorum-state"), "nonsense");

    IllegalStateException death =
        assertThrows(IllegalStateException.class, () -> EmbeddedKafka.start(folder, 0));
    assertThat(
        death.getMessage(),
        is(
            "Kafka did not start in "
                + folder
                + ": the broker stopped (halt 1): see its log for the reason"));
  }

  @Test
  void aFolderOfAnotherNodeIsRejected() throws IOException {
    Files.createDirectories(folder.resolve("data"));
    Files.writeString(
        folder.resolve("data/meta.properties"), "version=1\ncluster.id=abc\nnode.id=9\n");

    IllegalStateException refusal =
        assertThrows(IllegalStateException.class, () -> EmbeddedKafka.start(folder, 0));
    assertThat(refusal.getMessage(), containsString("node"));
  }

  @Test
  void generatedApplicationsArriveAsTheyWereMade() throws Exception {
    kafka.createTopic("loans", 4);
    Applications applications =
        Applications.seeded(7, NOON).withRate(5000).withDuplicates(0.02).withMalformed(0.01);
    long start = System.nanoTime();
    try (var generator =
        Generator.toKafka(
            KafkaCluster.at(kafka.bootstrapServers()), "loans", applications, 10_000)) {
      generator.run();
      assertThat(generator.sent().total(), is(10_000L));
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    assertThat("no faster than 5000/s", seconds, greaterThan(1.99));

    assertThat(fingerprints(read(kafka, "loans", 10_000)), is(expected(applications, 10_000)));
  }

  @Test
  void theCommandFillsATopic() throws Exception {
    StringWriter out = new StringWriter();
    int status =
        new CommandLine(new GenerateCommand())
            .setOut(new PrintWriter(out, true))
            .execute(
                "loans",
                "--to=kafka://" + kafka.bootstrapServers() + "/commanded",
                "--rate=1000",
                "--events=200");

    assertThat(status, is(0));
    assertThat(out.toString(), containsString("wrote 200 records: "));
    read(kafka, "commanded", 200);
    // Created automatically, with the same settings as all others.
    assertThat(partitions(kafka, "commanded"), is(4));
  }

  private static List<String> expected(Applications applications, int count) {
    List<String> expected = new ArrayList<>();
    Iterator<MadeUpRecord> records = applications.iterator();
    for (int i = 0; i < count; i++) {
      MadeUpRecord record = records.next();
      expected.add(fingerprint(record.key(), record.ts().toEpochMilli(), record.value()));
    }
    return expected.stream().sorted().toList();
  }

  private static List<String> fingerprints(List<ConsumerRecord<byte[], byte[]>> records) {
    return records.stream()
        .map(record -> fingerprint(record.key(), record.timestamp(), record.value()))
        .sorted()
        .toList();
  }

  private static String fingerprint(byte[] key, long timestamp, byte[] value) {
    return new String(key, UTF_8) + " " + timestamp + " " + Arrays.toString(value);
  }

  private static void send(EmbeddedKafka kafka, String topic, String key, String value)
      throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(topic, key.getBytes(UTF_8), value.getBytes(UTF_8))).get();
    }
  }

  private static List<ConsumerRecord<byte[], byte[]>> read(
      EmbeddedKafka kafka, String topic, int count) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(kafka, "none")) {
      List<TopicPartition> partitions = allPartitions(consumer, topic);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      while (records.size() < count) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
      assertThat(
          "records in the topic",
          consumer.endOffsets(partitions).values().stream().mapToLong(Long::longValue).sum(),
          is((long) count));
      return records;
    }
  }

  private static List<TopicPartition> allPartitions(
      KafkaConsumer<byte[], byte[]> consumer, String topic) {
    return consumer.partitionsFor(topic).stream()
        .map(partition -> new TopicPartition(topic, partition.partition()))
        .toList();
  }

  private static KafkaConsumer<byte[], byte[]> consumer(EmbeddedKafka kafka, String group) {
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers",
            kafka.bootstrapServers(),
            "group.id",
            group,
            "enable.auto.commit",
            "false",
            "auto.offset.reset",
            "earliest"),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  private static int partitions(EmbeddedKafka kafka, String topic) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      return admin
          .describeTopics(List.of(topic))
          .allTopicNames()
          .get()
          .get(topic)
          .partitions()
          .size();
    }
  }

  /** Logs may go to the console; what a library prints there by itself may not. */
  private static final class NoLogs extends TurboFilter {
    @Override
    public FilterReply decide(
        Marker marker, Logger logger, Level level, String format, Object[] params, Throwable t) {
      return FilterReply.DENY;
    }
  }
}
