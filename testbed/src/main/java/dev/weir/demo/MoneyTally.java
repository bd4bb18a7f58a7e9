package dev.weir.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** Counts enriched money and dead letters, as they are on the output topics. */
final class MoneyTally {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What is known of an event's session. */
  enum Session {
    /** Its country, be it from the stream or the service. */
    KNOWN,
    /** Nobody knows such a session. */
    UNKNOWN,
    /** The service did not answer. */
    UNAVAILABLE,
    /** The event is part of none. */
    NONE
  }

  private final Map<Session, LongAdder> enriched = new EnumMap<>(Session.class);
  private final LongAdder firsts = new LongAdder();
  private final LongAdder ofKnownUsers = new LongAdder();
  private final LongAdder deadLetters = new LongAdder();
  private final LongAdder walletDeadLetters = new LongAdder();
  private final Recorder latency = new Recorder(3);

  MoneyTally() {
    for (Session session : Session.values()) {
      enriched.put(session, new LongAdder());
    }
  }

  /**
   * Counts one enriched event.
   *
   * @param value its JSON
   * @param readAt when it was read, to measure how long it took since it happened
   * @throws IOException if it is none
   */
  void addEnriched(byte[] value, Instant readAt) throws IOException {
    JsonNode event = JSON.readTree(value);
    JsonNode money = event.path("money");
    if (!money.path("processedAt").isTextual() || !event.path("firstOccurrence").isBoolean()) {
      throw new IOException("no enriched money");
    }
    enriched.get(session(event, money)).increment();
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

  long enriched() {
    return enriched.values().stream().mapToLong(LongAdder::sum).sum();
  }

  long enriched(Session session) {
    return enriched.get(session).sum();
  }

  /** Enriched events that were the first of their user and type of money. */
  long firsts() {
    return firsts.sum();
  }

  /** Enriched events of users of whom something is known. */
  long ofKnownUsers() {
    return ofKnownUsers.sum();
  }

  /** Of all streams. */
  long deadLetters() {
    return deadLetters.sum();
  }

  /** Of the events that would have been enriched. */
  long walletDeadLetters() {
    return walletDeadLetters.sum();
  }

  /** Milliseconds from event to enriched event, since the last call. */
  Histogram latency() {
    return latency.getIntervalHistogram();
  }
}
