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

/**
 * Replaces data files with their rewritten versions, which keep the sequence number of the snapshot
 * that they were read from.
 */
final class CompactionCommit {
  static final String PROPERTY = "weir.compaction";
  private static final Logger LOG = LoggerFactory.getLogger(CompactionCommit.class);

  private final Table table;
  private final String id;

  /**
   * @param id the id of the compaction, recorded in the summaries of its snapshots
   */
  CompactionCommit(Table table, String id) {
    this.table = table;
    this.id = id;
  }

  /**
   * Commits some groups as one snapshot.
   *
   * @param start the snapshot that the groups were read from
   * @return whether the commit succeeded; false if another commit has changed what it builds on
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
      LOG.info(
          "table {}: {} compacted groups conflict with another commit",
          table.name(),
          groups.size(),
          e);
      return false;
    }
  }

  /**
   * Rejects a commit that removes deletes newer than {@code start}. Iceberg drops deletes that are
   * older than all data files, but ignores the data files that the same commit adds with the
   * sequence number of {@code start} (<a
   * href="https://github.com/apache/iceberg/pull/10962">apache/iceberg#10962</a>): rows that
   * another commit has deleted since then would reappear.
   */
  private void checkDeletes(TableMetadata after, Snapshot start) {
    for (DeleteFile removed : after.currentSnapshot().removedDeleteFiles(table.io())) {
      ValidationException.check(
          removed.dataSequenceNumber() <= start.sequenceNumber(),
          "%s applies to files that were compacted",
          removed.location());
    }
  }

  /** Deletes the files that were written for a group. */
  void discard(RewriteFileGroup group) {
    new RewriteDataFilesCommitManager(table).abortFileGroup(group);
  }

  /** The number of delete files that the snapshots of this compaction removed. */
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
