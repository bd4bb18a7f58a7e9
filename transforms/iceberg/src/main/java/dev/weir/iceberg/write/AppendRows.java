package dev.weir.iceberg.write;

import dev.weir.iceberg.table.LedgerException;
import dev.weir.iceberg.table.LedgerTable;
import org.apache.avro.generic.IndexedRecord;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;

/**
 * Appends rows to an Iceberg table, each exactly once, regardless of what is killed, restarted or
 * restored.
 *
 * <p>Unbounded input is committed once per checkpoint, bounded input when it ends. The table is
 * prepared ({@link LedgerTable#prepare}) when the transform is applied. {@code docs/ledger.md}
 * describes the guarantees and the protocol.
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
   * @param table a table without a primary key
   * @param sinkId the name of this writer; rows that it has committed under this name are never
   *     committed again. A live job keeps its sink id for its lifetime; each bounded run has its
   *     own, which its reruns reuse
   * @throws LedgerException if the table has a primary key, or the sink id is not valid
   */
  public static <T extends IndexedRecord> AppendRows<T> to(LedgerTable table, String sinkId) {
    if (!table.key().isEmpty()) {
      throw new LedgerException("table " + table.name() + " has a primary key; use UpsertRows");
    }
    return new AppendRows<>(LedgerSink.of(table, sinkId, new Rows.Appended<T>()));
  }

  /**
   * Lets several writers share each partition, for more rows than one writer can handle. The number
   * of files grows with the number of writers.
   *
   * @param count writers per partition; the default is 1
   */
  public AppendRows<T> withWritersPerPartition(int count) {
    return new AppendRows<>(sink.withWriters(count));
  }

  /**
   * Splits a bounded run into several commits, for runs that are too large for one. Each commit is
   * atomic; a rerun adds the commits that are missing.
   *
   * @param rows approximate number of rows per commit; a run never has more than 1,000 commits
   */
  public AppendRows<T> withRowsPerCommit(long rows) {
    return new AppendRows<>(sink.withRowsPerCommit(rows));
  }

  /**
   * @throws LedgerException if the table does not fit the rows, or cannot be reached
   */
  @Override
  public PDone expand(PCollection<T> rows) {
    return sink.write(rows);
  }
}
