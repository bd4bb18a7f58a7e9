package dev.weir.iceberg.read;

import dev.weir.deadletter.DeadLetter;
import dev.weir.deadletter.DeadLetters;
import dev.weir.iceberg.table.LedgerException;
import dev.weir.iceberg.table.OpenTable;
import dev.weir.progress.ReadMeter;
import dev.weir.record.Origin;
import dev.weir.record.RawRecord;
import dev.weir.record.RawRecord.Encoding;
import dev.weir.record.UnreadableRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.WithFailures.Result;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Instant;

/**
 * Reads each row of one snapshot of an Iceberg table once, as the raw record that a pipeline takes
 * in; deleted rows are not read. The output is bounded. A row that the record cannot hold becomes a
 * dead letter.
 */
public final class ReadLedger
    extends PTransform<PBegin, Result<PCollection<RawRecord>, DeadLetter>> {
  private static final long serialVersionUID = 1;

  private final LedgerScan scan;
  private final String record;
  private final ReadMeter meter;

  private ReadLedger(LedgerScan scan, String record, ReadMeter meter) {
    this.scan = scan;
    this.record = record;
    this.meter = meter;
  }

  /**
   * @param record the record schema; its fields are read from the columns of the same names
   */
  public static ReadLedger of(LedgerScan scan, Schema record) {
    return new ReadLedger(scan, record.toString(), ReadMeter.unwatched());
  }

  /** Reports to a meter what is read, in bytes of the data files. */
  public ReadLedger withMeter(ReadMeter reports) {
    return new ReadLedger(scan, record, Objects.requireNonNull(reports));
  }

  /**
   * @throws LedgerException if the table, the snapshot or a column is missing, or a column has a
   *     type that does not fit
   */
  @Override
  public Result<PCollection<RawRecord>, DeadLetter> expand(PBegin begin) {
    PinnedScan pinned = new PinnedScan(scan, new Schema.Parser().parse(record));
    return DeadLetters.divide(
        "ReadTasks",
        begin.apply("PlanScan", new PlanScan(pinned, meter)),
        new ReadTasks(pinned, meter),
        RawRecord.CODER);
  }

  private static final class ReadTasks extends DoFn<byte[], RawRecord> {
    private static final long serialVersionUID = 1;
    private static final String STAGE = "read-ledger";

    private final PinnedScan scan;
    private final ReadMeter meter;
    private transient OpenTable table;
    private transient RowRecords records;
    private transient BinaryMessageEncoder<GenericRecord> encoder;

    ReadTasks(PinnedScan scan, ReadMeter meter) {
      this.scan = scan;
      this.meter = meter;
    }

    @Setup
    public void setup() {
      records = scan.records();
      encoder = new BinaryMessageEncoder<>(GenericData.get(), scan.record());
    }

    @ProcessElement
    public void process(
        @Element byte[] task,
        @Timestamp Instant timestamp,
        OutputReceiver<RawRecord> out,
        MultiOutputReceiver more) {
      if (table == null) {
        table = scan.open();
      }
      scan.read(
          table,
          PlanScan.task(task),
          meter,
          (file, position, row) -> {
            Origin origin = Origin.ofFile(file, position + 1);
            try {
              byte[] bytes = encoder.encode(records.record(row)).array();
              out.output(new RawRecord(bytes, Encoding.AVRO, origin));
            } catch (UnreadableRecord e) {
              DeadLetters.reject(DeadLetters.of(STAGE, e, origin, timestamp), more);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }

    @Teardown
    public void teardown() {
      if (table != null) {
        table.close();
      }
    }
  }
}
