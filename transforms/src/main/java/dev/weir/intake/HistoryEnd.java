package dev.weir.intake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.joda.time.Duration;
import org.joda.time.Instant;

/** Finds out where a history ends, by reading it. */
public final class HistoryEnd {
  private HistoryEnd() {}

  /**
   * The time after the latest event; one wrong time far ahead of all others does not count.
   *
   * @param patterns paths or globs of JSON Lines
   * @param time of a line, null for none
   * @param disorder how far a line may be behind the latest one before it in its file
   * @throws UncheckedIOException where a file cannot be read, or a pattern names none
   * @throws IllegalArgumentException where no two lines have a time
   */
  public static Instant of(
      Collection<String> patterns, SerializableFunction<byte[], Instant> time, Duration disorder) {
    long end = Long.MIN_VALUE;
    for (String pattern : patterns) {
      try (HistoryFiles files = HistoryFiles.open(pattern, time, disorder.getMillis())) {
        while (files.next()) {
          // Reading it is all.
        }
        end = Math.max(end, files.latest());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    if (end == Long.MIN_VALUE) {
      throw new IllegalArgumentException("no events with a time are in " + patterns);
    }
    return Instant.ofEpochMilli(end + 1);
  }
}
