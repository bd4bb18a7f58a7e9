package dev.weir.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** Counts enriched events and dead letters on the output topics. */
final class MoneyTally {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Whether an event's session is known. */
  enum Session {
    /** Its country is known, from either the stream or the service. */
    KNOWN,
    /** The session is not known anywhere. */
    UNKNOWN,
    /** The service did not answer. */
    UNAVAILABLE,
    /** The event has no session. */
    NONE
  }

  private final Map<Session, Long> enriched = new ConcurrentHashMap<>();
  private final LongAdder firsts = new LongAdder();
  private final LongAdder ofKnownUsers = new LongAdder();
  private final LongAdder deadLetters = new LongAdder();
  private final LongAdder walletDeadLetters = new LongAdder();
  private final Recorder latency = new Recorder(3);

  /**
   * Counts one enriched event.
   *
   * @param value the event as JSON
   * @param readAt when it was read, to measure its latency
   * @throws IOException if {@code value} is not an enriched event
   */
  void addEnriched(byte[] value, Instant readAt) throws IOException {
    JsonNode event = JSON.readTree(value);
    JsonNode money = event.path("money");
    if (!money.path("processedAt").isTextual() || !event.path("firstOccurrence").isBoolean()) {
      throw new IOException("not an enriched money event");
    }
    enriched.merge(session(event, money), 1L, Long::sum);
    if (event.get("firstOccurrence").booleanValue()) {
      firsts.increment();
    }
    if (event.hasNonNull("userInfo")) {
      ofKnownUsers.increment();
    }
    Instant happened = Instant.parse(money.get("processedAt").textValue());
    latency.recordValue(Math.max(0, Duration.between(happened, readAt).toMillis()));
  }

  /**
   * Counts one dead letter.
   *
   * @param walletTopic the topic of the events that are enriched
   */
  void addDeadLetter(byte[] value, String walletTopic) throws IOException {
    deadLetters.increment();
    if (JSON.readTree(value).path("topic").asText().equals(walletTopic)) {
      walletDeadLetters.increment();
    }
  }

  private static Session session(JsonNode event, JsonNode money) {
    if (event.hasNonNull("sessionInfo")) {
      return Session.KNOWN;
    }
    if (event.hasNonNull("sessionLookup")) {
      return Session.UNAVAILABLE;
    }
    return money.hasNonNull("userSessionId") ? Session.UNKNOWN : Session.NONE;
  }

  long enriched(Session session) {
    return enriched.getOrDefault(session, 0L);
  }

  /** Enriched events that were the first of their user and type of money. */
  long firsts() {
    return firsts.sum();
  }

  /** Enriched events of users with known facts. */
  long ofKnownUsers() {
    return ofKnownUsers.sum();
  }

  /** Dead letters of all streams. */
  long deadLetters() {
    return deadLetters.sum();
  }

  /** Dead letters of payments and transactions. */
  long walletDeadLetters() {
    return walletDeadLetters.sum();
  }

  /** Latencies from event to enriched event since the last call, in milliseconds. */
  Histogram latency() {
    return latency.getIntervalHistogram();
  }
}
