package dev.weir.benchmarks.publish;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Measures what the job of this process publishes, and gives the figures as one line of JSON. */
final class PublishedFigures {
  private final Map<String, String> arguments;

  /**
   * @param arguments of the process: {@code --brokers=ADDRESS --broker=PID --topic=T --partitions=N
   *     --warmUp=SECONDS --seconds=N --rate=PER_SECOND}; rate 0 is as many as possible
   */
  PublishedFigures(Map<String, String> arguments) {
    this.arguments = arguments;
  }

  /** Measures the throughput, or the latency if there is a rate. */
  String measure() throws InterruptedException, JsonProcessingException {
    Map<String, Object> figures = number("rate") == 0 ? throughput() : latency();
    return new ObjectMapper().writeValueAsString(figures);
  }

  /**
   * Counts by the offsets at the end of the partitions, whether committed or not: in a job that
   * runs steadily the rate is the same. Markers of transactions have offsets, too; they are fewer
   * than one in a thousand.
   */
  private Map<String, Object> throughput() throws InterruptedException {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer("read_uncommitted")) {
      while (end(consumer) == 0) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
      TimeUnit.SECONDS.sleep(number("warmUp"));
      long records = end(consumer);
      long time = System.nanoTime();
      long job = processorNanos(ProcessHandle.current());
      long broker = brokerNanos();
      TimeUnit.SECONDS.sleep(number("seconds"));
      records = end(consumer) - records;
      double seconds = (System.nanoTime() - time) / 1e9;
      job = processorNanos(ProcessHandle.current()) - job;
      broker = brokerNanos() - broker;
      return Map.of(
          "per_second", records / seconds,
          "job_micros", job / 1e3 / records,
          "broker_micros", broker / 1e3 / records);
    }
  }

  /** The time from the creation of a record to its receipt by a consumer of committed records. */
  private Map<String, Object> latency() throws InterruptedException {
    Histogram millis = new Histogram(TimeUnit.MINUTES.toMillis(10), 3);
    try (KafkaConsumer<byte[], byte[]> consumer = consumer("read_committed")) {
      consumer.assign(partitions());
      consumer.seekToBeginning(partitions());
      long from = Long.MAX_VALUE;
      long to = Long.MAX_VALUE;
      for (long now = System.nanoTime();
          to == Long.MAX_VALUE || now < to;
          now = System.nanoTime()) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          if (to == Long.MAX_VALUE) {
            from = System.nanoTime() + TimeUnit.SECONDS.toNanos(number("warmUp"));
            to = from + TimeUnit.SECONDS.toNanos(number("seconds"));
          }
          if (now >= from) {
            millis.recordValue(
                Math.max(0, System.currentTimeMillis() - MadeRecord.createdAt(record.value())));
          }
        }
      }
    }
    return Map.of(
        "p50", millis.getValueAtPercentile(50),
        "p99", millis.getValueAtPercentile(99),
        "records", millis.getTotalCount());
  }

  private long end(KafkaConsumer<?, ?> consumer) {
    return consumer.endOffsets(partitions()).values().stream().mapToLong(Long::longValue).sum();
  }

  private List<TopicPartition> partitions() {
    return IntStream.range(0, (int) number("partitions"))
        .mapToObj(partition -> new TopicPartition(arguments.get("topic"), partition))
        .toList();
  }

  private KafkaConsumer<byte[], byte[]> consumer(String isolation) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", arguments.get("brokers"));
    settings.put("isolation.level", isolation);
    settings.put("enable.auto.commit", false);
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private long brokerNanos() {
    return processorNanos(ProcessHandle.of(number("broker")).orElseThrow());
  }

  private static long processorNanos(ProcessHandle process) {
    return process.info().totalCpuDuration().orElseThrow().toNanos();
  }

  private long number(String name) {
    return Long.parseLong(arguments.get(name));
  }
}
