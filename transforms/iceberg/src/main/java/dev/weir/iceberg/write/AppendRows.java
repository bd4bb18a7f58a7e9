package dev.weir.iceberg.write;

import dev.weir.iceberg.table.LedgerException;
import dev.weir.iceberg.table.LedgerTable;
import org.apache.avro.generic.IndexedRecord;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;

/**
 * Adds rows to an Iceberg table, each exactly once, whatever is killed, restarted or restored.
 *
 * <p>Unbounded input is committed once per checkpoint, bounded input at its end. The table is made
 * ready when the transform is applied. {@code docs/ledger.md} has the guarantees and the protocol.
 *
 * @param <T> an Avro record
 */
public final class AppendRows<T extends IndexedRecord> extends PTransform<PCollection<T>, PDone> {
  private static final long serialVersionUID = 1;

  private final LedgerSink<T> sink;

  private AppendRows(LedgerSink<T> sink) {
    this.sink = sink;
  }

  /**
   * @param table has no primary key
   * @param sinkId names this writer: what it has committed under this name it never commits again.
   *     A live job keeps it for life; a bounded run has one of its own, and keeps it for its reruns
   */
  public static <T extends IndexedRecord> AppendRows<T> to(LedgerTable table, String sinkId) {
    if (!table.key().isEmpty()) {
      throw new LedgerException("table " + table.name() + " has a primary key; use UpsertRows");
    }
    return new AppendRows<>(LedgerSink.of(table, sinkId, new Rows.Appended<T>()));
  }

  /**
   * Has several writers share each partition: for more rows than one writer can take, at the price
   * of as many files.
   *
   * @param count for each partition; 1 unless set
   */
  public AppendRows<T> withWritersPerPartition(int count) {
    return new AppendRows<>(sink.withWriters(count));
  }

  /**
   * Splits a bounded run into several commits, for runs that are too large for one. Each is all or
   * nothing; a rerun completes what is missing.
   *
   * @param rows in a commit, about; there are never more than 1,000 commits
   */
  public AppendRows<T> withRowsPerCommit(long rows) {
    return new AppendRows<>(sink.withRowsPerCommit(rows));
  }

  /**
   * @throws LedgerException where the table differs from what the rows need, or cannot be reached
   */
  @Override
  public PDone expand(PCollection<T> rows) {
    return sink.write(rows);
  }
}
