package dev.weir.benchmarks.loans;

import dev.weir.generate.Applications;
import dev.weir.generate.MadeUpRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Measures the time from when an application is due to be sent to the receipt of its decision by a
 * consumer of committed records, while a job runs.
 */
final class JobLatency {
  /** How long the first decision may take. */
  private static final long FIRST_NANOS = TimeUnit.MINUTES.toNanos(2);

  private final String brokers;
  private final String applications;
  private final String decisions;
  private final int partitions;

  /** When each application that has no decision yet was due to be sent. */
  private final Map<String, Long> sentAt = new ConcurrentHashMap<>();

  private volatile boolean isOver;

  /**
   * @param decisions a topic without records, with this number of partitions
   */
  JobLatency(String brokers, String applications, String decisions, int partitions) {
    this.brokers = brokers;
    this.applications = applications;
    this.decisions = decisions;
    this.partitions = partitions;
  }

  /**
   * Sends applications for some seconds.
   *
   * @param warmUp seconds that are not measured, from the first decision
   * @param seconds that are measured
   * @return milliseconds
   */
  Histogram measure(int perSecond, int warmUp, int seconds) throws InterruptedException {
    Histogram millis = new Histogram(TimeUnit.MINUTES.toMillis(10), 3);
    Thread sender = new Thread(() -> send(perSecond), "sender");
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", brokers, "isolation.level", "read_committed"),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(
          IntStream.range(0, partitions).mapToObj(n -> new TopicPartition(decisions, n)).toList());
      consumer.seekToBeginning(consumer.assignment());
      sender.start();
      long began = System.nanoTime();
      long from = 0;
      long now = began;
      while (from == 0 || now < from + TimeUnit.SECONDS.toNanos(seconds)) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          now = System.nanoTime();
          from = from == 0 ? now + TimeUnit.SECONDS.toNanos(warmUp) : from;
          Long due = sentAt.remove(record.key());
          // A job that publishes at least once may repeat a decision.
          if (now >= from && due != null) {
            millis.recordValue(TimeUnit.NANOSECONDS.toMillis(now - due));
          }
        }
        now = System.nanoTime();
        if (!sender.isAlive() || (from == 0 && now - began > FIRST_NANOS)) {
          throw new IllegalStateException("the job decides nothing, or nothing can be sent");
        }
      }
    } finally {
      isOver = true;
      sender.join();
    }
    return millis;
  }

  private void send(int perSecond) {
    Iterator<MadeUpRecord> made =
        Applications.seeded(System.nanoTime(), Instant.now()).withRate(perSecond).iterator();
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", brokers),
            new StringSerializer(),
            new ByteArraySerializer())) {
      long began = System.nanoTime();
      for (long n = 0; !isOver; n++) {
        long due = began + n * TimeUnit.SECONDS.toNanos(1) / perSecond;
        while (System.nanoTime() < due) {
          LockSupport.parkNanos(due - System.nanoTime());
        }
        MadeUpRecord one = made.next();
        sentAt.put(one.requestId(), due);
        producer.send(
            new ProducerRecord<>(
                applications, null, one.ts().toEpochMilli(), one.requestId(), one.value()));
      }
    }
  }
}
