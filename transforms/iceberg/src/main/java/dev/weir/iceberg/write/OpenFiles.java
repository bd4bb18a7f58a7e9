package dev.weir.iceberg.write;

import dev.weir.iceberg.commit.WrittenFiles;
import dev.weir.iceberg.table.TableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.ContentFileParser;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.data.parquet.InternalWriter;
import org.apache.iceberg.deletes.EqualityDeleteWriter;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.FileWriter;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.util.PropertyUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Parquet files of one bundle: one file of rows and one of deletes per partition, until a file
 * reaches the table's target size or too many files are open.
 */
public final class OpenFiles {
  /** Limits memory use: each open file buffers its columns in memory. */
  private static final int MOST_OPEN = 64;

  private static final int ROWS_BETWEEN_CHECKS = 1_000;

  private static final String STATS = TableProperties.PARQUET_COLUMN_STATS_ENABLED_PREFIX;

  private static final Logger LOG = LoggerFactory.getLogger(OpenFiles.class);

  private final Table table;
  private final OutputFileFactory names;
  private final Schema deleteSchema;
  private final long targetSize;
  private final Map<Place, Open> open = new LinkedHashMap<>(16, 0.75f, true);
  private final List<ContentFile<?>> closed = new ArrayList<>();
  private final List<String> begun = new ArrayList<>();
  private final TreeSet<Integer> shards = new TreeSet<>();
  private Open lastRows;
  private Open lastDeletes;
  private long rows;
  private long digest;

  private record Place(PartitionKey partition, boolean deletes) {}

  private static final class Open {
    final Place place;
    final FileWriter<StructLike, ?> writer;
    PartitionKey asked;
    long rows;

    Open(Place place, FileWriter<StructLike, ?> writer) {
      this.place = place;
      this.writer = writer;
    }
  }

  /**
   * @param names creates the names of the files
   * @param deleteSchema the columns of the primary key; null if nothing is deleted
   */
  OpenFiles(Table table, OutputFileFactory names, Schema deleteSchema) {
    this.table = table;
    this.names = names;
    this.deleteSchema = deleteSchema;
    this.targetSize =
        PropertyUtil.propertyAsLong(
            table.properties(),
            TableProperties.WRITE_TARGET_FILE_SIZE_BYTES,
            TableProperties.WRITE_TARGET_FILE_SIZE_BYTES_DEFAULT);
  }

  /** Records that no other files of the same commit may hold changes from this shard. */
  void alone(int shard) {
    shards.add(shard);
  }

  /** Counts a row or delete, for {@link #finish}. */
  void count(long fingerprint) {
    rows++;
    digest += fingerprint;
  }

  void row(PartitionKey partition, StructLike row) {
    write(partition, false, row);
  }

  void delete(PartitionKey partition, StructLike key) {
    write(partition, true, key);
  }

  private void write(PartitionKey partition, boolean deletes, StructLike row) {
    Open file = recent(partition, deletes);
    file.writer.write(row);
    if (++file.rows % ROWS_BETWEEN_CHECKS == 0 && file.writer.length() >= targetSize) {
      close(file.place);
    }
  }

  /** Returns the most recent file if possible: most rows go to the same file as the row before. */
  private Open recent(PartitionKey partition, boolean deletes) {
    Open last = deletes ? lastDeletes : lastRows;
    if (last != null && last.asked == partition) {
      return last;
    }
    Open file = file(new Place(partition, deletes));
    file.asked = partition;
    if (deletes) {
      lastDeletes = file;
    } else {
      lastRows = file;
    }
    return file;
  }

  private Open file(Place place) {
    Open file = open.get(place);
    if (file == null) {
      if (open.size() >= MOST_OPEN) {
        close(open.keySet().iterator().next());
      }
      Place kept = new Place(place.partition.copy(), place.deletes);
      file = new Open(kept, place.deletes ? deletes(kept.partition) : data(kept.partition));
      open.put(kept, file);
    }
    return file;
  }

  private DataWriter<StructLike> data(PartitionKey partition) {
    return data(table, newFile(table.spec(), partition), partition);
  }

  /** A new file for rows of one partition. */
  public static DataWriter<StructLike> data(
      Table table, EncryptedOutputFile newFile, StructLike partition) {
    try {
      var file =
          Parquet.writeData(newFile)
              .forTable(table)
              .withPartition(partition)
              .createWriterFunc(InternalWriter::createWriter)
              .overwrite();
      withoutBounds(table.schema()).forEach(column -> file.set(STATS + column, "false"));
      return file.build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private EqualityDeleteWriter<StructLike> deletes(PartitionKey partition) {
    PartitionSpec spec = table.spec();
    try {
      var file =
          Parquet.writeDeletes(newFile(spec, partition))
              .forTable(table)
              .rowSchema(deleteSchema)
              .withPartition(partition)
              .equalityFieldIds(List.copyOf(table.schema().identifierFieldIds()))
              .createWriterFunc(InternalWriter::createWriter)
              .overwrite();
      withoutBounds(deleteSchema).forEach(column -> file.set(STATS + column, "false"));
      return file.buildEqualityWriter();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The UUID columns. Parquet orders their values as unsigned, but Iceberg's readers compare the
   * bounds as signed. With bounds, they would skip rows, and deletes that must be applied; see <a
   * href="https://github.com/apache/iceberg/issues/14216">issue 14216</a>.
   */
  private static List<String> withoutBounds(Schema schema) {
    return TypeUtil.indexNameById(schema.asStruct()).entrySet().stream()
        .filter(column -> schema.findType(column.getKey()).typeId() == TypeID.UUID)
        .map(Map.Entry::getValue)
        .toList();
  }

  private EncryptedOutputFile newFile(PartitionSpec spec, PartitionKey partition) {
    EncryptedOutputFile file =
        spec.isPartitioned() ? names.newOutputFile(spec, partition) : names.newOutputFile();
    begun.add(file.encryptingOutputFile().location());
    return file;
  }

  private void close(Place place) {
    lastRows = null;
    lastDeletes = null;
    Open file = open.remove(place);
    try {
      file.writer.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var result = file.writer.result();
    if (result instanceof org.apache.iceberg.io.DataWriteResult data) {
      closed.addAll(data.dataFiles());
    } else {
      closed.addAll(((org.apache.iceberg.io.DeleteWriteResult) result).deleteFiles());
    }
  }

  /** Closes all files and starts over; null if nothing was written. */
  WrittenFiles finish() {
    for (Place place : List.copyOf(open.keySet())) {
      close(place);
    }
    if (rows == 0) {
      return null;
    }
    List<String> files = new ArrayList<>();
    for (ContentFile<?> file : closed) {
      files.add(ContentFileParser.toJson(file, table.specs().get(file.specId())));
    }
    WrittenFiles written = new WrittenFiles(List.copyOf(shards), rows, digest, files);
    reset();
    return written;
  }

  /**
   * Deletes what was written since the last {@link #finish}, as far as possible: the failure that
   * caused this may have left a file that cannot be closed.
   */
  void abandon() {
    for (Open file : open.values()) {
      try {
        file.writer.close();
      } catch (IOException | RuntimeException e) {
        LOG.debug("an abandoned file could not be closed", e);
      }
    }
    open.clear();
    lastRows = null;
    lastDeletes = null;
    begun.forEach(location -> TableFiles.delete(table, location));
    reset();
  }

  private void reset() {
    begun.clear();
    closed.clear();
    shards.clear();
    rows = 0;
    digest = 0;
  }
}
