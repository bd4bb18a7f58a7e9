package dev.weir.iceberg.read;

import static dev.weir.iceberg.testing.Payments.payment;
import static dev.weir.testing.Pipelines.count;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.deadletter.DeadLetter;
import dev.weir.encoding.SingleObjectReader;
import dev.weir.iceberg.table.LedgerException;
import dev.weir.iceberg.table.LedgerTable;
import dev.weir.iceberg.testing.Invoice;
import dev.weir.iceberg.testing.InvoiceStatus;
import dev.weir.iceberg.testing.Payments;
import dev.weir.iceberg.testing.Runs;
import dev.weir.iceberg.testing.Warehouse;
import dev.weir.progress.ReadMeter;
import dev.weir.progress.ReadProgress;
import dev.weir.progress.ReadTotals;
import dev.weir.record.RawRecord;
import dev.weir.record.RawRecord.Encoding;
import dev.weir.testing.Pipelines;
import dev.weir.testing.Seen;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.transforms.WithFailures.Result;
import org.apache.beam.sdk.values.PCollection;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableProperties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadLedgerTest {
  private static final String NAME = "bank.rows";

  /** Every Parquet file begins with these bytes, which no scan reads. */
  private static final int BEFORE_FIRST_ROWS = "PAR1".length();

  private static final Schema LOOSE =
      SchemaBuilder.record("Row")
          .fields()
          .requiredString("id")
          .optionalString("status")
          .endRecord();
  private static final Schema STRICT =
      SchemaBuilder.record("Row")
          .fields()
          .requiredString("id")
          .name("status")
          .type(SchemaBuilder.enumeration("Status").symbols("OPEN", "CLOSED"))
          .noDefault()
          .endRecord();

  @TempDir Path folder;

  private final Runs runs = new Runs();
  private Warehouse warehouse;
  private PipelineResult result;
  private List<RawRecord> records;
  private List<DeadLetter> deadLetters;

  @BeforeEach
  void openWarehouse() {
    warehouse = new Warehouse(folder);
  }

  @Test
  void aRowIsReadAsTheRequestedRecord() throws Exception {
    GenericRecord row = new GenericData.Record(Invoice.getClassSchema());
    row.put("id", "i1");
    row.put(
        "status",
        new GenericData.EnumSymbol(Invoice.getClassSchema().getField("status").schema(), "OPEN"));
    row.put("amount", ByteBuffer.wrap(new byte[] {100}));
    row.put("rate", 0.25);
    row.put("discount", 7);
    row.put("ts", 5L);
    runs.append(table(Invoice.getClassSchema()), row);

    read(Invoice.getClassSchema());

    assertThat(deadLetters, is(empty()));
    assertThat(records, hasSize(1));
    assertThat(records.get(0).encoding(), is(Encoding.AVRO));
    assertThat(
        SingleObjectReader.of(Invoice.class).read(records.get(0).bytes()),
        is(
            new Invoice(
                "i1",
                InvoiceStatus.OPEN,
                new BigDecimal("1.00"),
                0.25,
                7,
                Instant.ofEpochMilli(5))));
  }

  @Test
  void aRowsOriginIsItsFileAndItsNumberInTheFile() throws Exception {
    LedgerTable table = LedgerTable.of(warehouse.catalog(), NAME, Payments.SCHEMA);
    table
        .prepare()
        .updateProperties()
        .set(TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES, "4000")
        .set(TableProperties.SPLIT_SIZE, "3000")
        .set(TableProperties.SPLIT_OPEN_FILE_COST, "1")
        .commit();
    List<GenericRecord> rows = new ArrayList<>();
    for (int n = 0; n < 4_000; n++) {
      rows.add(payment("p" + n * 7919, "a" + n, n, n));
    }
    runs.append(table, rows);

    read(Payments.SCHEMA);

    table.prepare().updateProperties().remove(TableProperties.SPLIT_SIZE).commit();
    var inFile = warehouse.read(NAME);
    records.sort(Comparator.comparing(RawRecord::origin));
    Set<String> files =
        records.stream().map(record -> record.origin().source()).collect(Collectors.toSet());
    assertThat(files, hasSize(1));
    assertThat(files.iterator().next(), containsString("/bank/rows/data/"));
    BinaryMessageDecoder<GenericRecord> decoder =
        new BinaryMessageDecoder<>(GenericData.get(), Payments.SCHEMA);
    for (int n = 0; n < records.size(); n++) {
      assertThat(records.get(n).origin().position(), is(n + 1L));
      assertThat(
          decoder.decode(records.get(n).bytes()).get("id").toString(),
          is(inFile.get(n).getField("id")));
    }
  }

  @Test
  void aRowThatTheRecordCannotHoldIsADeadLetter() {
    runs.append(
        table(LOOSE), row("p1", "OPEN"), row("p2", null), row("p3", "GONE"), row("p4", "CLOSED"));

    read(STRICT);

    assertThat(records, hasSize(2));
    assertThat(deadLetters, hasSize(2));
    assertThat(count(result, "dead_letters"), is(2L));
    deadLetters.sort(Comparator.comparing(DeadLetter::getReason));
    DeadLetter unknown = deadLetters.get(0);
    assertThat(unknown.getReason(), is("INVALID_VALUE"));
    assertThat(unknown.getDetail(), is("status is not a symbol of Status"));
    DeadLetter missing = deadLetters.get(1);
    assertThat(missing.getStage(), is("read-ledger"));
    assertThat(missing.getReason(), is("MISSING_FIELD"));
    assertThat(missing.getDetail(), is("status is null"));
    assertThat(missing.getFile(), containsString("/bank/rows/data/"));
    assertThat(missing.getTopic(), is(nullValue()));
    assertThat(
        Set.of(unknown.getLine(), missing.getLine()).stream().allMatch(line -> line > 0), is(true));
  }

  @Test
  void aTableThatDoesNotFitIsAnErrorBeforeAnythingRuns() {
    runs.append(table(LOOSE), row("p1", "OPEN"));
    Pipeline pipeline = Pipelines.onDirectRunner();

    LedgerException error =
        assertThrows(
            LedgerException.class,
            () -> pipeline.apply("Read", ReadLedger.of(scan(), Payments.SCHEMA)));

    assertThat(error.getMessage(), is("table bank.rows has no column account"));
  }

  @Test
  void everyRowAndEveryByteOfTheDataFilesIsReported() throws Exception {
    runs.append(table(LOOSE), row("1", "OPEN"), row("2", "no status"));
    runs.append(table(LOOSE), row("3", "CLOSED"));
    long run = 3_456_789;

    try (ReadProgress progress = ReadProgress.open(run)) {
      read(STRICT, ReadMeter.of(run, "rows"));

      long bytes = 0;
      for (Snapshot snapshot : warehouse.snapshots(NAME)) {
        for (DataFile file : snapshot.addedDataFiles(warehouse.load(NAME).io())) {
          bytes += file.fileSizeInBytes() - BEFORE_FIRST_ROWS;
        }
      }
      assertThat(records.size() + deadLetters.size(), is(3));
      assertThat(progress.totals(), is(new ReadTotals(2, 2, bytes, bytes, 3, true, true)));
    }
  }

  private LedgerTable table(Schema schema) {
    return LedgerTable.of(warehouse.catalog(), NAME, schema);
  }

  private LedgerScan scan() {
    return LedgerScan.of(warehouse.catalog(), NAME);
  }

  private void read(Schema schema) {
    read(schema, ReadMeter.unwatched());
  }

  private void read(Schema schema, ReadMeter meter) {
    Pipeline pipeline = Pipelines.onDirectRunner();
    Result<PCollection<RawRecord>, DeadLetter> read =
        pipeline.apply("Read", ReadLedger.of(scan(), schema).withMeter(meter));
    Seen<RawRecord> seen = Seen.in(read.output());
    Seen<DeadLetter> refused = Seen.in(read.failures());
    result = Pipelines.run(pipeline);
    records = new ArrayList<>(seen.values());
    deadLetters = new ArrayList<>(refused.values());
  }

  private static GenericRecord row(String id, String status) {
    GenericRecord row = new GenericData.Record(LOOSE);
    row.put("id", id);
    row.put("status", status);
    return row;
  }
}
