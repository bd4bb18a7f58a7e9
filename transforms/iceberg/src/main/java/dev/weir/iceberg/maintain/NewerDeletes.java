package dev.weir.iceberg.maintain;

import dev.weir.iceberg.maintain.MovedRows.Place;
import dev.weir.iceberg.table.ParquetFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.PositionDeleteWriter;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.io.OutputFileFactory;

/**
 * The position deletes that others committed while data files were rewritten. Each delete file that
 * names such a data file is replaced by one that names the new places of the rows.
 */
final class NewerDeletes {
  private final Table table;
  private final OutputFileFactory names;
  private final Collection<MovedRows> moved;

  /** Each delete file with the one that replaces it. */
  final Map<DeleteFile, DeleteFile> replaced = new HashMap<>();

  NewerDeletes(Table table, OutputFileFactory names, Collection<MovedRows> moved) {
    this.table = table;
    this.names = names;
    this.moved = moved;
  }

  /**
   * Writes the replacements.
   *
   * @param start the snapshot that the data files were read from
   * @throws ValidationException if {@code now} does not follow {@code start}
   */
  void write(Snapshot start, Snapshot now) {
    List<DeleteFile> added = new ArrayList<>();
    Set<String> removed = new HashSet<>();
    Snapshot next = now;
    while (next != null && next.snapshotId() != start.snapshotId()) {
      next.addedDeleteFiles(table.io()).forEach(added::add);
      next.removedDeleteFiles(table.io()).forEach(file -> removed.add(file.location()));
      next = next.parentId() == null ? null : table.snapshot(next.parentId());
    }
    ValidationException.check(next != null, "the snapshot that was read is not in the history");
    for (DeleteFile file : added) {
      if (file.content() == FileContent.POSITION_DELETES && !removed.contains(file.location())) {
        replace(file);
      }
    }
  }

  private void replace(DeleteFile file) {
    Map<String, Set<Long>> after = new TreeMap<>();
    AtomicBoolean changed = new AtomicBoolean();
    ParquetFiles.forEachPosition(
        table,
        file,
        (path, position) -> {
          MovedRows rows = rows(path);
          Place to = rows == null ? new Place(path, position) : rows.of(path, position);
          if (rows != null) {
            changed.set(true);
          }
          if (to != null) {
            after.computeIfAbsent(to.file(), location -> new TreeSet<>()).add(to.position());
          }
        });
    if (changed.get()) {
      replaced.put(file, after.isEmpty() ? null : write(file, after));
    }
  }

  private MovedRows rows(String path) {
    for (MovedRows rows : moved) {
      if (rows.includes(path)) {
        return rows;
      }
    }
    return null;
  }

  private DeleteFile write(DeleteFile before, Map<String, Set<Long>> places) {
    PositionDeleteWriter<StructLike> writer =
        ParquetFiles.positionDeletes(
            table, ParquetFiles.in(table, names, before.partition()), before.partition());
    PositionDelete<StructLike> delete = PositionDelete.create();
    try (writer) {
      places.forEach(
          (path, positions) ->
              positions.forEach(position -> writer.write(delete.set(path, position))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return writer.toDeleteFile();
  }
}
