package dev.weir.iceberg.maintain;

import dev.weir.iceberg.commit.RunRecord;
import dev.weir.iceberg.commit.SinkId;
import dev.weir.iceberg.commit.SinkRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;

/**
 * Decides which files that no snapshot references may still be committed, from the table's records
 * of their writers. A file that is not provably lost may be pending.
 */
final class PendingFiles {
  /** The maximum difference between the clocks of a worker and of the storage. */
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(10);

  /** No compaction commits files that are older than this; see {@link CompactFiles#LONGEST}. */
  private static final Duration COMPACTION = Duration.ofDays(1);

  private final Map<String, SinkRecord> sinks;
  private final Map<String, RunRecord> runs;
  private final Instant now;
  private final Duration unknown;

  /**
   * @param properties the table's properties; must not be newer than the snapshots that the
   *     referenced files were read from
   * @param unknown age from which a file counts as lost if the table does not know its writer, or
   *     knows it as a run that has not finished; null to never count it as lost
   */
  PendingFiles(Map<String, String> properties, Instant now, Duration unknown) {
    this.sinks = SinkRecord.all(properties);
    this.runs = new HashMap<>();
    properties.forEach(
        (name, value) -> {
          if (name.startsWith(RunRecord.PREFIX)) {
            runs.put(name.substring(RunRecord.PREFIX.length()), RunRecord.parse(value));
          }
        });
    this.now = now;
    this.unknown = unknown;
  }

  boolean mayInclude(String location, Instant modified) {
    String name = location.substring(location.lastIndexOf('/') + 1);
    if (CompactFiles.FILE_NAME.matcher(name).matches()) {
      return !isOlderThan(COMPACTION, modified);
    }
    Matcher written = SinkId.FILE_NAME.matcher(name);
    SinkRecord sink = written.matches() ? sinks.get(written.group(1)) : null;
    RunRecord run = written.matches() ? runs.get(written.group(1)) : null;
    boolean unfinished = run != null && !isFinished(run);
    if ((sink == null && run == null) || (sink == null && unfinished)) {
      return unknown == null || !isOlderThan(unknown, modified);
    }
    return (sink != null && !isLostTo(sink, modified))
        || (run != null && (unfinished || !modified.isBefore(instant(run.finished()))));
  }

  /**
   * Numbers are committed without gaps. Once an attempt has committed a number, every file that
   * earlier attempts wrote and numbered is committed, and their other files never will be.
   */
  private static boolean isLostTo(SinkRecord sink, Instant modified) {
    List<SinkRecord.Attempt> attempts = sink.attempts();
    if (attempts.isEmpty()) {
      return false;
    }
    Instant started = instant(attempts.get(attempts.size() - 1).started());
    return modified.isBefore(started.minus(CLOCK_SKEW));
  }

  static boolean isFinished(RunRecord run) {
    return run.digests().size() == run.commits();
  }

  private boolean isOlderThan(Duration age, Instant modified) {
    return modified.isBefore(now.minus(age));
  }

  private static Instant instant(long millis) {
    return Instant.ofEpochMilli(millis);
  }
}
