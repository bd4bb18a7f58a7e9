package dev.weir.iceberg.write;

import dev.weir.changelog.Position;
import dev.weir.changelog.RowChange;
import dev.weir.iceberg.commit.TableChange;
import dev.weir.iceberg.commit.WrittenFiles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.IndexedRecord;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.OutputFileFactory;

/**
 * Keeps the last change of each key in memory and writes it at the end: one equality delete per
 * key, and the row unless it was deleted. An equality delete does not apply to rows of its own
 * commit, so a key must not occur twice in one commit. If more keys change than memory should hold,
 * the rest goes into files that are committed after these.
 */
public final class UpsertWriter<T extends IndexedRecord> implements LedgerWriter<RowChange<T>> {
  private final Table table;
  private final TableRows rows;
  private final OpenFiles files;
  private final boolean fingerprints;
  private final int mostKeys;
  private final Map<TableRows.Key, Last<T>> last = new HashMap<>();
  private final List<WrittenFiles> written = new ArrayList<>();
  private final List<Last<T>> waiting = new ArrayList<>();

  /** The last change of a key; once it is written, only its position and fingerprint are kept. */
  private static final class Last<T extends IndexedRecord> {
    final int shard;
    long fingerprint;
    Position position;
    RowChange<T> change;

    Last(int shard) {
      this.shard = shard;
    }
  }

  /**
   * @param fingerprints whether to compute {@link WrittenFiles#getDigest}
   * @param mostKeys maximum number of rows held in memory
   */
  public UpsertWriter(
      Table table, TableRows rows, OutputFileFactory names, boolean fingerprints, int mostKeys) {
    this.table = table;
    this.rows = rows;
    this.files = new OpenFiles(table, names, rows.keySchema());
    this.fingerprints = fingerprints;
    this.mostKeys = mostKeys;
  }

  @Override
  public void add(int shard, RowChange<T> change) {
    Last<T> entry = last.computeIfAbsent(rows.keyValues(change.row()), key -> new Last<>(shard));
    if (entry.position != null && change.position().compareTo(entry.position) < 0) {
      return;
    }
    if (entry.change == null) {
      waiting.add(entry);
    }
    entry.position = change.position();
    entry.change = change;
    if (waiting.size() >= mostKeys) {
      write();
    }
  }

  private void write() {
    // Write one partition after another, so that at most two files are open at a time.
    Map<PartitionKey, List<Last<T>>> byPartition = new LinkedHashMap<>();
    for (Last<T> entry : waiting) {
      PartitionKey partition = rows.partition(entry.change.row());
      byPartition.computeIfAbsent(partition, p -> new ArrayList<>()).add(entry);
    }
    byPartition.forEach((partition, entries) -> entries.forEach(e -> write(partition, e)));
    waiting.clear();
    WrittenFiles done = files.finish();
    if (done != null) {
      written.add(done);
    }
  }

  private void write(PartitionKey partition, Last<T> entry) {
    T record = entry.change.row();
    files.delete(partition, rows.key(record));
    if (!entry.change.delete()) {
      files.row(partition, rows.row(record));
    }
    files.count(fingerprints ? newFingerprint(entry) : 0);
    files.alone(entry.shard);
    entry.change = null;
  }

  /**
   * Returns the fingerprint minus that of an earlier change of the key that was already written, so
   * that the sum covers only the last changes: which earlier changes are written depends on the
   * order of arrival.
   */
  private long newFingerprint(Last<T> entry) {
    T row = entry.change.row();
    long before = entry.fingerprint;
    entry.fingerprint = entry.change.delete() ? ~rows.keyFingerprint(row) : rows.fingerprint(row);
    return entry.fingerprint - before;
  }

  @Override
  public List<WrittenFiles> finish() {
    write();
    last.clear();
    List<WrittenFiles> all = List.copyOf(written);
    written.clear();
    return all;
  }

  @Override
  public void close() {
    last.clear();
    waiting.clear();
    files.abandon();
    written.forEach(done -> TableChange.delete(table, done));
    written.clear();
  }
}
