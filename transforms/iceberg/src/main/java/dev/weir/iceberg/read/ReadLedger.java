package dev.weir.iceberg.read;

import dev.weir.deadletter.DeadLetter;
import dev.weir.deadletter.DeadLetters;
import dev.weir.iceberg.table.LedgerException;
import dev.weir.record.Origin;
import dev.weir.record.RawRecord;
import dev.weir.record.RawRecord.Encoding;
import dev.weir.record.UnreadableRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithFailures.Result;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
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

  private ReadLedger(LedgerScan scan, String record) {
    this.scan = scan;
    this.record = record;
  }

  /**
   * @param record the record schema; its fields are read from the columns of the same names
   */
  public static ReadLedger of(LedgerScan scan, Schema record) {
    return new ReadLedger(scan, record.toString());
  }

  /**
   * @throws LedgerException if the table, the snapshot or a column is missing, or a column has a
   *     type that does not fit
   */
  @Override
  public Result<PCollection<RawRecord>, DeadLetter> expand(PBegin begin) {
    PinnedScan pinned = new PinnedScan(scan, new Schema.Parser().parse(record));
    TupleTag<RawRecord> records = new TupleTag<>() {};
    TupleTag<DeadLetter> refused = new TupleTag<>() {};
    PCollectionTuple read =
        begin
            .apply("PlanScan", new PlanScan(pinned))
            .apply(
                "ReadTasks",
                ParDo.of(new ReadTasks(pinned, records, refused))
                    .withOutputTags(records, TupleTagList.of(refused)));
    return Result.of(
        read.get(records).setCoder(RawRecord.CODER),
        read.get(refused).setCoder(DeadLetters.coder()));
  }

  private static final class ReadTasks extends DoFn<byte[], RawRecord> {
    private static final long serialVersionUID = 1;
    private static final Counter DEAD_LETTERS = Metrics.counter("weir", "dead_letters");
    private static final String STAGE = "read-ledger";

    private final PinnedScan scan;
    private final TupleTag<RawRecord> accepted;
    private final TupleTag<DeadLetter> refused;
    private transient RowRecords records;
    private transient BinaryMessageEncoder<GenericRecord> encoder;

    ReadTasks(PinnedScan scan, TupleTag<RawRecord> accepted, TupleTag<DeadLetter> refused) {
      this.scan = scan;
      this.accepted = accepted;
      this.refused = refused;
    }

    @Setup
    public void setup() {
      records = scan.records();
      encoder = new BinaryMessageEncoder<>(GenericData.get(), scan.record());
    }

    @ProcessElement
    public void process(
        @Element byte[] task, @Timestamp Instant timestamp, MultiOutputReceiver out) {
      scan.read(
          PlanScan.task(task),
          (file, position, row) -> {
            Origin origin = Origin.ofFile(file, position + 1);
            try {
              byte[] bytes = encoder.encode(records.record(row)).array();
              out.get(accepted).output(new RawRecord(bytes, Encoding.AVRO, origin));
            } catch (UnreadableRecord e) {
              DEAD_LETTERS.inc();
              out.get(refused).output(DeadLetters.of(STAGE, e, origin, timestamp));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }
}
