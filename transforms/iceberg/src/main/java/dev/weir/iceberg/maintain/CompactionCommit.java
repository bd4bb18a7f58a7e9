package dev.weir.iceberg.maintain;

import dev.weir.iceberg.commit.CheckedOperations;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.actions.RewriteDataFilesCommitManager;
import org.apache.iceberg.actions.RewriteFileGroup;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.util.PropertyUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts rewritten files in the place of those they were made from; they count as old as these. */
final class CompactionCommit {
  static final String PROPERTY = "weir.compaction";
  private static final Logger LOG = LoggerFactory.getLogger(CompactionCommit.class);

  private final Table table;
  private final String id;

  /**
   * @param id of the compaction, for the summaries of its snapshots
   */
  CompactionCommit(Table table, String id) {
    this.table = table;
    this.id = id;
  }

  /**
   * Makes one snapshot of some groups.
   *
   * @param start the snapshot that the groups are of
   * @return whether it was made; it is not where another commit has changed what it builds on
   */
  boolean commit(List<RewriteFileGroup> groups, Snapshot start) {
    Table checked =
        new BaseTable(
            new CheckedOperations(
                ((HasTableOperations) table).operations(), after -> checkDeletes(after, start)),
            table.name());
    try {
      new RewriteDataFilesCommitManager(checked, start.snapshotId(), true, Map.of(PROPERTY, id))
          .commitFileGroups(Set.copyOf(groups));
      return true;
    } catch (ValidationException | CommitFailedException e) {
      LOG.info("table {}: {} compacted groups are in conflict", table.name(), groups.size(), e);
      return false;
    }
  }

  /**
   * Iceberg drops deletes that are older than all data files, and does not reckon with the ones
   * that are being added as old as {@code start} (<a
   * href="https://github.com/apache/iceberg/pull/10962">apache/iceberg#10962</a>): rows that
   * another commit has deleted since would be back.
   */
  private void checkDeletes(TableMetadata after, Snapshot start) {
    for (DeleteFile removed : after.currentSnapshot().removedDeleteFiles(table.io())) {
      ValidationException.check(
          removed.dataSequenceNumber() <= start.sequenceNumber(),
          "%s applies to files that were compacted",
          removed.location());
    }
  }

  /** Removes the files that were made for a group. */
  void discard(RewriteFileGroup group) {
    new RewriteDataFilesCommitManager(table).abortFileGroup(group);
  }

  /** How many delete files the snapshots of this compaction have removed. */
  int deleteFilesRemoved() {
    int removed = 0;
    for (Snapshot snapshot : table.snapshots()) {
      if (id.equals(snapshot.summary().get(PROPERTY))) {
        removed +=
            PropertyUtil.propertyAsInt(
                snapshot.summary(), SnapshotSummary.REMOVED_DELETE_FILES_PROP, 0);
      }
    }
    return removed;
  }
}
