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
 * most once, with the row of its last change, whatever is killed, restarted or restored.
 *
 * <p>Within a commit the changes of a key are ordered by their {@link Position}; between commits
 * they are to come in that order, as they do from a partition of a topic. Unbounded input is
 * committed once per checkpoint, bounded input at its end. The table is made ready when the
 * transform is applied. {@code docs/ledger.md} has the guarantees and the protocol.
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
   * @param table has a primary key
   * @param sinkId names this writer: what it has committed under this name it never commits again.
   *     A live job keeps it for life; a bounded run has one of its own, and keeps it for its reruns
   */
  public static <T extends IndexedRecord> UpsertRows<T> to(LedgerTable table, String sinkId) {
    if (table.key().isEmpty()) {
      throw new LedgerException("table " + table.name() + " has no primary key; use AppendRows");
    }
    return new UpsertRows<>(LedgerSink.of(table, sinkId, new Rows.Changed<T>()));
  }

  /**
   * Has several writers share each partition: for more changes than one writer can take, at the
   * price of as many files. Changes of one key always go to one writer.
   *
   * @param count for each partition; 1 unless set
   */
  public UpsertRows<T> withWritersPerPartition(int count) {
    return new UpsertRows<>(sink.withWriters(count));
  }

  /**
   * Splits a bounded run into several commits, for runs that are too large for one. Each is all or
   * nothing; a rerun completes what is missing.
   *
   * @param rows in a commit, about; there are never more than 1,000 commits
   */
  public UpsertRows<T> withRowsPerCommit(long rows) {
    return new UpsertRows<>(sink.withRowsPerCommit(rows));
  }

  /**
   * @throws LedgerException where the table differs from what the rows need, or cannot be reached
   */
  @Override
  public PDone expand(PCollection<RowChange<T>> changes) {
    return sink.write(changes);
  }
}
