package dev.weir.iceberg.write;

import dev.weir.iceberg.commit.Assumption;
import dev.weir.iceberg.commit.FileNames;
import dev.weir.iceberg.commit.WrittenFiles;
import dev.weir.iceberg.table.ParquetFiles;
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
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.io.FileWriter;
import org.apache.iceberg.util.PropertyUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Parquet files of one bundle: per partition one file of rows, one of deletes by key and one of
 * deletes by position, until a file reaches the table's target size or too many files are open.
 */
public final class OpenFiles {
  /** Limits memory use: each open file buffers its columns in memory. */
  static final int MOST_OPEN = 64;

  private static final int ROWS_BETWEEN_CHECKS = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(OpenFiles.class);

  private final Table table;
  private final FileNames names;
  private final Schema deleteSchema;
  private final long targetSize;
  private final Map<Place, Open> open = new LinkedHashMap<>(16, 0.75f, true);
  private final PositionDeletes positions = new PositionDeletes();
  private final List<ContentFile<?>> closed = new ArrayList<>();
  private final List<ContentFile<?>> closedReserve = new ArrayList<>();
  private final List<String> begun = new ArrayList<>();
  private final TreeSet<Integer> shards = new TreeSet<>();
  private RowFile lastFile;
  private int lastPosition;
  private Open lastRows;
  private Open lastDeletes;
  private long rows;
  private long digest;

  private enum Kind {
    ROWS,
    DELETES,
    RESERVE
  }

  private record Place(PartitionKey partition, Kind kind) {}

  private static final class Open {
    final Place place;
    final FileWriter<StructLike, ?> writer;
    final RowFile file;
    PartitionKey asked;
    int rows;

    Open(Place place, FileWriter<StructLike, ?> writer, RowFile file) {
      this.place = place;
      this.writer = writer;
      this.file = file;
    }
  }

  /**
   * @param names creates the names of the files
   * @param deleteSchema the columns of the primary key; null if nothing is deleted
   */
  OpenFiles(Table table, FileNames names, Schema deleteSchema) {
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

  /** Writes a row; {@link #lastFile} and {@link #lastPosition} are then its place. */
  void row(PartitionKey partition, StructLike row) {
    Open file = lastRows;
    if (file == null || file.asked != partition) {
      file = file(new Place(partition, Kind.ROWS));
      file.asked = partition;
      lastRows = file;
    }
    lastFile = file.file;
    lastPosition = file.rows;
    write(file, row);
  }

  RowFile lastFile() {
    return lastFile;
  }

  int lastPosition() {
    return lastPosition;
  }

  /** Deletes the rows with this key that earlier commits added. */
  void delete(PartitionKey partition, StructLike key) {
    Open file = lastDeletes;
    if (file == null || file.asked != partition) {
      file = file(new Place(partition, Kind.DELETES));
      file.asked = partition;
      lastDeletes = file;
    }
    write(file, key);
  }

  /** Deletes one row, which may be of these files. */
  void deleteAt(RowFile file, int position) {
    positions.add(file, position);
  }

  /** Keeps a key whose row is deleted by position; see {@link WrittenFiles#getReserve}. */
  void reserve(PartitionKey partition, StructLike key) {
    write(file(new Place(partition, Kind.RESERVE)), key);
  }

  private void write(Open file, StructLike row) {
    file.writer.write(row);
    if (++file.rows % ROWS_BETWEEN_CHECKS == 0 && file.writer.length() >= targetSize) {
      close(file.place);
    }
  }

  private Open file(Place place) {
    Open file = open.get(place);
    if (file == null) {
      if (open.size() >= MOST_OPEN) {
        close(open.keySet().iterator().next());
      }
      Place kept = new Place(place.partition.copy(), place.kind);
      EncryptedOutputFile newFile = newFile(kept.partition);
      file =
          new Open(
              kept,
              newWriter(kept, newFile),
              new RowFile(newFile.encryptingOutputFile().location(), kept.partition));
      open.put(kept, file);
    }
    return file;
  }

  private FileWriter<StructLike, ?> newWriter(Place place, EncryptedOutputFile file) {
    return place.kind == Kind.ROWS
        ? ParquetFiles.data(table, file, place.partition)
        : ParquetFiles.equalityDeletes(table, file, place.partition, deleteSchema);
  }

  private EncryptedOutputFile newFile(PartitionKey partition) {
    EncryptedOutputFile file = ParquetFiles.in(table, names.files(), partition);
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
      (place.kind == Kind.RESERVE ? closedReserve : closed)
          .addAll(((org.apache.iceberg.io.DeleteWriteResult) result).deleteFiles());
    }
  }

  /** Closes all files and starts over; null if nothing was written. */
  WrittenFiles finish() {
    return finish(Assumption.NOTHING, 0, TableUtil.formatVersion(table));
  }

  /**
   * Closes all files and starts over; null if nothing was written.
   *
   * @param seen see {@link WrittenFiles#getSeen}
   * @param formatVersion that of the table, which decides how deletes by position are written
   */
  WrittenFiles finish(Assumption assumes, long seen, int formatVersion) {
    for (Place place : List.copyOf(open.keySet())) {
      close(place);
    }
    if (rows == 0) {
      return null;
    }
    closed.addAll(positions(formatVersion));
    WrittenFiles written =
        new WrittenFiles(
            List.copyOf(shards), rows, digest, json(closed), json(closedReserve), assumes, seen);
    reset();
    return written;
  }

  private List<DeleteFile> positions(int formatVersion) {
    if (positions.isEmpty()) {
      return List.of();
    }
    if (formatVersion < 3) {
      return positions.write(table, this::newFile);
    }
    List<DeleteFile> vectors = positions.writeVectors(table, names.vectors());
    vectors.forEach(vector -> begun.add(vector.location()));
    return vectors;
  }

  private List<String> json(List<ContentFile<?>> files) {
    return files.stream()
        .map(file -> ContentFileParser.toJson(file, table.specs().get(file.specId())))
        .toList();
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
    closedReserve.clear();
    positions.clear();
    shards.clear();
    rows = 0;
    digest = 0;
  }
}
