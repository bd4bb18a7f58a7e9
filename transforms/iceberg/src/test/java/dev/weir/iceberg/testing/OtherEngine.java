package dev.weir.iceberg.testing;

import dev.weir.iceberg.table.OpenCatalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericAppenderFactory;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.deletes.EqualityDeleteWriter;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.PositionDeleteWriter;
import org.apache.iceberg.encryption.EncryptedFiles;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.encryption.EncryptionKeyMetadata;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFileFactory;

/** Writes files as Flink and Spark do, and as Weir does not. */
public final class OtherEngine {
  private final Table table;
  private final FileFormat format;

  public OtherEngine(Table table) {
    this(table, FileFormat.PARQUET);
  }

  public OtherEngine(Table table, FileFormat format) {
    this.table = table;
    this.format = format;
  }

  /**
   * Creates a table with these columns instead of the table that Weir would create.
   *
   * @param version the version of the table format
   * @param partitionedBy the columns whose values are the partitions
   */
  public static Table create(
      Warehouse warehouse, String name, String version, Schema schema, String... partitionedBy) {
    PartitionSpec.Builder spec = PartitionSpec.builderFor(schema);
    for (String column : partitionedBy) {
      spec.identity(column);
    }
    TableIdentifier id = TableIdentifier.parse(name);
    try (OpenCatalog open = warehouse.catalog().open()) {
      ((SupportsNamespaces) open.catalog()).createNamespace(id.namespace());
      return open.catalog()
          .createTable(id, schema, spec.build(), Map.of(TableProperties.FORMAT_VERSION, version));
    }
  }

  /** A row by the table's columns. */
  public Record row(Object... values) {
    Record row = GenericRecord.create(table.schema());
    for (int n = 0; n < values.length; n++) {
      row.set(n, values[n]);
    }
    return row;
  }

  private EncryptedOutputFile newFile() {
    String name = "other-" + UUID.randomUUID();
    return EncryptedFiles.encryptedOutput(
        table
            .io()
            .newOutputFile(table.locationProvider().newDataLocation(format.addExtension(name))),
        EncryptionKeyMetadata.EMPTY);
  }

  private PartitionKey partition(Record row) {
    PartitionKey key = new PartitionKey(table.spec(), table.schema());
    key.partition(new InternalRecordWrapper(table.schema().asStruct()).wrap(row));
    return key;
  }

  /** Rows of one partition. */
  public DataFile rows(Record... rows) {
    DataWriter<Record> writer =
        new GenericAppenderFactory(table.schema(), table.spec())
            .newDataWriter(newFile(), format, partition(rows[0]));
    try (writer) {
      for (Record row : rows) {
        writer.write(row);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return writer.toDataFile();
  }

  /** Deletes the rows of one partition that equal one of these in a column. */
  public DeleteFile deletesBy(String column, Record... rows) {
    Schema key = table.schema().select(column);
    EqualityDeleteWriter<Record> writer =
        new GenericAppenderFactory(
                table,
                table.schema(),
                table.spec(),
                Map.of(),
                new int[] {table.schema().findField(column).fieldId()},
                key,
                null)
            .newEqDeleteWriter(newFile(), format, partition(rows[0]));
    try (writer) {
      for (Record row : rows) {
        Record only = GenericRecord.create(key);
        only.setField(column, row.getField(column));
        writer.write(only);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return writer.toDeleteFile();
  }

  /** Deletes rows of a file by their positions. */
  public DeleteFile deletesAt(DataFile file, long... positions) {
    PositionDeleteWriter<Record> writer =
        new GenericAppenderFactory(table.schema(), table.spec())
            .newPosDeleteWriter(newFile(), format, file.partition());
    try (writer) {
      for (long position : positions) {
        writer.write(PositionDelete.<Record>create().set(file.location(), position, null));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return writer.toDeleteFile();
  }

  /** Writes the deletes as a deletion vector, for a table of format version 3. */
  public DeleteFile deletionVector(DataFile file, long... positions) {
    OutputFileFactory names =
        OutputFileFactory.builderFor(table, 1, 1).format(FileFormat.PUFFIN).build();
    BaseDVFileWriter writer = new BaseDVFileWriter(names, path -> null);
    try (writer) {
      for (long position : positions) {
        writer.delete(file.location(), position, table.spec(), file.partition());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return writer.result().deleteFiles().get(0);
  }
}
