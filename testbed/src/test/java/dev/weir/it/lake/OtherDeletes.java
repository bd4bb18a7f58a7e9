package dev.weir.it.lake;

import dev.weir.iceberg.table.OpenCatalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericAppenderFactory;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.PositionDeleteWriter;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.OutputFileFactory;

/** Deletes the first rows of each file of a table in ways that an append of Weir does not. */
final class OtherDeletes {
  private final Table table;
  private final List<DataFile> files;

  private OtherDeletes(Table table) {
    this.table = table;
    this.files = files(table);
  }

  /**
   * Deletes the first row of each file with a delete file of its position.
   *
   * @return the number of deleted rows
   */
  static int byPosition(NamedCatalog catalog, String table) {
    try (OpenCatalog open = catalog.catalog().open()) {
      return new OtherDeletes(open.table(table)).deleteByPosition();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Makes it a table of format version 3, and deletes the first row of each file by a vector.
   *
   * @return the number of deleted rows
   */
  static int byVector(NamedCatalog catalog, String table) {
    try (OpenCatalog open = catalog.catalog().open()) {
      Table upgraded = open.table(table);
      upgraded.updateProperties().set("format-version", "3").commit();
      return new OtherDeletes(upgraded).deleteByVector();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<DataFile> files(Table table) {
    List<DataFile> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      tasks.forEach(task -> files.add(task.file()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  private int deleteByPosition() throws IOException {
    OutputFileFactory names =
        OutputFileFactory.builderFor(table, 1, 1).format(FileFormat.PARQUET).build();
    RowDelta delta = table.newRowDelta();
    for (DataFile file : files) {
      PositionDeleteWriter<Record> writer =
          new GenericAppenderFactory(table.schema(), table.spec())
              .newPosDeleteWriter(
                  names.newOutputFile(file.partition()), FileFormat.PARQUET, file.partition());
      try (writer) {
        writer.write(PositionDelete.<Record>create().set(file.location(), 0, null));
      }
      delta.addDeletes(writer.toDeleteFile());
    }
    delta.commit();
    return files.size();
  }

  private int deleteByVector() throws IOException {
    OutputFileFactory names =
        OutputFileFactory.builderFor(table, 1, 1).format(FileFormat.PUFFIN).build();
    BaseDVFileWriter writer = new BaseDVFileWriter(names, path -> null);
    try (writer) {
      for (DataFile file : files) {
        writer.delete(file.location(), 0, table.spec(), file.partition());
      }
    }
    RowDelta delta = table.newRowDelta();
    writer.result().deleteFiles().forEach(delta::addDeletes);
    delta.commit();
    return files.size();
  }
}
