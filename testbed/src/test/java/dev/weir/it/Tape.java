package dev.weir.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.embedded.EmbeddedKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A topic from its beginning, as any consumer reads it. Not thread-safe. */
public final class Tape implements AutoCloseable {
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;
  private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();

  public Tape(EmbeddedKafka kafka, String topic) {
    this(kafka.bootstrapServers(), topic);
  }

  /**
   * @param brokers the address of any broker
   */
  public Tape(String brokers, String topic) {
    consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                brokers,
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                10_000),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    partitions =
        consumer.partitionsFor(topic).stream()
            .map(partition -> new TopicPartition(topic, partition.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** Returns all records on the topic so far; each partition in its order. */
  public List<ConsumerRecord<byte[], byte[]>> records() {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
      consumer.poll(Duration.ofMillis(100)).forEach(records::add);
    }
    return List.copyOf(records);
  }

  /** Returns the number of records on the topic so far. */
  public int size() {
    return records().size();
  }

  /** The values of {@link #records} as text. */
  public List<String> lines() {
    return records().stream().map(record -> new String(record.value(), UTF_8)).toList();
  }

  @Override
  public void close() {
    consumer.close(Duration.ofSeconds(1));
  }
}
