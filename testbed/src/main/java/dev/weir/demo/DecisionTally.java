package dev.weir.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.embedded.TopicReader;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Counts the records on the pipeline's output topics, which it reads as any consumer would. Latency
 * is the time from an application's {@code ts} to the moment its decision is read here.
 */
final class DecisionTally implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The possible statuses of a decision. */
  enum Status {
    APPROVED,
    DENIED,
    REFERRED
  }

  private final String decisionsTopic;
  private final TopicReader reader;
  private final Map<Status, Long> decisions = new ConcurrentHashMap<>();
  private final AtomicLong deadLetters = new AtomicLong();
  private final Recorder asked = new Recorder(3);
  private final Recorder notAsked = new Recorder(3);

  DecisionTally(String brokers, String decisionsTopic, String deadLettersTopic) {
    this.decisionsTopic = decisionsTopic;
    this.reader =
        TopicReader.start(brokers, List.of(decisionsTopic, deadLettersTopic), this::count);
  }

  long decisions() {
    return decisions.values().stream().mapToLong(Long::longValue).sum();
  }

  long decisions(Status status) {
    return decisions.getOrDefault(status, 0L);
  }

  long deadLetters() {
    return deadLetters.get();
  }

  /**
   * Latencies since the last call, in milliseconds, of decisions for which the bureau was asked.
   */
  Histogram latencyOfAsked() {
    return asked.getIntervalHistogram();
  }

  /** Latencies since the last call, in milliseconds, of decisions for which it was not asked. */
  Histogram latencyOfNotAsked() {
    return notAsked.getIntervalHistogram();
  }

  /** Throws the error that stopped the counting, if there was one. */
  void check() {
    reader.check();
  }

  private void count(ConsumerRecord<byte[], byte[]> record) throws IOException {
    if (!record.topic().equals(decisionsTopic)) {
      deadLetters.incrementAndGet();
      return;
    }
    JsonNode decision = JSON.readTree(record.value());
    decisions.merge(Status.valueOf(decision.get("status").textValue()), 1L, Long::sum);
    Instant applied = Instant.parse(decision.get("ts").textValue());
    long millis = Math.max(0, Duration.between(applied, Instant.now()).toMillis());
    boolean known = decision.get("applicant_type").textValue().equals("KNOWN");
    (known ? notAsked : asked).recordValue(millis);
  }

  @Override
  public void close() {
    reader.close();
  }
}
