package dev.weir.iceberg.commit;

import dev.weir.iceberg.table.LedgerException;
import dev.weir.iceberg.table.ParquetFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.data.parquet.InternalReader;
import org.apache.iceberg.deletes.EqualityDeleteWriter;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.TypeUtil;

/**
 * Equality deletes of all keys that written files change. With them it does not matter where the
 * table has other rows of these keys. Deletes by position in the same files stay: those of their
 * own rows are needed, and the others do no harm. Only if the table has been upgraded to format
 * version 3, which does not accept them, they are left out.
 */
final class KeyDeletes {
  private KeyDeletes() {}

  /** Whether files delete rows by position, in a form that a table no longer accepts. */
  static boolean areRequired(Table table, WrittenFiles written) {
    return TableUtil.formatVersion(table) > 2
        && TableChange.files(table, written).stream().anyMatch(KeyDeletes::isByPosition);
  }

  /**
   * The files without their deletes by position.
   *
   * @throws LedgerException if they delete rows of their own, which deletes by key cannot do
   */
  static WrittenFiles withoutPositions(Table table, String sinkId, WrittenFiles written) {
    List<ContentFile<?>> files = TableChange.files(table, written);
    Set<String> own = new HashSet<>();
    files.forEach(file -> own.add(file.location()));
    List<String> kept = new ArrayList<>();
    for (int n = 0; n < files.size(); n++) {
      if (!isByPosition(files.get(n))) {
        kept.add(written.getFiles().get(n));
      } else if (namesAny(own, table, (DeleteFile) files.get(n))) {
        throw new LedgerException(
            "sink "
                + sinkId
                + ": table "
                + table.name()
                + " was upgraded to format version "
                + TableUtil.formatVersion(table)
                + " while files of version 2 were pending that it does not accept; restore from an"
                + " earlier checkpoint, or start from the source without state");
      }
    }
    return WrittenFiles.newBuilder(written).setFiles(kept).build();
  }

  private static boolean isByPosition(ContentFile<?> file) {
    return file.content() == FileContent.POSITION_DELETES;
  }

  private static boolean namesAny(Set<String> locations, Table table, DeleteFile deletes) {
    Schema path = new Schema(MetadataColumns.DELETE_FILE_PATH);
    try (CloseableIterable<StructLike> all =
        Parquet.read(table.io().newInputFile(deletes))
            .project(path)
            .createReaderFunc(schema -> InternalReader.create(path, schema))
            .build()) {
      for (StructLike row : all) {
        if (locations.contains(row.get(0, CharSequence.class).toString())) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes the deletes; the files that they are for must exist. */
  static List<DeleteFile> write(Table table, String sinkId, WrittenFiles written) {
    Schema keys = TypeUtil.select(table.schema(), table.schema().identifierFieldIds());
    OutputFileFactory names = SinkId.fileNames(table, sinkId);
    List<DeleteFile> deletes = new ArrayList<>(TableChange.reserve(table, written));
    for (ContentFile<?> file : TableChange.files(table, written)) {
      if (file instanceof DataFile rows) {
        deletes.add(ofKeys(table, names, rows, keys));
      }
    }
    return deletes;
  }

  private static DeleteFile ofKeys(
      Table table, OutputFileFactory names, DataFile rows, Schema keys) {
    PartitionSpec spec = table.specs().get(rows.specId());
    EqualityDeleteWriter<StructLike> writer =
        ParquetFiles.equalityDeletes(
            table, spec, ParquetFiles.in(spec, names, rows.partition()), rows.partition(), keys);
    try (writer;
        CloseableIterable<StructLike> all =
            Parquet.read(table.io().newInputFile(rows))
                .project(keys)
                .createReaderFunc(schema -> InternalReader.create(keys, schema))
                .build()) {
      all.forEach(writer::write);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return writer.toDeleteFile();
  }
}
