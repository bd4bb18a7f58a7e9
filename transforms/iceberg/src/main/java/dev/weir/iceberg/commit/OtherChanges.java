package dev.weir.iceberg.commit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.util.PropertyUtil;

/**
 * What others have done to a table between two of its snapshots.
 *
 * @param mayAddRows whether another writer may have added rows, or this cannot be found out, for
 *     example because a snapshot has expired
 * @param rewrites snapshots that replace data files with others that have the same rows
 */
public record OtherChanges(boolean mayAddRows, List<Snapshot> rewrites) {
  private static final OtherChanges UNKNOWN = new OtherChanges(true, List.of());

  /** Returns whether a table whose current snapshot is this one has no rows. */
  public static boolean isEmpty(Snapshot current) {
    return GuardedOperations.isEmpty(current);
  }

  /**
   * Returns whether a table's record of a sink has at most one start of one job. Otherwise the
   * sink's commits may include rows that the running job did not write.
   */
  public static boolean areOfOneAttempt(Map<String, String> properties, String sinkId) {
    SinkRecord record = SinkRecord.parse(properties.get(SinkRecord.property(sinkId)));
    return record.attempts().size() <= 1 && record.superseded().isEmpty();
  }

  /**
   * @param seen the id of the older snapshot; 0 for a table without snapshots
   * @param now the newer snapshot; null for a table without snapshots
   */
  public static OtherChanges ofOtherSinks(Table table, long seen, Snapshot now, String sinkId) {
    return between(seen, now, table::snapshot, snapshot -> SnapshotTag.isOf(snapshot, sinkId));
  }

  /**
   * Returns whether what files assume of the table is true. They are about to be committed on top
   * of this metadata and of earlier files of the same job.
   *
   * @param record the table's record of the sink after these files
   */
  static boolean allow(NumberedFiles files, TableMetadata base, String sinkId, SinkRecord record) {
    Assumption assumes = files.getFiles().getAssumes();
    if (assumes == Assumption.NOTHING) {
      return true;
    }
    if (assumes == Assumption.ALL_KEYS && !record.isOfOneAttemptUpTo(files.getNumber())) {
      return false;
    }
    OtherChanges others =
        between(
            files.getFiles().getSeen(),
            base.currentSnapshot(),
            base::snapshot,
            snapshot -> SnapshotTag.isBefore(snapshot, sinkId, files, record));
    return !others.mayAddRows && others.rewrites.isEmpty();
  }

  private static OtherChanges between(
      long seen, Snapshot now, LongFunction<Snapshot> byId, Predicate<Snapshot> own) {
    List<Snapshot> rewrites = new ArrayList<>();
    Snapshot next = now;
    while (next != null && next.snapshotId() != seen) {
      if (!own.test(next)) {
        if (!DataOperations.REPLACE.equals(next.operation())) {
          return UNKNOWN;
        }
        if (PropertyUtil.propertyAsInt(next.summary(), SnapshotSummary.DELETED_FILES_PROP, 0) > 0) {
          rewrites.add(next);
        }
      }
      Long parent = next.parentId();
      next = parent == null ? null : byId.apply(parent);
      if (parent != null && next == null) {
        return UNKNOWN;
      }
    }
    return next == null && seen != 0 ? UNKNOWN : new OtherChanges(false, rewrites);
  }
}
