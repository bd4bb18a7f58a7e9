package dev.weir.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.joda.time.Duration;
import org.joda.time.Instant;

/** Finds the end of a history by reading it. */
public final class HistoryEnd {
  /** The time of the last event is wrong if it is further than this from all others. */
  private static final long FURTHEST = Duration.standardDays(1).getMillis();

  private static final long SECOND = 1_000;

  private long latest = Long.MIN_VALUE;
  private long latestButOne = Long.MIN_VALUE;
  private long latestAhead = Long.MIN_VALUE;

  private HistoryEnd() {}

  /**
   * Returns the first whole second after the latest event. A single event more than a day later
   * than all others does not count. Events more than ten minutes ahead of {@code readAt} do not
   * count either, unless all events are.
   *
   * @param patterns paths, folders or globs of JSON Lines
   * @param time extracts the time from a line; returns null if the line has none
   * @param readAt when the files are read
   * @throws UncheckedIOException if a file cannot be read or a pattern matches no file
   * @throws IllegalArgumentException if no line has a time
   */
  public static Instant of(
      Collection<String> patterns, SerializableFunction<byte[], Instant> time, Instant readAt) {
    HistoryEnd end = new HistoryEnd();
    ReadFiles.LineTime lineTime = new ReadFiles.LineTime(time, 0, readAt.getMillis());
    for (String pattern : patterns) {
      try (HistoryFiles files = HistoryFiles.open(pattern, lineTime)) {
        while (files.next()) {
          if (files.time() != null) {
            end.see(files.time(), lineTime.isAhead(files.time()));
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return end.end(patterns);
  }

  private void see(long time, boolean ahead) {
    if (ahead) {
      latestAhead = Math.max(latestAhead, time);
    } else if (time > latest) {
      latestButOne = latest;
      latest = time;
    } else if (time > latestButOne) {
      latestButOne = time;
    }
  }

  private Instant end(Collection<String> patterns) {
    if (latest == Long.MIN_VALUE && latestAhead == Long.MIN_VALUE) {
      throw new IllegalArgumentException("there are no events with a time in " + patterns);
    }
    boolean alone = latestButOne != Long.MIN_VALUE && latest - latestButOne > FURTHEST;
    long last = alone ? latestButOne : latest == Long.MIN_VALUE ? latestAhead : latest;
    return Instant.ofEpochMilli((Math.floorDiv(last, SECOND) + 1) * SECOND);
  }
}
