package dev.weir.iceberg.read;

import dev.weir.iceberg.table.LedgerException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.data.parquet.InternalReader;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.util.StructLikeMap;
import org.apache.iceberg.util.StructProjection;
import org.apache.iceberg.util.Tasks;
import org.apache.iceberg.util.ThreadPools;

/**
 * The keys that the equality deletes of one partition delete, each with the last commit that
 * deletes it. Each delete file is read once, regardless of how many data files it applies to.
 * Iceberg's own filter reads it once for each of them, which is quadratic in the commits of a job
 * that upserts; it also treats all keys of a {@code fixed} column in one file as equal to the last
 * of them.
 */
final class DeletedKeys {
  private final List<Keys> all = new ArrayList<>();

  /** The keys of the deletes that have the same key columns. */
  private record Keys(StructProjection ofRow, Map<StructLike, Long> lastDeleted) {}

  private DeletedKeys() {}

  /**
   * @param deletes equality deletes that apply to files of one partition
   * @param rows the columns of the rows to check
   */
  static DeletedKeys read(FileIO io, Collection<DeleteFile> deletes, Schema rows) {
    Map<Set<Integer>, List<DeleteFile>> byColumns = new HashMap<>();
    for (DeleteFile delete : deletes) {
      byColumns
          .computeIfAbsent(Set.copyOf(delete.equalityFieldIds()), ids -> new ArrayList<>())
          .add(delete);
    }
    DeletedKeys keys = new DeletedKeys();
    byColumns.forEach((ids, files) -> keys.add(io, ids, files, rows));
    return keys;
  }

  private void add(FileIO io, Set<Integer> ids, List<DeleteFile> files, Schema rows) {
    Schema columns = TypeUtil.select(rows, ids);
    Map<StructLike, Long> last = StructLikeMap.create(columns.asStruct());
    Tasks.foreach(files)
        .executeWith(ThreadPools.getDeleteWorkerPool())
        .stopOnFailure()
        .throwFailureWhenFinished()
        .run(
            file -> {
              List<StructLike> keys = keys(io, file, columns);
              synchronized (last) {
                keys.forEach(key -> last.merge(key, file.dataSequenceNumber(), Math::max));
              }
            });
    all.add(new Keys(StructProjection.create(rows, columns), last));
  }

  private static List<StructLike> keys(FileIO io, DeleteFile file, Schema columns) {
    if (file.format() != FileFormat.PARQUET) {
      throw new LedgerException(
          file.location() + " is " + file.format() + "; only Parquet files can be read");
    }
    List<StructLike> keys = new ArrayList<>();
    try (CloseableIterable<StructLike> rows =
        Parquet.read(io.newInputFile(file))
            .project(columns)
            .createReaderFunc(schema -> InternalReader.create(columns, schema))
            .build()) {
      rows.forEach(keys::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return keys;
  }

  /**
   * @param written the data sequence number of the row's file; a delete applies only to rows of
   *     earlier commits
   */
  boolean contains(StructLike row, long written) {
    for (Keys keys : all) {
      Long deleted = keys.lastDeleted.get(keys.ofRow.wrap(row));
      if (deleted != null && deleted > written) {
        return true;
      }
    }
    return false;
  }
}
