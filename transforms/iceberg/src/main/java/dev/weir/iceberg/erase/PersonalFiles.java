package dev.weir.iceberg.erase;

import dev.weir.iceberg.table.Erasure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.parquet.InternalReader;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.InclusiveMetricsEvaluator;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.Tasks;
import org.apache.iceberg.util.ThreadPools;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the files of a table that hold personal data of deleted persons, in live rows or in deleted
 * ones. It reads the files themselves every time, so it finds everything that is there, regardless
 * of what was written, restored or killed in between.
 */
public final class PersonalFiles {
  private static final Logger LOG = LoggerFactory.getLogger(PersonalFiles.class);

  /**
   * With more persons than this, checking each of them against a file's statistics costs more than
   * it saves.
   */
  private static final int MOST_LOOKED_UP = 10_000;

  private final Table table;
  private final Erasure erasure;
  private final DeletedPersons persons;
  private final Schema read;
  private final PersonalRows rows;
  private final Expression filter;

  /** The result for each file by location; files do not change. */
  private final Map<String, Boolean> found = new ConcurrentHashMap<>();

  public PersonalFiles(Table table, Erasure erasure, DeletedPersons persons) {
    this.table = table;
    this.erasure = erasure;
    this.persons = persons;
    Set<String> names = new LinkedHashSet<>();
    names.add(erasure.person());
    if (erasure.until() != null) {
      names.add(erasure.until());
    }
    names.addAll(erasure.personal());
    List<NestedField> columns = new ArrayList<>();
    for (String name : names) {
      // A delete file lacks most of these columns.
      NestedField column = table.schema().asStruct().field(name);
      columns.add(NestedField.optional(column.fieldId(), column.name(), column.type()));
    }
    this.read = new Schema(columns);
    this.rows = new PersonalRows(erasure, persons, read);
    Expression any =
        erasure.personal().stream()
            .<Expression>map(Expressions::notNull)
            .reduce(Expressions.alwaysFalse(), Expressions::or);
    this.filter =
        persons.all().size() > MOST_LOOKED_UP
            ? any
            : Expressions.and(Expressions.in(erasure.person(), persons.all()), any);
  }

  public DeletedPersons persons() {
    return persons;
  }

  /** Returns whether the erasure blanks live rows. */
  public boolean areBlanked() {
    return erasure.blanks();
  }

  /**
   * Creates the {@link PersonalRows} for rows with these columns.
   *
   * @param columns all columns of the file that is rewritten
   */
  public PersonalRows rows(Schema columns) {
    return new PersonalRows(erasure, persons, columns);
  }

  /** The locations of the data files in a snapshot that must be rewritten. */
  public Set<String> due(Snapshot snapshot) {
    if (snapshot == null || persons.all().isEmpty()) {
      return Set.of();
    }
    List<DataFile> candidates = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks =
        table
            .newScan()
            .useSnapshot(snapshot.snapshotId())
            .ignoreResiduals()
            .includeColumnStats(names())
            .planFiles()) {
      for (FileScanTask task : tasks) {
        // Without deletes, all rows of the file are live, and live rows change only if they are
        // blanked.
        if (erasure.blanks() || !task.deletes().isEmpty()) {
          candidates.add(task.file());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return those(candidates, false);
  }

  /**
   * Returns whether any snapshot other than the current one and those of tags and branches shows
   * personal data of deleted persons.
   */
  public boolean areInHistory() {
    if (persons.all().isEmpty() || table.currentSnapshot() == null) {
      return false;
    }
    Set<Long> named = named();
    List<Snapshot> old = new ArrayList<>();
    for (Snapshot snapshot : table.snapshots()) {
      if (!named.contains(snapshot.snapshotId())) {
        old.add(snapshot);
      }
    }
    return !those(onlyIn(old), true).isEmpty();
  }

  /** The tags and branches, other than main, that show personal data of deleted persons. */
  public List<String> keptBy() {
    List<String> names = new ArrayList<>();
    if (persons.all().isEmpty() || table.currentSnapshot() == null) {
      return names;
    }
    for (Map.Entry<String, SnapshotRef> ref : table.refs().entrySet()) {
      Snapshot snapshot = table.snapshot(ref.getValue().snapshotId());
      if (!those(onlyIn(List.of(snapshot)), true).isEmpty()) {
        names.add((ref.getValue().isTag() ? "tag " : "branch ") + ref.getKey());
      }
    }
    return names;
  }

  /** The ids of the current snapshot and of the snapshots of tags and branches. */
  public Set<Long> named() {
    Set<Long> ids = new HashSet<>();
    ids.add(table.currentSnapshot().snapshotId());
    table.refs().values().forEach(ref -> ids.add(ref.snapshotId()));
    return ids;
  }

  /**
   * Selects, from files that no snapshot references, those that hold personal data of deleted
   * persons or cannot be read.
   */
  public Set<String> among(Collection<String> locations) {
    Set<String> holding = new TreeSet<>();
    if (!persons.all().isEmpty()) {
      for (String location : locations) {
        try {
          if (hasRowToErase(location)) {
            holding.add(location);
          }
        } catch (RuntimeException e) {
          if (isThere(location)) {
            LOG.debug("{} cannot be read", location, e);
            holding.add(location);
          }
        }
      }
    }
    return holding;
  }

  /** The data files of these snapshots that the current snapshot does not have. */
  private Collection<DataFile> onlyIn(List<Snapshot> snapshots) {
    Map<String, ManifestFile> manifests = new HashMap<>();
    snapshots.forEach(
        snapshot -> snapshot.dataManifests(table.io()).forEach(m -> manifests.put(m.path(), m)));
    List<ManifestFile> current = table.currentSnapshot().dataManifests(table.io());
    current.forEach(manifest -> manifests.remove(manifest.path()));
    Map<String, DataFile> files = new HashMap<>();
    manifests
        .values()
        .forEach(manifest -> files(manifest).forEach(f -> files.put(f.location(), f)));
    if (!files.isEmpty()) {
      current.forEach(manifest -> files(manifest).forEach(file -> files.remove(file.location())));
    }
    return files.values();
  }

  private List<DataFile> files(ManifestFile manifest) {
    Set<Integer> columns = read.columns().stream().map(NestedField::fieldId).collect(toSet());
    List<DataFile> files = new ArrayList<>();
    try (ManifestReader<DataFile> live = ManifestFiles.read(manifest, table.io(), table.specs())) {
      live.forEach(file -> files.add(file.copyWithStats(columns)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  private static <T> java.util.stream.Collector<T, ?, Set<T>> toSet() {
    return Collectors.toSet();
  }

  private List<String> names() {
    return read.columns().stream().map(NestedField::name).toList();
  }

  /**
   * @param mayBeGone whether files may be missing; a missing file holds no personal data
   */
  private Set<String> those(Collection<DataFile> files, boolean mayBeGone) {
    InclusiveMetricsEvaluator statistics = new InclusiveMetricsEvaluator(read, filter);
    Set<String> holding = ConcurrentHashMap.newKeySet();
    Tasks.foreach(files)
        .executeWith(ThreadPools.getWorkerPool())
        .stopOnFailure()
        .throwFailureWhenFinished()
        .run(
            file -> {
              if (statistics.eval(file) && holds(file, mayBeGone)) {
                holding.add(file.location());
              }
            });
    return holding;
  }

  private boolean holds(DataFile file, boolean mayBeGone) {
    if (file.format() != FileFormat.PARQUET) {
      // Only Parquet files are read; any other file may hold personal data.
      return true;
    }
    try {
      return found.computeIfAbsent(file.location(), this::hasRowToErase);
    } catch (RuntimeException e) {
      if (mayBeGone && !isThere(file.location())) {
        return false;
      }
      throw e;
    }
  }

  private boolean isThere(String location) {
    return table.io().newInputFile(location).exists();
  }

  private boolean hasRowToErase(String location) {
    try (CloseableIterable<StructLike> all =
        Parquet.read(table.io().newInputFile(location))
            .project(read)
            .filter(filter)
            .createReaderFunc(file -> InternalReader.create(read, file))
            .build()) {
      for (StructLike row : all) {
        if (rows.mustBeErased(row)) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
