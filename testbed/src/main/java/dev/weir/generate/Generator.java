package dev.weir.generate;

import com.google.common.base.Throwables;
import dev.weir.kafka.KafkaCluster;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Sends generated records to Kafka at a pace, each once and in order. {@link #run} sends until all
 * are sent or another thread calls {@link #stop}; it can be called once.
 *
 * @param <R> an item that becomes one record
 * @param <C> the counts of sent items
 */
public final class Generator<R, C> implements Runnable, AutoCloseable {
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(30);

  private final Supplier<Producer<byte[], byte[]>> producers;
  private final String target;
  private final Iterable<R> made;
  private final long events;
  private final Pace pace;
  private final Function<R, ProducerRecord<byte[], byte[]>> record;
  private final Consumer<R> acknowledged;
  private final Supplier<C> sent;
  private final AtomicReference<Thread> runner = new AtomicReference<>();
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile boolean stopped;

  /**
   * @param target the destination, for error messages
   * @param events how many records to send, 0 for no end
   * @param acknowledged called, on a Kafka thread, for each record that Kafka has acknowledged
   */
  private Generator(
      Supplier<Producer<byte[], byte[]>> producers,
      String target,
      Iterable<R> made,
      long events,
      Pace pace,
      Function<R, ProducerRecord<byte[], byte[]>> record,
      Consumer<R> acknowledged,
      Supplier<C> sent) {
    if (events < 0) {
      throw new IllegalArgumentException("the number of events must be 0 or more, not " + events);
    }
    this.producers = producers;
    this.target = target;
    this.made = made;
    this.events = events;
    this.pace = pace;
    this.record = record;
    this.acknowledged = acknowledged;
    this.sent = sent;
  }

  /**
   * Sends applications to a topic, at their own rate.
   *
   * @param events how many records to send, 0 for no end
   */
  public static Generator<MadeUpRecord, Counts> toKafka(
      KafkaCluster kafka, String topic, Applications applications, long events) {
    return of(
        () -> producer(kafka),
        "topic " + topic + " at " + kafka.bootstrapServers(),
        topic,
        applications,
        events,
        Pace.of(applications.rate()));
  }

  static Generator<MadeUpRecord, Counts> of(
      Supplier<Producer<byte[], byte[]>> producers,
      String target,
      String topic,
      Applications applications,
      long events,
      Pace pace) {
    Counts.Tally sent = new Counts.Tally();
    return new Generator<>(
        producers,
        target,
        applications,
        events,
        pace,
        made ->
            new ProducerRecord<>(topic, null, made.ts().toEpochMilli(), made.key(), made.value()),
        made -> sent.add(made.kind()),
        sent::counts);
  }

  /**
   * Sends the activity of a wallet's users to one topic for each stream.
   *
   * @param topics one for each stream
   * @param events how many records to send to all topics together, 0 for no end
   * @param perSecond records per second, infinite for no limit; differs from the activity's own
   *     rate for a replayed history
   */
  public static Generator<MoneyRecord, MoneyCounts> toKafka(
      KafkaCluster kafka,
      Map<MoneyStream, String> topics,
      MoneyActivity activity,
      long events,
      double perSecond) {
    return of(
        () -> producer(kafka),
        "topics " + String.join(", ", topics.values()) + " at " + kafka.bootstrapServers(),
        topics,
        activity,
        events,
        Pace.of(perSecond));
  }

  static Generator<MoneyRecord, MoneyCounts> of(
      Supplier<Producer<byte[], byte[]>> producers,
      String target,
      Map<MoneyStream, String> topics,
      MoneyActivity activity,
      long events,
      Pace pace) {
    MoneyCounts.Tally sent = new MoneyCounts.Tally();
    return new Generator<>(
        producers,
        target,
        activity,
        events,
        pace,
        // Timestamped when it is sent: its event time is in the event.
        made -> new ProducerRecord<>(topics.get(made.stream()), made.key(), made.value()),
        sent::add,
        sent::counts);
  }

  /**
   * Sends until all records are sent, {@link #stop} is called or the thread is interrupted. Returns
   * when Kafka has acknowledged all sent records.
   *
   * @throws IllegalStateException if a record cannot be written
   */
  @Override
  public void run() {
    if (!runner.compareAndSet(null, Thread.currentThread())) {
      throw new IllegalStateException("a generator can run only once");
    }
    try {
      sendAll();
    } catch (KafkaException e) {
      failure.compareAndSet(null, e);
    } finally {
      finished.countDown();
    }
    Exception first = failure.get();
    if (first != null) {
      String reason = Throwables.getRootCause(first).getMessage();
      throw new IllegalStateException("cannot write to " + target + ": " + reason, first);
    }
  }

  /** Returns the records that Kafka has acknowledged so far; can be called from any thread. */
  public C sent() {
    return sent.get();
  }

  /** Ends {@link #run} after the current record; can be called from any thread. */
  public void stop() {
    stopped = true;
    LockSupport.unpark(runner.get());
  }

  /** Stops and waits until {@link #run} has returned, for at most 30 seconds. */
  @Override
  public void close() {
    stop();
    Thread running = runner.get();
    if (running == null || running == Thread.currentThread()) {
      return;
    }
    try {
      finished.await(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void sendAll() {
    Producer<byte[], byte[]> producer = producers.get();
    try {
      Iterator<R> records = made.iterator();
      for (long n = 0; (events == 0 || n < events) && pace.await(n, this::isOver); n++) {
        send(producer, records.next());
      }
      if (!isOver()) {
        producer.flush();
      }
    } catch (InterruptException e) {
      stopped = true;
    } finally {
      // An interrupt stops further records; it must not lose those in flight.
      boolean interrupted = Thread.interrupted();
      producer.close(CLOSE_LIMIT);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void send(Producer<byte[], byte[]> producer, R one) {
    producer.send(
        record.apply(one),
        (metadata, exception) -> {
          if (exception == null) {
            acknowledged.accept(one);
          } else {
            failure.compareAndSet(null, exception);
          }
        });
  }

  private boolean isOver() {
    return stopped || failure.get() != null || Thread.currentThread().isInterrupted();
  }

  /** Returns a producer that waits for all replicas, for at most 30 seconds. */
  private static Producer<byte[], byte[]> producer(KafkaCluster kafka) {
    return kafka.producer(
        Map.of(
            ProducerConfig.ACKS_CONFIG,
            "all",
            ProducerConfig.LINGER_MS_CONFIG,
            5,
            // A broker that is about to lead a partition may reject the first batch of a producer
            // and accept the second, and then reject the first one forever.
            ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
            1,
            ProducerConfig.MAX_BLOCK_MS_CONFIG,
            30_000));
  }
}
