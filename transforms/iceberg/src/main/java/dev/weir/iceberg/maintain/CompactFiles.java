package dev.weir.iceberg.maintain;

import dev.weir.iceberg.erase.PersonalFiles;
import dev.weir.iceberg.erase.PersonalRows;
import dev.weir.iceberg.read.LiveRows;
import dev.weir.iceberg.table.LedgerException;
import dev.weir.iceberg.table.TableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.regex.Pattern;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.actions.RewriteFileGroup;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.util.PartitionSet;
import org.apache.iceberg.util.Tasks;
import org.apache.iceberg.util.ThreadPools;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rewrites the data files of a {@link CompactionPlan} without their deleted rows, and removes
 * delete files that no longer apply to any data file. The table has the same rows before and after,
 * even while other jobs append, upsert and delete: a rewritten file gets the sequence number of the
 * snapshot it was read from, so later deletes by key still apply to its rows; later deletes by
 * position are changed to the rows' new places.
 *
 * <p>Groups are committed a few at a time. A group that conflicts with another commit is planned
 * again, and left unchanged after several attempts.
 */
final class CompactFiles {
  /** Matches the file names of a compaction, to recognize its orphans. */
  static final Pattern FILE_NAME =
      Pattern.compile("\\d+-\\d+-weir-compact~[0-9a-f-]{36}-\\d+\\.parquet");

  /** Groups begun longer ago than this are not committed: their files may be treated as orphans. */
  static final Duration LONGEST = Duration.ofHours(12);

  private static final Logger LOG = LoggerFactory.getLogger(CompactFiles.class);
  private static final int TRIES = 3;
  private static final int GROUPS_PER_COMMIT = 20;

  private final Table table;
  private final MaintenanceRules rules;
  private final Clock clock;
  private final String id = UUID.randomUUID().toString();
  private final OutputFileFactory names;
  private final CompactionCommit commit;
  private PartitionSet conflicts;
  private int groupsSkipped;
  private final PersonalFiles personal;
  private final Map<RewriteFileGroup, MovedRows> moved = new ConcurrentHashMap<>();
  private final Map<RewriteFileGroup, Long> blanked = new ConcurrentHashMap<>();
  private long rowsBlanked;
  private int filesBefore;
  private long bytesBefore;
  private int filesAfter;
  private long bytesAfter;

  /**
   * @param personal the personal data to remove during the rewrite; null if there is none
   * @throws LedgerException if the table's format version is not 2: from version 3 on, rows have
   *     ids, which a rewritten file would have to keep
   */
  CompactFiles(Table table, MaintenanceRules rules, Clock clock, PersonalFiles personal) {
    int version = ((HasTableOperations) table).operations().current().formatVersion();
    if (version != 2) {
      throw new LedgerException(
          "table "
              + table.name()
              + " has format version "
              + version
              + "; only version 2 can be compacted");
    }
    this.table = table;
    this.rules = rules;
    this.clock = clock;
    this.personal = personal;
    this.names = TableFiles.names(table, "weir-compact~" + id);
    this.commit = new CompactionCommit(table, id, names);
  }

  Compaction run() {
    for (int attempt = 1; attempt <= TRIES; attempt++) {
      table.refresh();
      Snapshot start = table.currentSnapshot();
      if (start == null) {
        break;
      }
      List<RewriteFileGroup> due = plan(start);
      conflicts = PartitionSet.create(table.specs());
      groupsSkipped = 0;
      for (int from = 0; from < due.size(); from += GROUPS_PER_COMMIT) {
        rewriteAndCommit(due.subList(from, Math.min(due.size(), from + GROUPS_PER_COMMIT)), start);
      }
      if (conflicts.isEmpty()) {
        break;
      }
    }
    removeDangling();
    table.refresh();
    return new Compaction(
        filesBefore,
        bytesBefore,
        filesAfter,
        bytesAfter,
        commit.deleteFilesRemoved(),
        groupsSkipped);
  }

  /** The number of rows whose personal data was removed. */
  long rowsBlanked() {
    return rowsBlanked;
  }

  /**
   * Plans all groups on the first attempt, and only those of partitions with a conflict afterwards.
   */
  private List<RewriteFileGroup> plan(Snapshot start) {
    List<RewriteFileGroup> groups =
        CompactionPlan.groups(
            table,
            start,
            rules,
            clock.instant(),
            personal == null ? Set.of() : personal.due(start));
    return conflicts == null
        ? groups
        : groups.stream()
            .filter(group -> conflicts.contains(table.spec().specId(), partition(group)))
            .toList();
  }

  private void rewriteAndCommit(List<RewriteFileGroup> groups, Snapshot start) {
    Instant begun = clock.instant();
    ExecutorService pool =
        rules.threads() == 1
            ? null
            : ThreadPools.newFixedThreadPool("weir-compact", rules.threads());
    try {
      Tasks.foreach(groups)
          .executeWith(pool)
          .stopOnFailure()
          .throwFailureWhenFinished()
          .run(this::rewrite);
    } catch (RuntimeException e) {
      groups.forEach(commit::discard);
      moved.clear();
      throw e;
    } finally {
      if (pool != null) {
        pool.shutdownNow();
      }
    }
    if (begun.plus(LONGEST).isBefore(clock.instant())) {
      groups.forEach(commit::discard);
      throw new LedgerException(
          "table " + table.name() + ": a compaction must not take longer than " + LONGEST);
    }
    commit(groups, start);
    moved.clear();
  }

  private void rewrite(RewriteFileGroup group) {
    LiveRows live =
        new LiveRows(
            table.io(),
            table.specs(),
            table.schema(),
            table.schema().columns(),
            group.fileScanTasks());
    PersonalRows toBlank =
        personal == null || !personal.areBlanked() ? null : personal.rows(table.schema());
    MovedRows moves = new MovedRows();
    long count = 0;
    try (CompactedFiles files =
        new CompactedFiles(table, names, partition(group), group.inputSplitSize())) {
      for (FileScanTask task : group.fileScanTasks()) {
        moves.from(task.file().location());
        try (CloseableIterable<StructLike> rows = live.of(task)) {
          for (StructLike row : rows) {
            moves.add(live.position(row));
            boolean blank = toBlank != null && toBlank.mustBeErased(row);
            files.write(blank ? toBlank.blank(row) : row);
            count += blank ? 1 : 0;
          }
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      Set<DataFile> written = files.finish();
      group.setOutputFiles(written);
      moves.into(written);
      moved.put(group, moves);
      blanked.put(group, count);
    }
  }

  private static StructLike partition(RewriteFileGroup group) {
    return group.fileScanTasks().get(0).file().partition();
  }

  private void commit(List<RewriteFileGroup> groups, Snapshot start) {
    if (commit.commit(groups, start, groups.stream().map(moved::get).toList())) {
      groups.forEach(this::count);
    } else if (groups.size() > 1) {
      groups.forEach(group -> commit(List.of(group), start));
    } else {
      groups.forEach(commit::discard);
      conflicts.add(table.spec().specId(), partition(groups.get(0)));
      groupsSkipped++;
    }
  }

  private void count(RewriteFileGroup group) {
    rowsBlanked += blanked.get(group);
    filesBefore += group.inputFileNum();
    bytesBefore += group.inputFilesSizeInBytes();
    filesAfter += group.addedFiles().size();
    bytesAfter += group.addedFiles().stream().mapToLong(DataFile::fileSizeInBytes).sum();
  }

  private void removeDangling() {
    for (int attempt = 1; attempt <= TRIES; attempt++) {
      table.refresh();
      try {
        DanglingDeletes.remove(table, CompactionCommit.PROPERTY, id);
        return;
      } catch (ValidationException | CommitFailedException e) {
        LOG.info("table {}: removing delete files conflicts with another commit", table.name(), e);
      }
    }
  }
}
