package dev.weir.iceberg.maintain;

import dev.weir.iceberg.commit.CommitStream;
import dev.weir.iceberg.commit.SinkId;
import dev.weir.iceberg.commit.SinkRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
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
 * Selects the data files of a snapshot that are worth rewriting together: files that are much
 * smaller or much larger than the target size, if there are at least five of them or enough for a
 * whole file, and files with deletes to apply. All files of a group are in one partition.
 *
 * <p>The plan leaves out files of an earlier partitioning, files that are not Parquet, and files
 * that a live job appended so recently that it may still be restored to a state before them: the
 * job would then undo those rows, which it can only do by removing whole files ({@link
 * CommitStream}).
 */
final class CompactionPlan {
  /** The maximum size of a group, in target file sizes; it limits the work lost to a conflict. */
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

  /**
   * @param toErase locations of data files that are rewritten in any case
   */
  static List<RewriteFileGroup> groups(
      Table table, Snapshot snapshot, MaintenanceRules rules, Instant now, Set<String> toErase) {
    CompactionPlan plan = new CompactionPlan(table, snapshot, rules, now);
    List<RewriteFileGroup> groups = plan.groups();
    if (!toErase.isEmpty()) {
      groups.addAll(plan.groupsOf(toErase, groups));
    }
    return groups;
  }

  private List<RewriteFileGroup> groups() {
    List<RewriteFileGroup> groups = new ArrayList<>();
    for (RewriteFileGroup group : planned(options())) {
      List<FileScanTask> files =
          group.fileScanTasks().stream().filter(this::mayBeRewritten).toList();
      boolean whole = files.size() == group.inputFileNum();
      if (whole || files.size() > 1 || files.stream().anyMatch(this::standsAlone)) {
        groups.add(of(group, files));
      }
    }
    return groups;
  }

  /** Groups those of the files that are not in a group yet. */
  private List<RewriteFileGroup> groupsOf(Set<String> locations, List<RewriteFileGroup> before) {
    Set<String> wanted = new HashSet<>(locations);
    before.forEach(
        group -> group.fileScanTasks().forEach(task -> wanted.remove(task.file().location())));
    Map<String, String> all = new HashMap<>(options());
    all.put(BinPackRewriteFilePlanner.REWRITE_ALL, "true");
    List<RewriteFileGroup> groups = new ArrayList<>();
    for (RewriteFileGroup group : planned(all)) {
      List<FileScanTask> files =
          group.fileScanTasks().stream()
              .filter(task -> wanted.contains(task.file().location()))
              .filter(this::mayBeRewritten)
              .toList();
      if (!files.isEmpty()) {
        groups.add(of(group, files));
      }
    }
    return groups;
  }

  private Iterable<RewriteFileGroup> planned(Map<String, String> options) {
    BinPackRewriteFilePlanner planner =
        new BinPackRewriteFilePlanner(table, Expressions.alwaysTrue(), snapshot.snapshotId(), true);
    planner.init(options);
    return planner.plan().groups();
  }

  private static RewriteFileGroup of(RewriteFileGroup planned, List<FileScanTask> files) {
    return new RewriteFileGroup(
        planned.info(),
        files,
        planned.outputSpecId(),
        planned.maxOutputFileSize(),
        planned.inputSplitSize(),
        planned.expectedOutputFiles());
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
        && !mayBeUndone(file);
  }

  private boolean mayBeUndone(DataFile file) {
    if (liveSinks.isEmpty() || file.fileSequenceNumber() < firstLate) {
      return false;
    }
    String location = file.location();
    Matcher name = SinkId.FILE_NAME.matcher(location.substring(location.lastIndexOf('/') + 1));
    return name.matches() && liveSinks.contains(name.group(1));
  }
}
