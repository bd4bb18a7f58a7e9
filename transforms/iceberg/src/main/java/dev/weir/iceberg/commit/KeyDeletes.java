package dev.weir.iceberg.commit;

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
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.parquet.InternalReader;
import org.apache.iceberg.deletes.EqualityDeleteWriter;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.util.ContentFileUtil;

/**
 * Equality deletes of all keys that written files change. With them it does not matter where the
 * table has other rows of these keys. Deletes by position in the same files stay: those of their
 * own rows are needed, and the others do no harm. Only deletion vectors of other data files are
 * left out, because the table may no longer have these files.
 */
final class KeyDeletes {
  private KeyDeletes() {}

  /** The files without deletion vectors of data files that are not theirs. */
  static WrittenFiles withOwnVectors(Table table, WrittenFiles written) {
    List<ContentFile<?>> files = TableChange.files(table, written);
    Set<String> own = new HashSet<>();
    files.forEach(file -> own.add(file.location()));
    List<String> kept = new ArrayList<>();
    for (int n = 0; n < files.size(); n++) {
      if (!(files.get(n) instanceof DeleteFile deletes)
          || !ContentFileUtil.isDV(deletes)
          || own.contains(deletes.referencedDataFile())) {
        kept.add(written.getFiles().get(n));
      }
    }
    return WrittenFiles.newBuilder(written).setFiles(kept).build();
  }

  /** Writes the deletes; the files that they are for must exist. */
  static List<DeleteFile> write(Table table, String sinkId, WrittenFiles written) {
    Schema keys = TypeUtil.select(table.schema(), table.schema().identifierFieldIds());
    OutputFileFactory names = SinkId.fileNames(table, sinkId).files();
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
