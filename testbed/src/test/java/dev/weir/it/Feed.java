package dev.weir.it;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends records to topics, each once and in order, also to new topics and while the broker
 * restarts. Not thread-safe.
 */
public final class Feed implements AutoCloseable {
  private final KafkaProducer<byte[], byte[]> producer;
  private final List<Future<RecordMetadata>> sent = new ArrayList<>();

  /**
   * @param brokers the address of any broker
   */
  public Feed(String brokers) {
    producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                brokers,
                ProducerConfig.LINGER_MS_CONFIG,
                5,
                // Otherwise a broker that is about to lead a partition may reject the first batch
                // of a producer and accept the second, and then reject the first one forever.
                ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
                1,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                300_000),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** Sends a record without waiting; {@link #flush} throws if it was not accepted. */
  public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
    Future<RecordMetadata> result = producer.send(record);
    sent.add(result);
    return result;
  }

  /**
   * Waits until the records sent so far are on their topics.
   *
   * @throws IllegalStateException if one of them is not
   */
  public void flush() {
    producer.flush();
    try {
      for (Future<RecordMetadata> result : sent) {
        result.get();
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("a record was not sent", e);
    } finally {
      sent.clear();
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
