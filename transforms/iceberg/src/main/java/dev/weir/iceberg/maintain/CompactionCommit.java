package dev.weir.iceberg.maintain;

import dev.weir.iceberg.commit.CheckedOperations;
import dev.weir.iceberg.table.TableFiles;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.actions.RewriteDataFilesCommitManager;
import org.apache.iceberg.actions.RewriteFileGroup;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.util.PropertyUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces data files with their rewritten versions, which keep the sequence number of the snapshot
 * that they were read from.
 */
final class CompactionCommit {
  static final String PROPERTY = "weir.compaction";
  private static final int TRIES = 3;
  private static final Logger LOG = LoggerFactory.getLogger(CompactionCommit.class);

  private final Table table;
  private final String id;
  private final OutputFileFactory names;

  /**
   * @param id the id of the compaction, recorded in the summaries of its snapshots
   */
  CompactionCommit(Table table, String id, OutputFileFactory names) {
    this.table = table;
    this.id = id;
    this.names = names;
  }

  /**
   * Commits some groups as one snapshot.
   *
   * @param start the snapshot that the groups were read from
   * @param moved where the rows of each group are now
   * @return whether the commit succeeded; false if another commit has changed what it builds on
   */
  boolean commit(List<RewriteFileGroup> groups, Snapshot start, List<MovedRows> moved) {
    for (int attempt = 1; attempt <= TRIES; attempt++) {
      table.refresh();
      NewerDeletes newer = new NewerDeletes(table, names, moved);
      try {
        newer.write(start, table.currentSnapshot());
        commit(groups, start, table.currentSnapshot(), newer.replaced);
        return true;
      } catch (ValidationException | CommitFailedException e) {
        LOG.info(
            "table {}: {} compacted groups conflict with another commit",
            table.name(),
            groups.size(),
            e);
        TableFiles.delete(
            table,
            newer.replaced.values().stream()
                .filter(Objects::nonNull)
                .map(DeleteFile::location)
                .toList());
      }
    }
    return false;
  }

  /**
   * @param now the current snapshot, on top of which alone this may be committed
   */
  private void commit(
      List<RewriteFileGroup> groups,
      Snapshot start,
      Snapshot now,
      Map<DeleteFile, DeleteFile> replaced) {
    Table checked =
        new BaseTable(
            new CheckedOperations(
                ((HasTableOperations) table).operations(),
                after -> {
                  ValidationException.check(
                      Objects.equals(after.currentSnapshot().parentId(), now.snapshotId()),
                      "another commit came first");
                  checkDeletes(after, start, replaced.keySet());
                }),
            table.name());
    RewriteFiles rewrite =
        checked
            .newRewrite()
            .validateFromSnapshot(now.snapshotId())
            .dataSequenceNumber(start.sequenceNumber());
    for (RewriteFileGroup group : groups) {
      group.rewrittenFiles().forEach(rewrite::deleteFile);
      group.addedFiles().forEach(rewrite::addFile);
    }
    replaced.forEach(
        (before, after) -> {
          rewrite.deleteFile(before);
          if (after != null) {
            rewrite.addFile(after, before.dataSequenceNumber());
          }
        });
    rewrite.set(PROPERTY, id).commit();
  }

  /**
   * Rejects a commit that removes deletes newer than {@code start}. Iceberg drops deletes that are
   * older than all data files, but ignores the data files that the same commit adds with the
   * sequence number of {@code start} (<a
   * href="https://github.com/apache/iceberg/pull/10962">apache/iceberg#10962</a>): rows that
   * another commit has deleted since then would reappear.
   */
  private void checkDeletes(TableMetadata after, Snapshot start, Set<DeleteFile> replaced) {
    Set<String> known = new HashSet<>();
    replaced.forEach(file -> known.add(file.location()));
    for (DeleteFile removed : after.currentSnapshot().removedDeleteFiles(table.io())) {
      ValidationException.check(
          known.contains(removed.location())
              || removed.dataSequenceNumber() <= start.sequenceNumber(),
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
