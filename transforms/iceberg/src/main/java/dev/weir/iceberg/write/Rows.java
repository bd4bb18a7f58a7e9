package dev.weir.iceberg.write;

import dev.weir.changelog.RowChange;
import dev.weir.changelog.RowChangeCoder;
import dev.weir.iceberg.commit.FileNames;
import dev.weir.iceberg.commit.SinkId;
import dev.weir.iceberg.commit.WrittenFiles;
import java.io.Serializable;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.beam.sdk.coders.Coder;
import org.apache.iceberg.Table;

/**
 * The kind of elements that a sink writes: rows, or changes of rows.
 *
 * @param <E> a row, or a change of one
 */
public interface Rows<E> extends Serializable {

  IndexedRecord record(E element);

  /** Returns the coder of elements on their way to a writer; see {@link RawRowCoder}. */
  Coder<E> coder(Schema rowSchema);

  /** Returns the same number for elements of a partition that must go to the same writer. */
  int spread(TableRows rows, E element);

  /**
   * @param fingerprints whether to compute {@link WrittenFiles#getDigest}
   */
  LedgerWriter<E> writer(Table table, TableRows rows, FileNames names, boolean fingerprints);

  /**
   * Creates a writer that writes all bundles of its shards, one after another.
   *
   * @param current the table as its catalog has it
   */
  default LedgerWriter<E> liveWriter(Table table, TableRows rows, String sinkId, Table current) {
    return writer(table, rows, SinkId.fileNames(table, sinkId), false);
  }

  /** Returns whether a row that is written twice is in the table twice. */
  boolean accumulate();

  /** Rows to append. */
  final class Appended<T extends IndexedRecord> implements Rows<T> {
    private static final long serialVersionUID = 1;

    @Override
    public IndexedRecord record(T row) {
      return row;
    }

    @Override
    @SuppressWarnings("unchecked")
    public Coder<T> coder(Schema rowSchema) {
      return (Coder<T>) new RawRowCoder(rowSchema);
    }

    @Override
    public int spread(TableRows rows, T row) {
      return Long.hashCode(rows.fingerprint(row));
    }

    @Override
    @SuppressWarnings("unchecked")
    public LedgerWriter<T> writer(
        Table table, TableRows rows, FileNames names, boolean fingerprints) {
      return (LedgerWriter<T>) new AppendWriter(table, rows, names, fingerprints);
    }

    @Override
    public boolean accumulate() {
      return true;
    }
  }

  /** Changes of rows, by primary key. */
  final class Changed<T extends IndexedRecord> implements Rows<RowChange<T>> {
    private static final long serialVersionUID = 1;
    private static final int MOST_KEYS = 100_000;

    private static final int AS_MEMORY_ALLOWS = 0;

    private final int mostRemembered;

    public Changed() {
      this(AS_MEMORY_ALLOWS);
    }

    /**
     * @param mostRemembered maximum number of keys in each of the two generations that a live
     *     writer remembers, whatever memory there is
     */
    public Changed(int mostRemembered) {
      this.mostRemembered = mostRemembered;
    }

    @Override
    public IndexedRecord record(RowChange<T> change) {
      return change.row();
    }

    @Override
    @SuppressWarnings("unchecked")
    public Coder<RowChange<T>> coder(Schema rowSchema) {
      return RowChangeCoder.of((Coder<T>) new RawRowCoder(rowSchema));
    }

    @Override
    public int spread(TableRows rows, RowChange<T> change) {
      return rows.keyValues(change.row()).hashCode();
    }

    @Override
    public LedgerWriter<RowChange<T>> writer(
        Table table, TableRows rows, FileNames names, boolean fingerprints) {
      return new UpsertWriter<>(table, rows, names, fingerprints, MOST_KEYS);
    }

    @Override
    public LedgerWriter<RowChange<T>> liveWriter(
        Table table, TableRows rows, String sinkId, Table current) {
      return new UpsertWriter<>(
          table,
          rows,
          SinkId.fileNames(table, sinkId),
          false,
          MOST_KEYS,
          new KeyMemory(current, sinkId, budget()));
    }

    private KeyBudget budget() {
      return mostRemembered == AS_MEMORY_ALLOWS
          ? KeyBudget.OF_PROCESS
          : KeyBudget.ofKeys(mostRemembered);
    }

    @Override
    public boolean accumulate() {
      return false;
    }
  }
}
