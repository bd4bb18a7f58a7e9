package dev.weir.it.loans;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.deadletter.DeadLetter;
import dev.weir.embedded.EmbeddedKafka;
import dev.weir.encoding.SingleObjectCoder;
import dev.weir.kafka.KafkaCluster;
import dev.weir.kafka.PublishJson;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records of different sizes, sent to a real broker with its own limit. */
class RecordSizeIT {
  private static final int MEGABYTE = 1 << 20;

  @TempDir private static Path folder;
  private static EmbeddedKafka kafka;

  @BeforeAll
  static void start() {
    kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @Test
  void aRecordBelowTheLimitOfBothIsWritten() throws Exception {
    topic("large", 4 * MEGABYTE);

    publish("large", 3 * MEGABYTE, 4 * MEGABYTE);

    assertThat(read("large").value().length > 3 * MEGABYTE, is(true));
  }

  @Test
  void aProducersBufferHasRoomForTheLargestRecord() throws Exception {
    topic("huge", 48 * MEGABYTE);

    publish("huge", 40 * MEGABYTE, 48 * MEGABYTE);

    assertThat(read("huge").value().length > 40 * MEGABYTE, is(true));
  }

  @Test
  void aRecordAboveTheProducersLimitFailsAndNamesTheOption() throws Exception {
    topic("standard", 4 * MEGABYTE);

    assertThat(
        failure("standard", 2 * MEGABYTE, MEGABYTE),
        allOf(
            containsString("too large for the topic standard"),
            containsString("raise --maxRequestSize (it is 1048576 bytes)"),
            containsString("restart the job from its last checkpoint")));
  }

  @Test
  void aRecordAboveTheTopicsLimitFailsAndNamesTheTopicAndItsSetting() throws Exception {
    topic("small", 100_000);

    assertThat(
        failure("small", 200_000, MEGABYTE),
        allOf(
            containsString("too large for the topic small"), containsString("max.message.bytes")));
  }

  private static String failure(String topic, int size, int limit) {
    Throwable failure = assertThrows(RuntimeException.class, () -> publish(topic, size, limit));
    StringBuilder all = new StringBuilder();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      all.append(cause.getMessage()).append('\n');
    }
    return all.toString();
  }

  private static void publish(String topic, int size, int limit) {
    DeadLetter letter =
        DeadLetter.newBuilder()
            .setStage("test")
            .setReason("TOO_LONG")
            .setDetail("x".repeat(size))
            .build();
    PipelineOptions options = PipelineOptionsFactory.create();
    options.setRunner(DirectRunner.class);
    Pipeline pipeline = Pipeline.create(options);
    pipeline
        .apply(Create.of(letter).withCoder(SingleObjectCoder.of(DeadLetter.class)))
        .apply(
            "Publish",
            PublishJson.<DeadLetter>to(
                    KafkaCluster.at(kafka.bootstrapServers()), topic, one -> "key")
                .withMaxRequestSize(limit));
    pipeline.run().waitUntilFinish();
  }

  private static void topic(String name, int limit) throws Exception {
    kafka.createTopic(name, 1);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      ConfigEntry setting = new ConfigEntry("max.message.bytes", Integer.toString(limit));
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, name),
                  List.of(new AlterConfigOp(setting, AlterConfigOp.OpType.SET))))
          .all()
          .get();
    }
  }

  private static ConsumerRecord<byte[], byte[]> read(String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      for (int attempt = 0; attempt < 60; attempt++) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          return record;
        }
      }
      throw new AssertionError("nothing is on " + topic);
    }
  }
}
