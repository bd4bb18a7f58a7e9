package dev.weir.generate;

import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Sends the activity of a wallet's users to one Kafka topic for each stream, each record once and
 * in order. {@link #run} sends until all are sent or another thread calls {@link #stop}; it can be
 * called once.
 */
public final class MoneyGenerator implements Runnable, AutoCloseable {
  private final MoneyCounts.Tally sent = new MoneyCounts.Tally();
  private final KafkaFeed<MoneyRecord> feed;

  MoneyGenerator(
      Supplier<Producer<byte[], byte[]>> producers,
      String target,
      Map<MoneyStream, String> topics,
      MoneyActivity activity,
      long events,
      Pace pace) {
    this.feed =
        new KafkaFeed<>(
            producers,
            target,
            activity,
            events,
            pace,
            made ->
                // Timestamped when it is sent: its event time is in the event.
                new ProducerRecord<>(topics.get(made.stream()), made.key(), made.value()),
            sent::add);
  }

  /**
   * Sends at the activity's own rate.
   *
   * @param bootstrapServers {@code host:port}, several separated by commas
   * @param topics one for each stream
   * @param events how many records to send to all topics together, 0 for no end
   */
  public static MoneyGenerator toKafka(
      String bootstrapServers,
      Map<MoneyStream, String> topics,
      MoneyActivity activity,
      long events) {
    return toKafka(bootstrapServers, topics, activity, events, activity.rate());
  }

  /**
   * Sends at a different rate than the activity's, as for a replayed history.
   *
   * @param perSecond records per second, infinite for no limit
   */
  public static MoneyGenerator toKafka(
      String bootstrapServers,
      Map<MoneyStream, String> topics,
      MoneyActivity activity,
      long events,
      double perSecond) {
    return new MoneyGenerator(
        () -> KafkaFeed.producer(bootstrapServers),
        "topics " + String.join(", ", topics.values()) + " at " + bootstrapServers,
        topics,
        activity,
        events,
        Pace.of(perSecond));
  }

  /**
   * Sends until all records are sent, {@link #stop} is called or the thread is interrupted. Returns
   * when the topics have acknowledged all sent records.
   *
   * @throws IllegalStateException if a record cannot be written
   */
  @Override
  public void run() {
    feed.run();
  }

  /** Returns the records acknowledged by the topics so far; can be called from any thread. */
  public MoneyCounts sent() {
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
