package dev.weir.iceberg.read;

import dev.weir.iceberg.table.LedgerException;
import dev.weir.iceberg.table.OpenTable;
import dev.weir.record.Origin;
import dev.weir.record.RawRecord;
import dev.weir.record.RawRecord.Encoding;
import dev.weir.record.RawRecords;
import dev.weir.record.UnreadableRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.iceberg.CombinedScanTask;

/**
 * The rows of one snapshot of a table as Avro records, with the origins that {@link ReadLedger}
 * reports for the same rows; deleted rows are not among them. The snapshot is chosen when this
 * object is made. Only one task of the scan is open at a time.
 */
public final class SnapshotRecords implements RawRecords {
  private final PinnedScan scan;

  private SnapshotRecords(PinnedScan scan) {
    this.scan = scan;
  }

  /**
   * @param record the record schema; its fields are read from the columns of the same names
   * @throws LedgerException if the table, the snapshot or a column is missing, or a column has a
   *     type that does not fit
   */
  public static SnapshotRecords of(LedgerScan scan, Schema record) {
    return new SnapshotRecords(new PinnedScan(scan, record));
  }

  /**
   * @throws LedgerException if the snapshot has expired
   */
  @Override
  public void forEach(Handler handler) {
    List<CombinedScanTask> tasks = new ArrayList<>();
    scan.plan(tasks::add);
    RowRecords records = scan.records();
    BinaryMessageEncoder<GenericRecord> encoder =
        new BinaryMessageEncoder<>(GenericData.get(), scan.record());
    try (OpenTable table = scan.open()) {
      for (CombinedScanTask task : tasks) {
        scan.read(
            table,
            task,
            (file, position, row) -> {
              Origin origin = Origin.ofFile(file, position + 1);
              byte[] bytes;
              try {
                bytes = encoder.encode(records.record(row)).array();
              } catch (UnreadableRecord e) {
                handler.unreadable(origin, e);
                return;
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
              handler.record(new RawRecord(bytes, Encoding.AVRO, origin));
            });
      }
    }
  }
}
