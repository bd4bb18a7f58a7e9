package dev.weir.icebergio;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import dev.weir.icebergio.AppendedTable.Difference;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericAppenderFactory;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFileFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AppendedTableTest {
  @TempDir private Path warehouse;
  private AppendedTable table;

  @BeforeEach
  void anEmptyTable() {
    table = AppendedTable.create(warehouse.toString(), "bank.payments");
  }

  @Test
  void anEmptyTableLacksAllRows() throws IOException {
    assertThat(table.rows(), is(0L));
    assertThat(table.snapshots(), is(0));
    assertThat(table.differenceTo(3), is(new Difference(3, 0)));
  }

  @Test
  void missingAndRepeatedRowsAreCountedOneByOne() throws IOException {
    append(0, 1, 2, 5);
    append(1, 2, 1);

    assertThat(table.rows(), is(7L));
    assertThat(table.snapshots(), is(2));
    assertThat(table.differenceTo(6), is(new Difference(2, 3)));
  }

  @Test
  void aTableWithEachRowOnceHasNoDifference() throws IOException {
    append(2, 0, 1);

    assertThat(table.differenceTo(3), is(new Difference(0, 0)));
  }

  private void append(long... ids) throws IOException {
    Table loaded = table.table();
    PartitionKey partition = new PartitionKey(loaded.spec(), loaded.schema());
    partition.partition(new InternalRecordWrapper(loaded.schema().asStruct()).wrap(row(loaded, 0)));
    OutputFileFactory names =
        OutputFileFactory.builderFor(loaded, 1, 1).format(FileFormat.PARQUET).build();
    DataWriter<Record> writer =
        new GenericAppenderFactory(loaded.schema(), loaded.spec())
            .newDataWriter(names.newOutputFile(partition), FileFormat.PARQUET, partition);
    try (writer) {
      for (long id : ids) {
        writer.write(row(loaded, id));
      }
    }
    loaded.newAppend().appendFile(writer.toDataFile()).commit();
  }

  private static Record row(Table table, long id) {
    Record row = GenericRecord.create(table.schema());
    row.setField("id", id);
    row.setField("account", "account");
    row.setField("merchant", "merchant");
    row.setField("amount", new BigDecimal("1.00"));
    row.setField("currency", "EUR");
    row.setField("note", "");
    row.setField("ts", OffsetDateTime.of(2026, 1, 1, 12, 0, 0, 0, ZoneOffset.UTC));
    return row;
  }
}
