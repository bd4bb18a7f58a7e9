package dev.weir.ledger;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.actions.BinPackRewriteFilePlanner;
import org.apache.iceberg.actions.RewriteFileGroup;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.util.PropertyUtil;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * Which data files of a snapshot are worth rewriting together: those that are much smaller or much
 * larger than the target, five or more of them or enough for a whole file, and those with deletes
 * to apply. A group is of one partition.
 *
 * <p>Left alone are files of an earlier partitioning, files that are not Parquet, and files that a
 * live job has appended so lately that it may yet be restored to a state before them: it would then
 * take their rows back, and can do so only by whole files ({@link CommitStream}).
 */
final class CompactionPlan {
  /** What one group holds at most; a conflict costs no more than that. */
  private static final long TARGETS_PER_GROUP = 16;

  private final Table table;
  private final Snapshot snapshot;
  private final MaintenanceRules rules;
  private final Set<String> liveSinks;
  private final long firstLate;

  private CompactionPlan(Table table, Snapshot snapshot, MaintenanceRules rules, Instant now) {
    this.table = table;
    this.snapshot = snapshot;
    this.rules = rules;
    boolean appends = table.schema().identifierFieldIds().isEmpty();
    this.liveSinks = appends ? SinkRecord.all(table.properties()).keySet() : Set.of();
    long latest = now.minus(rules.leaveAppended()).toEpochMilli();
    long first = Long.MAX_VALUE;
    for (Snapshot ancestor : SnapshotUtil.currentAncestors(table)) {
      if (ancestor.timestampMillis() > latest) {
        first = Math.min(first, ancestor.sequenceNumber());
      }
    }
    this.firstLate = first;
  }

  static List<RewriteFileGroup> groups(
      Table table, Snapshot snapshot, MaintenanceRules rules, Instant now) {
    return new CompactionPlan(table, snapshot, rules, now).groups();
  }

  private List<RewriteFileGroup> groups() {
    BinPackRewriteFilePlanner planner =
        new BinPackRewriteFilePlanner(table, Expressions.alwaysTrue(), snapshot.snapshotId(), true);
    planner.init(options());
    List<RewriteFileGroup> groups = new ArrayList<>();
    for (RewriteFileGroup group : planner.plan().groups()) {
      List<FileScanTask> files =
          group.fileScanTasks().stream().filter(this::mayBeRewritten).toList();
      boolean whole = files.size() == group.inputFileNum();
      if (whole || files.size() > 1 || files.stream().anyMatch(this::standsAlone)) {
        groups.add(
            new RewriteFileGroup(
                group.info(),
                files,
                group.outputSpecId(),
                group.maxOutputFileSize(),
                group.inputSplitSize(),
                group.expectedOutputFiles()));
      }
    }
    return groups;
  }

  private Map<String, String> options() {
    long target =
        rules.targetFileSize() > 0
            ? rules.targetFileSize()
            : PropertyUtil.propertyAsLong(
                table.properties(),
                TableProperties.WRITE_TARGET_FILE_SIZE_BYTES,
                TableProperties.WRITE_TARGET_FILE_SIZE_BYTES_DEFAULT);
    return Map.of(
        BinPackRewriteFilePlanner.TARGET_FILE_SIZE_BYTES,
        Long.toString(target),
        BinPackRewriteFilePlanner.MAX_FILE_GROUP_SIZE_BYTES,
        Long.toString(TARGETS_PER_GROUP * target),
        BinPackRewriteFilePlanner.DELETE_FILE_THRESHOLD,
        Integer.toString(rules.deleteFilesPerFile()));
  }

  private boolean standsAlone(FileScanTask task) {
    return task.deletes().size() >= rules.deleteFilesPerFile();
  }

  private boolean mayBeRewritten(FileScanTask task) {
    DataFile file = task.file();
    return file.specId() == table.spec().specId()
        && file.format() == FileFormat.PARQUET
        && !mayBeTakenBack(file);
  }

  private boolean mayBeTakenBack(DataFile file) {
    if (liveSinks.isEmpty() || file.fileSequenceNumber() < firstLate) {
      return false;
    }
    String location = file.location();
    Matcher name = SinkId.FILE_NAME.matcher(location.substring(location.lastIndexOf('/') + 1));
    return name.matches() && liveSinks.contains(name.group(1));
  }
}
