package dev.weir.iceberg.write;

import dev.weir.changelog.Position;
import dev.weir.changelog.RowChange;
import dev.weir.iceberg.table.LedgerException;
import dev.weir.iceberg.table.LedgerTable;
import org.apache.avro.generic.IndexedRecord;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;

/**
 * Keeps an Iceberg table equal to a stream of changes by primary key: the table has each key at
 * most once, with the row of its last change, regardless of what is killed, restarted or restored.
 *
 * <p>Within a commit, the changes of a key are ordered by their {@link Position}. Across commits
 * they must arrive in that order, as they do from a partition of a topic. Unbounded input is
 * committed once per checkpoint, bounded input when it ends. The table is prepared ({@link
 * LedgerTable#prepare}) when the transform is applied. {@code docs/ledger.md} describes the
 * guarantees and the protocol.
 *
 * @param <T> an Avro record
 */
public final class UpsertRows<T extends IndexedRecord>
    extends PTransform<PCollection<RowChange<T>>, PDone> {
  private static final long serialVersionUID = 1;

  private final LedgerSink<RowChange<T>> sink;

  private UpsertRows(LedgerSink<RowChange<T>> sink) {
    this.sink = sink;
  }

  /**
   * @param table a table with a primary key
   * @param sinkId the name of this writer; changes that it has committed under this name are never
   *     committed again. A live job keeps its sink id for its lifetime; each bounded run has its
   *     own, which its reruns reuse
   * @throws LedgerException if the table has no primary key, or the sink id is not valid
   */
  public static <T extends IndexedRecord> UpsertRows<T> to(LedgerTable table, String sinkId) {
    if (table.key().isEmpty()) {
      throw new LedgerException("table " + table.name() + " has no primary key; use AppendRows");
    }
    return new UpsertRows<>(LedgerSink.of(table, sinkId, new Rows.Changed<T>()));
  }

  /**
   * Lets several writers share each partition, for more changes than one writer can handle. The
   * number of files grows with the number of writers. All changes of a key go to the same writer.
   *
   * @param count writers per partition; the default is 1
   */
  public UpsertRows<T> withWritersPerPartition(int count) {
    return new UpsertRows<>(sink.withWriters(count));
  }

  /**
   * Splits a bounded run into several commits, for runs that are too large for one. Each commit is
   * atomic; a rerun adds the commits that are missing.
   *
   * @param rows approximate number of rows per commit; a run never has more than 1,000 commits
   */
  public UpsertRows<T> withRowsPerCommit(long rows) {
    return new UpsertRows<>(sink.withRowsPerCommit(rows));
  }

  /**
   * @throws LedgerException if the table does not fit the rows, or cannot be reached
   */
  @Override
  public PDone expand(PCollection<RowChange<T>> changes) {
    return sink.write(changes);
  }
}
