package dev.weir.embedded;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads topics from their beginning, as any consumer would, in its own thread. */
public final class TopicReader implements AutoCloseable {
  /** Receives each record, on one thread. */
  public interface Handler {
    /**
     * @throws IOException if the record cannot be read; reading then stops
     */
    void read(ConsumerRecord<byte[], byte[]> record) throws IOException;
  }

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Handler handler;
  private final Thread reader;
  private volatile boolean closed;
  private volatile IOException unreadable;

  private TopicReader(KafkaConsumer<byte[], byte[]> consumer, Handler handler) {
    this.consumer = consumer;
    this.handler = handler;
    this.reader = new Thread(this::readAll, "demo-tally");
    reader.setDaemon(true);
  }

  /** Starts reading. */
  public static TopicReader start(String brokers, List<String> topics, Handler handler) {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                brokers,
                ConsumerConfig.GROUP_ID_CONFIG,
                "weir-demo",
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    consumer.subscribe(topics);
    TopicReader reader = new TopicReader(consumer, handler);
    reader.reader.start();
    return reader;
  }

  /** Throws the error that stopped the reader, if there was one. */
  public void check() {
    if (unreadable != null) {
      throw new IllegalStateException("cannot read a result", unreadable);
    }
  }

  private void readAll() {
    try {
      while (!closed) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          handler.read(record);
        }
      }
    } catch (WakeupException e) {
      // Woken up to stop.
    } catch (IOException e) {
      unreadable = e;
    } finally {
      consumer.close(Duration.ofSeconds(1));
    }
  }

  @Override
  public void close() {
    closed = true;
    consumer.wakeup();
    try {
      reader.join(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
