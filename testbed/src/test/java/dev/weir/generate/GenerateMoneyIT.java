package dev.weir.generate;

import static dev.weir.testing.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import dev.weir.embedded.EmbeddedKafka;
import dev.weir.it.Program;
import dev.weir.local.Main;
import dev.weir.sessionservice.Countries;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command as a user runs it, writing to topics. */
@Timeout(900)
class GenerateMoneyIT {
  private static final Pattern WROTE = Pattern.compile("wrote (\\d+) records: .*");
  private static final int PARTITIONS = 4;

  @TempDir private static Path folder;
  private static EmbeddedKafka kafka;

  @BeforeAll
  static void start() {
    kafka = EmbeddedKafka.start(folder, 0);
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @Test
  void everyStreamIsInItsTopicInOrderAndByUser() {
    createTopics("a");
    List<String> lines;
    try (Program program =
        start("a", "--events=3000", "--seed=7", "--from=2026-01-31T12:00:00Z", "--span=2h")) {
      lines = program.lines();
    }

    assertThat(wrote(lines), is(3_000L));
    Map<MoneyStream, Map<String, List<String>>> expected = new HashMap<>();
    Iterator<MoneyRecord> records =
        MoneyActivity.seeded(7, Instant.parse("2026-01-31T12:00:00Z"), Countries::of)
            .withRate(3000 / 7200.0)
            .iterator();
    for (int n = 0; n < 3_000; n++) {
      MoneyRecord record = records.next();
      expected
          .computeIfAbsent(record.stream(), stream -> new HashMap<>())
          .computeIfAbsent(record.userId(), user -> new ArrayList<>())
          .add(text(record.value()));
    }
    for (MoneyStream stream : MoneyStream.values()) {
      assertThat(byKey(read(topic("a", stream))), is(expected.get(stream)));
    }
  }

  @Test
  void whatWasWrittenBeforeTheStopIsReported() {
    createTopics("b");
    List<String> lines;
    try (Program program = start("b", "--rate=0")) {
      eventually(() -> read(topic("b", MoneyStream.WALLET)).size(), is(greaterThan(99)));
      lines = program.linesWhenStopped();
    }

    long sent = 0;
    for (MoneyStream stream : MoneyStream.values()) {
      sent += read(topic("b", stream)).size();
    }
    assertThat(sent, is(greaterThan(100L)));
    assertThat(wrote(lines), is(sent));
  }

  private static Program start(String prefix, String... more) {
    List<String> arguments = new ArrayList<>(List.of("generate", "money"));
    for (MoneyStream stream : MoneyStream.values()) {
      arguments.add(
          "--"
              + stream.name().toLowerCase(Locale.ROOT)
              + "=kafka://"
              + kafka.bootstrapServers()
              + "/"
              + topic(prefix, stream));
    }
    arguments.addAll(List.of(more));
    return Program.start("generate-money-" + prefix, Main.class, Map.of(), arguments);
  }

  private static long wrote(List<String> lines) {
    Matcher wrote = WROTE.matcher(lines.get(lines.size() - 1));
    assertThat(lines.toString(), wrote.matches(), is(true));
    return Long.parseLong(wrote.group(1));
  }

  private static void createTopics(String prefix) {
    for (MoneyStream stream : MoneyStream.values()) {
      kafka.createTopic(topic(prefix, stream), PARTITIONS);
    }
  }

  private static String topic(String prefix, MoneyStream stream) {
    return prefix + "-" + stream;
  }

  private static Map<String, List<String>> byKey(List<ConsumerRecord<byte[], byte[]>> records) {
    Map<String, List<String>> values = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      values
          .computeIfAbsent(text(record.key()), key -> new ArrayList<>())
          .add(text(record.value()));
    }
    return values;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }

  /** Returns all records that are there now. */
  private static List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions = new ArrayList<>();
      for (int n = 0; n < PARTITIONS; n++) {
        partitions.add(new TopicPartition(topic, n));
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
      return records;
    }
  }
}
