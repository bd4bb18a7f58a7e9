package dev.weir.iceberg.write;

import dev.weir.iceberg.table.ParquetFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.avro.util.Utf8;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.PositionDeleteWriter;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.io.OutputFileFactory;

/** The rows of one bundle that are deleted by position. */
final class PositionDeletes {
  private static final int FIRST_SIZE = 8;

  private final Map<RowFile, Positions> byFile = new HashMap<>();

  private static final class Positions {
    int[] all = new int[FIRST_SIZE];
    int count;

    void add(int position) {
      if (count == all.length) {
        all = Arrays.copyOf(all, 2 * count);
      }
      all[count++] = position;
    }
  }

  void add(RowFile file, int position) {
    byFile.computeIfAbsent(file, f -> new Positions()).add(position);
  }

  boolean isEmpty() {
    return byFile.isEmpty();
  }

  void clear() {
    byFile.clear();
  }

  /** Writes one file per partition, in the form of format version 2. */
  List<DeleteFile> write(Table table, Function<PartitionKey, EncryptedOutputFile> newFile) {
    Map<PartitionKey, List<RowFile>> byPartition = new LinkedHashMap<>();
    for (RowFile file : byFile.keySet()) {
      byPartition.computeIfAbsent(file.partition, partition -> new ArrayList<>()).add(file);
    }
    List<DeleteFile> written = new ArrayList<>();
    byPartition.forEach(
        (partition, files) ->
            written.add(
                write(
                    ParquetFiles.positionDeletes(table, newFile.apply(partition), partition),
                    files)));
    return written;
  }

  /** Writes a deletion vector per data file, all in one file; there must be positions. */
  List<DeleteFile> writeVectors(Table table, OutputFileFactory names) {
    BaseDVFileWriter writer = new BaseDVFileWriter(names, location -> null);
    try (writer) {
      byFile.forEach(
          (file, positions) -> {
            for (int n = 0; n < positions.count; n++) {
              writer.delete(file.location, positions.all[n], table.spec(), file.partition);
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return writer.result().deleteFiles();
  }

  private DeleteFile write(PositionDeleteWriter<StructLike> writer, List<RowFile> files) {
    files.sort(Comparator.comparing(file -> file.location));
    PositionDelete<StructLike> delete = PositionDelete.create();
    try (writer) {
      for (RowFile file : files) {
        Positions positions = byFile.get(file);
        // Encoded once, not for each position.
        Utf8 location = new Utf8(file.location);
        Arrays.sort(positions.all, 0, positions.count);
        for (int n = 0; n < positions.count; n++) {
          writer.write(delete.set(location, positions.all[n]));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return writer.toDeleteFile();
  }
}
