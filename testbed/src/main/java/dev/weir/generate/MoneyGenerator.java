package dev.weir.generate;

import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Sends what users of a wallet do to a Kafka topic for each stream, each record once and in order.
 * {@link #run} works until all are sent or another thread calls {@link #stop}; it can be called
 * once.
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
                // Stamped when it is sent: its own time is in the event.
                new ProducerRecord<>(topics.get(made.stream()), made.key(), made.value()),
            sent::add);
  }

  /**
   * At the activity's own rate.
   *
   * @param bootstrapServers {@code host:port}, several with commas between them
   * @param topics one for each stream
   * @param events how many records to send to all of them together, 0 for no end
   */
  public static MoneyGenerator toKafka(
      String bootstrapServers,
      Map<MoneyStream, String> topics,
      MoneyActivity activity,
      long events) {
    return toKafka(bootstrapServers, topics, activity, events, activity.rate());
  }

  /**
   * At another rate than the activity's, as history is.
   *
   * @param perSecond infinite for as fast as it goes
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
   * Sends until all is sent, {@link #stop} is called or the thread is interrupted, and returns when
   * the topics have what was sent.
   *
   * @throws IllegalStateException if a record cannot be written
   */
  @Override
  public void run() {
    feed.run();
  }

  /** What the topics have acknowledged so far; can be asked from any thread. */
  public MoneyCounts sent() {
    return sent.counts();
  }

  /** Ends {@link #run} after the record at hand; can be called from any thread. */
  public void stop() {
    feed.stop();
  }

  /** Stops and waits until {@link #run} has returned or its records had half a minute to arrive. */
  @Override
  public void close() {
    feed.close();
  }
}
