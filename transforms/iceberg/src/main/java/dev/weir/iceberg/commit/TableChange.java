package dev.weir.iceberg.commit;

import dev.weir.iceberg.commit.DeletionVectors.Merged;
import dev.weir.iceberg.commit.GuardedOperations.Landed;
import dev.weir.iceberg.commit.GuardedOperations.Moved;
import dev.weir.iceberg.table.TableFiles;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.ContentFileParser;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.DeleteFiles;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.exceptions.CleanableFailure;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.util.JsonUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One atomic change of a table: new snapshots and the record of the sink. It is committed only if
 * the table still has the record that the change was planned with.
 *
 * <p>If the table has no rows yet, the first snapshot has no deletes by key, because there is
 * nothing that they could delete.
 */
public final class TableChange {
  private static final Logger LOG = LoggerFactory.getLogger(TableChange.class);

  private final Table table;
  private final String property;
  private final GuardedOperations operations;
  private final Transaction transaction;
  private final DeletionVectors vectors;
  private final Set<String> unneeded = new LinkedHashSet<>();

  /** The files of deletion vectors that are only needed if this is committed. */
  private final Set<String> merged = new LinkedHashSet<>();

  private boolean empty;
  private int snapshots;
  private boolean onPlanned;
  private boolean withVectors;

  /**
   * @param vectors those of the table
   * @param seen the record in the table when this change was planned; null if there was none
   */
  TableChange(Table table, DeletionVectors vectors, String property, String seen) {
    this.vectors = vectors;
    this.table = table;
    this.property = property;
    this.operations =
        new GuardedOperations(((HasTableOperations) table).operations(), property, seen);
    this.transaction = new BaseTable(operations, table.name()).newTransaction();
    this.empty = GuardedOperations.isEmpty(table.currentSnapshot());
  }

  /** Removes data files; this makes one snapshot. */
  DeleteFiles newDelete() {
    oneMoreSnapshot();
    return transaction.newDelete();
  }

  /**
   * Iceberg's transaction of two snapshots must not be retried on top of another commit: the second
   * one then lists the manifests of the first one with the sequence number of the try before, so
   * deletes of the other commit do not apply to its rows.
   */
  private void oneMoreSnapshot() {
    if (++snapshots > 1) {
      onlyOnThePlannedSnapshot();
    }
  }

  private void onlyOnThePlannedSnapshot() {
    if (!onPlanned) {
      onPlanned = true;
      Long planned = id(table.currentSnapshot());
      operations.require(base -> Objects.equals(id(base.currentSnapshot()), planned));
    }
  }

  /** Commits only on top of metadata for which this holds; see {@link #commit}. */
  void require(Predicate<TableMetadata> condition) {
    operations.require(condition);
  }

  /** Deletes files that will not be committed. */
  public static void delete(Table table, WrittenFiles unwanted) {
    locations(table, unwanted).forEach(location -> TableFiles.delete(table, location));
  }

  /** Returns where the files are, the reserve included; deletion vectors share files. */
  static Set<String> locations(Table table, WrittenFiles written) {
    Set<String> locations = new LinkedHashSet<>();
    files(table, written).forEach(file -> locations.add(file.location()));
    reserve(table, written).forEach(file -> locations.add(file.location()));
    return locations;
  }

  /** Deletes files that are no longer needed when this is committed. */
  void leaveOut(Set<String> locations) {
    unneeded.addAll(locations);
  }

  /** Adds one snapshot with these files. */
  void add(List<WrittenFiles> group, Map<String, String> summary) {
    add(group, List.of(), summary);
  }

  /**
   * Adds one snapshot with these files.
   *
   * @param more deletes that are needed in addition
   */
  void add(List<WrittenFiles> group, List<DeleteFile> more, Map<String, String> summary) {
    List<DataFile> data = new ArrayList<>();
    List<DeleteFile> deletes = new ArrayList<>(more);
    for (WrittenFiles written : group) {
      reserve(table, written).forEach(file -> unneeded.add(file.location()));
      for (ContentFile<?> file : files(table, written)) {
        if (file instanceof DataFile rows) {
          data.add(rows);
        } else {
          deletes.add((DeleteFile) file);
        }
      }
    }
    more.forEach(file -> unneeded.remove(file.location()));
    List<DeleteFile> byKey =
        deletes.stream().filter(file -> file.content() == FileContent.EQUALITY_DELETES).toList();
    if (empty && !byKey.isEmpty()) {
      operations.onlyIfEmpty();
      byKey.forEach(file -> unneeded.add(file.location()));
      deletes.removeAll(byKey);
    }
    empty = empty && data.isEmpty();
    oneMoreSnapshot();
    if (deletes.isEmpty()) {
      AppendFiles append = transaction.newAppend();
      data.forEach(append::appendFile);
      summary.forEach(append::set);
      append.commit();
    } else {
      RowDelta delta = transaction.newRowDelta();
      data.forEach(delta::addRows);
      summary.forEach(delta::set);
      addDeletes(delta, deletes);
    }
  }

  private void addDeletes(RowDelta delta, List<DeleteFile> deletes) {
    List<DeleteFile> byPosition =
        deletes.stream().filter(file -> file.content() == FileContent.POSITION_DELETES).toList();
    int version = TableUtil.formatVersion(table);
    if (!byPosition.isEmpty()) {
      operations.require(base -> base.formatVersion() == version);
    }
    if (byPosition.isEmpty() || version < 3) {
      deletes.forEach(delta::addDeletes);
      delta.commit();
      return;
    }
    deletes.stream().filter(file -> !byPosition.contains(file)).forEach(delta::addDeletes);
    addVectors(delta, byPosition);
  }

  private void addVectors(RowDelta delta, List<DeleteFile> written) {
    if (!withVectors) {
      withVectors = true;
      vectors.read();
      onlyOnThePlannedSnapshot();
    }
    Merged all = vectors.merge(written);
    if (!all.added().equals(written)) {
      all.added().forEach(vector -> merged.add(vector.location()));
      written.forEach(file -> unneeded.add(file.location()));
    }
    all.added().forEach(delta::addDeletes);
    all.removed().forEach(delta::removeDeletes);
    Snapshot before = transaction.table().currentSnapshot();
    if (before != null) {
      delta.validateFromSnapshot(before.snapshotId());
    }
    delta.commit();
    vectors.committed(transaction.table().currentSnapshot().snapshotId(), all);
  }

  private boolean isOnAnotherSnapshot() {
    Long planned = id(table.currentSnapshot());
    table.refresh();
    return !Objects.equals(id(table.currentSnapshot()), planned);
  }

  private static Long id(Snapshot snapshot) {
    return snapshot == null ? null : snapshot.snapshotId();
  }

  /**
   * @param remembered the new record of the sink
   * @throws GuardedOperations.Moved if another commit has changed the record, has added rows where
   *     deletes were left out, or has made a {@link #require required} condition false
   */
  void commit(String remembered) {
    transaction.updateProperties().set(property, remembered).commit();
    try {
      transaction.commitTransaction();
    } catch (Landed e) {
      LOG.info("table {}: a commit that was reported as failed was made", table.name(), e);
    } catch (RuntimeException e) {
      if (e instanceof CleanableFailure) {
        TableFiles.delete(table, List.copyOf(merged));
      }
      throw e instanceof ValidationException && withVectors && isOnAnotherSnapshot()
          ? new Moved("deletes were added", e)
          : e;
    }
    TableFiles.delete(table, List.copyOf(unneeded));
  }

  public static List<ContentFile<?>> files(Table table, WrittenFiles written) {
    return written.getFiles().stream().<ContentFile<?>>map(json -> file(table, json)).toList();
  }

  /** See {@link WrittenFiles#getReserve}. */
  static List<DeleteFile> reserve(Table table, WrittenFiles written) {
    return written.getReserve().stream().map(json -> (DeleteFile) file(table, json)).toList();
  }

  private static ContentFile<?> file(Table table, String json) {
    return JsonUtil.parse(json, node -> ContentFileParser.fromJson(node, table.specs()));
  }

  /** Splits the files into as few groups as possible, in order, with no shard twice in a group. */
  public static List<List<WrittenFiles>> withoutConflicts(List<WrittenFiles> ordered) {
    List<List<WrittenFiles>> groups = new ArrayList<>();
    Set<Integer> shards = new HashSet<>();
    for (WrittenFiles files : ordered) {
      if (groups.isEmpty() || files.getShards().stream().anyMatch(shards::contains)) {
        groups.add(new ArrayList<>());
        shards.clear();
      }
      groups.get(groups.size() - 1).add(files);
      shards.addAll(files.getShards());
    }
    return groups;
  }
}
