package dev.weir.service;

import dev.weir.dedup.KeepFirst;
import dev.weir.record.Origin;
import dev.weir.sharding.Shards;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * Elements such as {@code r1 3 q7}: the id, the hours after noon, and the question, which a dash
 * before it suppresses. Duplicates are up to a day apart.
 */
final class TimedQuestion {
  static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");

  private TimedQuestion() {}

  static KeepFirst<String> keepFirst(int shards) {
    return KeepFirst.of(
        TimedQuestion::id,
        TimedQuestion::time,
        // Bounded input is in the order of the numbers at the end.
        text -> Origin.ofFile("history", FakeService.rightAnswer(text)),
        Duration.standardHours(24),
        shards);
  }

  static AskService<String, String, Integer, String> ask(FakeService service, int shards) {
    return AskService.of(
        service.opener(),
        Asking.ONE_BY_ONE,
        TimedQuestion::question,
        Asking::result,
        Shards.of(shards, TimedQuestion::id),
        StringUtf8Coder.of());
  }

  /** The element, or the result for it, at the element's own time. */
  static TimestampedValue<String> at(String text) {
    return TimestampedValue.of(text, time(text));
  }

  static String id(String text) {
    return text.split(" ")[0];
  }

  static Instant time(String text) {
    return NOON.plus(Duration.standardHours(Long.parseLong(text.split(" ")[1])));
  }

  private static String question(String text) {
    return Asking.question(text.split(" ")[2]);
  }
}
