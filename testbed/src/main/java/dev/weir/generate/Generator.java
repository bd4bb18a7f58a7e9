package dev.weir.generate;

import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Sends generated applications to a Kafka topic at their own rate, each once and in order. {@link
 * #run} sends until all are sent or another thread calls {@link #stop}; it can be called once.
 */
public final class Generator implements Runnable, AutoCloseable {
  private final Counts.Tally sent = new Counts.Tally();
  private final KafkaFeed<MadeUpRecord> feed;

  Generator(
      Supplier<Producer<byte[], byte[]>> producers,
      String target,
      String topic,
      Applications applications,
      long events,
      Pace pace) {
    this.feed =
        new KafkaFeed<>(
            producers,
            target,
            applications,
            events,
            pace,
            made ->
                new ProducerRecord<>(
                    topic, null, made.ts().toEpochMilli(), made.key(), made.value()),
            made -> sent.add(made.kind()));
  }

  /**
   * @param bootstrapServers {@code host:port}, several separated by commas
   * @param events how many records to send, 0 for no end
   */
  public static Generator toKafka(
      String bootstrapServers, String topic, Applications applications, long events) {
    return new Generator(
        () -> KafkaFeed.producer(bootstrapServers),
        "topic " + topic + " at " + bootstrapServers,
        topic,
        applications,
        events,
        Pace.of(applications.rate()));
  }

  /**
   * Sends until all records are sent, {@link #stop} is called or the thread is interrupted. Returns
   * when the topic has acknowledged all sent records.
   *
   * @throws IllegalStateException if a record cannot be written
   */
  @Override
  public void run() {
    feed.run();
  }

  /** Returns the records acknowledged by the topic so far; can be called from any thread. */
  public Counts sent() {
    return sent.counts();
  }

  /** Ends {@link #run} after the current record; can be called from any thread. */
  public void stop() {
    feed.stop();
  }

  /** Stops and waits until {@link #run} has returned, for half a minute at most. */
  @Override
  public void close() {
    feed.close();
  }
}
