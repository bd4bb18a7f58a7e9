package dev.weir.iceberg.read;

import dev.weir.iceberg.table.LedgerException;
import dev.weir.iceberg.table.OpenTable;
import dev.weir.progress.ReadMeter;
import dev.weir.record.UnreadableRecord;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.sdk.extensions.avro.coders.AvroGenericCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;

/**
 * Reads each row of one snapshot of an Iceberg table once, as an Avro record; deleted rows are not
 * read. The output is bounded. A row that the record cannot hold fails the pipeline.
 */
public final class ReadRows extends PTransform<PBegin, PCollection<GenericRecord>> {
  private static final long serialVersionUID = 1;

  private final LedgerScan scan;
  private final String record;

  private ReadRows(LedgerScan scan, String record) {
    this.scan = scan;
    this.record = record;
  }

  /**
   * @param record the record schema; its fields are read from the columns of the same names. Values
   *     of logical types have their raw form
   */
  public static ReadRows of(LedgerScan scan, Schema record) {
    return new ReadRows(scan, record.toString());
  }

  /**
   * @throws LedgerException if the table, the snapshot or a column is missing, or a column has a
   *     type that does not fit
   */
  @Override
  public PCollection<GenericRecord> expand(PBegin begin) {
    Schema schema = new Schema.Parser().parse(record);
    PinnedScan pinned = new PinnedScan(scan, schema);
    return begin
        .apply("PlanScan", new PlanScan(pinned, ReadMeter.unwatched()))
        .apply("ReadTasks", ParDo.of(new ReadTasks(pinned)))
        .setCoder(AvroGenericCoder.of(schema));
  }

  private static final class ReadTasks extends DoFn<byte[], GenericRecord> {
    private static final long serialVersionUID = 1;

    private final PinnedScan scan;
    private transient OpenTable table;
    private transient RowRecords records;

    ReadTasks(PinnedScan scan) {
      this.scan = scan;
    }

    @Setup
    public void setup() {
      records = scan.records();
    }

    @ProcessElement
    public void process(@Element byte[] task, OutputReceiver<GenericRecord> out) {
      if (table == null) {
        table = scan.open();
      }
      scan.read(
          table,
          PlanScan.task(task),
          (file, position, row) -> {
            try {
              out.output(records.record(row));
            } catch (UnreadableRecord e) {
              throw new LedgerException(
                  "table "
                      + scan.name()
                      + ", row "
                      + position
                      + " of "
                      + file
                      + ": "
                      + e.getMessage(),
                  e);
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
