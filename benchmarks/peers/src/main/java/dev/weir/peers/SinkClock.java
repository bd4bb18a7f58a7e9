package dev.weir.peers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;

/** Times a job that writes a table, from the first row that this process generates for it. */
public final class SinkClock {
  private static final SinkClock CLOCK = new SinkClock();

  private long firstMillis;
  private long processorNanos;

  private SinkClock() {}

  /** Forgets the first row, before another job starts. */
  public static void reset() {
    synchronized (CLOCK) {
      CLOCK.firstMillis = 0;
    }
  }

  /** Must be called before a row is generated; only the first call after a reset counts. */
  public static void row() {
    synchronized (CLOCK) {
      if (CLOCK.firstMillis == 0) {
        CLOCK.firstMillis = System.currentTimeMillis();
        CLOCK.processorNanos = ProcessorTime.nanos();
      }
    }
  }

  /**
   * Returns one line of JSON about a table whose last commit has just been made.
   *
   * @param rows those that the job was given
   */
  public static String report(Table table, long rows, HeapAfterGc heap)
      throws JsonProcessingException {
    Snapshot last = table.currentSnapshot();
    Map<String, Object> report = new LinkedHashMap<>();
    synchronized (CLOCK) {
      double seconds = (last.timestampMillis() - CLOCK.firstMillis) / 1e3;
      report.put("rows_per_second", Math.round(rows / seconds));
      report.put("processor_micros", (ProcessorTime.nanos() - CLOCK.processorNanos) / 1e3 / rows);
    }
    report.put("rows", rows);
    report.put("snapshots", table.history().size());
    report.put("data_files", total(last, SnapshotSummary.TOTAL_DATA_FILES_PROP));
    report.put("delete_files", total(last, SnapshotSummary.TOTAL_DELETE_FILES_PROP));
    report.put("mib", total(last, SnapshotSummary.TOTAL_FILE_SIZE_PROP) / (double) (1 << 20));
    report.put("heap_mib", heap.peakMebibytes());
    return new ObjectMapper().writeValueAsString(report);
  }

  /** Returns a total of the table at a snapshot, such as {@code total-records}. */
  public static long total(Snapshot snapshot, String property) {
    return Long.parseLong(snapshot.summary().getOrDefault(property, "0"));
  }
}
