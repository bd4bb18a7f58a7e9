package dev.weir.iceberg.table;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.data.parquet.InternalReader;
import org.apache.iceberg.data.parquet.InternalWriter;
import org.apache.iceberg.deletes.EqualityDeleteWriter;
import org.apache.iceberg.deletes.PositionDeleteWriter;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.TypeUtil;

/** Opens new Parquet files of a table; values are in Iceberg's in-memory form. */
public final class ParquetFiles {
  private static final String STATS = TableProperties.PARQUET_COLUMN_STATS_ENABLED_PREFIX;

  /**
   * The size of a row group of position deletes. Iceberg's readers read all row groups that may
   * concern a data file, once for each data file; the deletes of a file fill about one group.
   */
  private static final int BYTES_OF_POSITIONS = 64 << 10;

  private static final Schema PLACE =
      new Schema(MetadataColumns.DELETE_FILE_PATH, MetadataColumns.DELETE_FILE_POS);

  private ParquetFiles() {}

  /** Takes the places of deleted rows. */
  public interface Positions {
    /**
     * @param path the location of the data file
     */
    void accept(String path, long position);
  }

  /** Reads a file that {@link #positionDeletes} or another writer has written. */
  public static void forEachPosition(Table table, DeleteFile file, Positions positions) {
    try (CloseableIterable<StructLike> places =
        Parquet.read(table.io().newInputFile(file))
            .project(PLACE)
            .createReaderFunc(schema -> InternalReader.create(PLACE, schema))
            .build()) {
      places.forEach(
          place ->
              positions.accept(
                  place.get(0, CharSequence.class).toString(), place.get(1, Long.class)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Names a new file of a partition of the current spec; its format is that of the names. */
  public static EncryptedOutputFile in(Table table, OutputFileFactory names, StructLike partition) {
    return in(table.spec(), names, partition);
  }

  /** Names a new file of one partition; its format is that of the names. */
  public static EncryptedOutputFile in(
      PartitionSpec spec, OutputFileFactory names, StructLike partition) {
    return spec.isPartitioned() ? names.newOutputFile(spec, partition) : names.newOutputFile();
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

  /**
   * A new file for keys of a partition of the current spec whose rows are deleted.
   *
   * @param keys the columns of the primary key
   */
  public static EqualityDeleteWriter<StructLike> equalityDeletes(
      Table table, EncryptedOutputFile newFile, StructLike partition, Schema keys) {
    return equalityDeletes(table, table.spec(), newFile, partition, keys);
  }

  /**
   * A new file for keys of one partition whose rows are deleted.
   *
   * @param keys the columns of the primary key
   */
  public static EqualityDeleteWriter<StructLike> equalityDeletes(
      Table table,
      PartitionSpec spec,
      EncryptedOutputFile newFile,
      StructLike partition,
      Schema keys) {
    try {
      var file =
          Parquet.writeDeletes(newFile)
              .forTable(table)
              .withSpec(spec)
              .rowSchema(keys)
              .withPartition(partition)
              .equalityFieldIds(List.copyOf(table.schema().identifierFieldIds()))
              .createWriterFunc(InternalWriter::createWriter)
              .overwrite();
      withoutBounds(keys).forEach(column -> file.set(STATS + column, "false"));
      return file.buildEqualityWriter();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A new file for the places of deleted rows of one partition, ordered by file and position. */
  public static PositionDeleteWriter<StructLike> positionDeletes(
      Table table, EncryptedOutputFile newFile, StructLike partition) {
    try {
      return Parquet.writeDeletes(newFile)
          .forTable(table)
          .rowSchema(null)
          .metricsConfig(MetricsConfig.forPositionDelete(table))
          .withPartition(partition)
          .set(
              TableProperties.DELETE_PARQUET_ROW_GROUP_SIZE_BYTES,
              Integer.toString(BYTES_OF_POSITIONS))
          .set(TableProperties.DELETE_PARQUET_ROW_GROUP_CHECK_MAX_RECORD_COUNT, "1000")
          .overwrite()
          .buildPositionWriter();
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
        .map(java.util.Map.Entry::getValue)
        .toList();
  }
}
