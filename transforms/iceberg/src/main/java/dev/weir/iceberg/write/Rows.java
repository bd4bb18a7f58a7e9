package dev.weir.iceberg.write;

import dev.weir.changelog.RowChange;
import dev.weir.iceberg.commit.WrittenFiles;
import java.io.Serializable;
import org.apache.avro.generic.IndexedRecord;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.OutputFileFactory;

/**
 * What a sink is given: rows, or changes of rows.
 *
 * @param <E> one of them
 */
public interface Rows<E> extends Serializable {

  IndexedRecord record(E element);

  /** Something that elements which must meet in one writer share, beside their partition. */
  int spread(TableRows rows, E element);

  /**
   * @param fingerprints whether {@link WrittenFiles#getDigest} is wanted
   */
  LedgerWriter<E> writer(
      Table table, TableRows rows, OutputFileFactory names, boolean fingerprints);

  /** Whether rows that come twice are in the table twice. */
  boolean accumulate();

  /** Rows, each to be added. */
  final class Appended<T extends IndexedRecord> implements Rows<T> {
    private static final long serialVersionUID = 1;

    @Override
    public IndexedRecord record(T row) {
      return row;
    }

    @Override
    public int spread(TableRows rows, T row) {
      return Long.hashCode(rows.fingerprint(row));
    }

    @Override
    @SuppressWarnings("unchecked")
    public LedgerWriter<T> writer(
        Table table, TableRows rows, OutputFileFactory names, boolean fingerprints) {
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

    @Override
    public IndexedRecord record(RowChange<T> change) {
      return change.row();
    }

    @Override
    public int spread(TableRows rows, RowChange<T> change) {
      return rows.keyValues(change.row()).hashCode();
    }

    @Override
    public LedgerWriter<RowChange<T>> writer(
        Table table, TableRows rows, OutputFileFactory names, boolean fingerprints) {
      return new UpsertWriter<>(table, rows, names, fingerprints, MOST_KEYS);
    }

    @Override
    public boolean accumulate() {
      return false;
    }
  }
}
