package dev.weir.iceberg.read;

import dev.weir.iceberg.table.LedgerException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.data.BaseDeleteLoader;
import org.apache.iceberg.data.parquet.InternalReader;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.expressions.Evaluator;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.DeleteFileSet;
import org.apache.iceberg.util.PartitionMap;
import org.apache.iceberg.util.PartitionUtil;

/**
 * Reads the rows of some data files without deleted rows, with values in Iceberg's in-memory form.
 * The files share the deletes that were read. Not thread-safe.
 */
public final class LiveRows {
  private final FileIO io;
  private final Schema read;
  private final int position;
  private final PartitionMap<DeleteFileSet> deletes;
  private final PartitionMap<DeletedKeys> deletedKeys;

  /**
   * @param all the table's columns
   * @param wanted the columns to read, which come first and in this order
   * @param tasks all tasks that will be read
   * @throws LedgerException if deletes use a key column that the table does not have
   */
  public LiveRows(
      FileIO io,
      Map<Integer, PartitionSpec> specs,
      Schema all,
      List<NestedField> wanted,
      Iterable<FileScanTask> tasks) {
    this.io = io;
    this.deletes = PartitionMap.create(specs);
    this.deletedKeys = PartitionMap.create(specs);
    Set<Integer> keyColumns = new LinkedHashSet<>();
    for (FileScanTask task : tasks) {
      for (DeleteFile delete : task.deletes()) {
        if (delete.content() == FileContent.EQUALITY_DELETES) {
          keyColumns.addAll(delete.equalityFieldIds());
          deletes
              .computeIfAbsent(task.file().specId(), task.file().partition(), DeleteFileSet::create)
              .add(delete);
        }
      }
    }
    this.read = withColumns(all, wanted, keyColumns);
    this.position = read.columns().size() - 1;
  }

  private static Schema withColumns(Schema all, List<NestedField> wanted, Set<Integer> ids) {
    List<NestedField> columns = new ArrayList<>(wanted);
    for (int id : ids) {
      NestedField key = all.asStruct().field(id);
      if (key == null) {
        throw new LedgerException(
            "rows are deleted by the column with id " + id + ", which no longer exists");
      }
      if (!columns.contains(key)) {
        columns.add(key);
      }
    }
    columns.add(MetadataColumns.ROW_POSITION);
    return new Schema(columns);
  }

  /** The position of a row in its file, from 0. */
  public long position(StructLike row) {
    return row.get(position, Long.class);
  }

  /**
   * Reads the rows of a task, in file order.
   *
   * @throws LedgerException if the file is not Parquet
   */
  public CloseableIterable<StructLike> of(FileScanTask task) {
    CloseableIterable<StructLike> rows = open(task);
    DeleteFileSet byPosition = DeleteFileSet.create();
    task.deletes().stream()
        .filter(delete -> delete.content() == FileContent.POSITION_DELETES)
        .forEach(byPosition::add);
    if (!byPosition.isEmpty()) {
      PositionDeleteIndex gone =
          new BaseDeleteLoader(io::newInputFile)
              .loadPositionDeletes(byPosition, task.file().location());
      rows = CloseableIterable.filter(rows, row -> !gone.isDeleted(position(row)));
    }
    DeletedKeys keys = deletedKeys(task);
    if (keys != null) {
      long written = task.file().dataSequenceNumber();
      rows = CloseableIterable.filter(rows, row -> !keys.contains(row, written));
    }
    if (task.residual().op() != Expression.Operation.TRUE) {
      Evaluator filter = new Evaluator(read.asStruct(), task.residual(), true);
      rows = CloseableIterable.filter(rows, filter::eval);
    }
    return rows;
  }

  private DeletedKeys deletedKeys(FileScanTask task) {
    int spec = task.file().specId();
    StructLike partition = task.file().partition();
    DeleteFileSet files = deletes.get(spec, partition);
    return files == null
        ? null
        : deletedKeys.computeIfAbsent(spec, partition, () -> DeletedKeys.read(io, files, read));
  }

  private CloseableIterable<StructLike> open(FileScanTask task) {
    if (task.file().format() != FileFormat.PARQUET) {
      throw new LedgerException(
          task.file().location()
              + " is "
              + task.file().format()
              + "; only Parquet files can be read");
    }
    Map<Integer, ?> constants = PartitionUtil.constantsMap(task);
    return Parquet.read(io.newInputFile(task.file()))
        .project(read)
        .split(task.start(), task.length())
        .filter(task.residual())
        .createReaderFunc(file -> InternalReader.create(read, file, constants))
        .build();
  }
}
