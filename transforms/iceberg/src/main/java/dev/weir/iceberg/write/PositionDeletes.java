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
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.PositionDeleteWriter;
import org.apache.iceberg.encryption.EncryptedOutputFile;

/** The rows of one bundle that are deleted by position; one file per partition. */
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

  void clear() {
    byFile.clear();
  }

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
