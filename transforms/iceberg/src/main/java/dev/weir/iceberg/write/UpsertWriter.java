package dev.weir.iceberg.write;

import dev.weir.changelog.Position;
import dev.weir.changelog.RowChange;
import dev.weir.iceberg.commit.Assumption;
import dev.weir.iceberg.commit.FileNames;
import dev.weir.iceberg.commit.TableChange;
import dev.weir.iceberg.commit.WrittenFiles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.generic.IndexedRecord;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.Table;

/**
 * Keeps the last change of each key in memory and writes it at the end: the row, unless it was
 * deleted, and a delete of the row before it. If that row's place is known, it is deleted by its
 * position. Otherwise an equality delete removes all rows of the key that earlier commits added,
 * unless the key is known to be new.
 *
 * <p>If more keys change than memory should hold, they are written early. Deletes by position also
 * apply to rows of their own commit, so a key may then be written again. From format version 3 on,
 * they are deletion vectors.
 */
public final class UpsertWriter<T extends IndexedRecord> implements LedgerWriter<RowChange<T>> {
  /** The rows of so few keys stay in the processor's cache until they are written. */
  private static final int FEW_KEYS = 2_000;

  /** The files of so few partitions, each with deletes, can be open at the same time. */
  private static final int FEW_PARTITIONS = OpenFiles.MOST_OPEN / 3;

  private final Table table;
  private final TableRows rows;
  private final OpenFiles files;
  private final boolean fingerprints;
  private final int mostKeys;

  /** The most rows held in memory while there are few partitions. */
  private final int fewKeys;

  private final KeyMemory memory;
  private final Set<PartitionKey> partitions = new HashSet<>();
  private PartitionKey lastPartition;

  private Assumption assumes = Assumption.NOTHING;
  private final Map<TableRows.Key, Last<T>> last = new HashMap<>();
  private final List<WrittenFiles> written = new ArrayList<>();
  private final List<Last<T>> waiting = new ArrayList<>();

  /** The last change of a key; once it is written, only its position and fingerprint are kept. */
  private static final class Last<T extends IndexedRecord> {
    final TableRows.Key key;
    final int shard;
    PartitionKey partition;
    long fingerprint;
    Position position;
    RowChange<T> change;
    boolean written;

    /** The file of the row that was written; null if there is none. */
    RowFile file;

    int at;

    Last(TableRows.Key key, int shard) {
      this.key = key;
      this.shard = shard;
    }
  }

  /**
   * @param fingerprints whether to compute {@link WrittenFiles#getDigest}
   * @param mostKeys maximum number of rows held in memory
   */
  public UpsertWriter(
      Table table, TableRows rows, FileNames names, boolean fingerprints, int mostKeys) {
    this(table, rows, names, fingerprints, mostKeys, null);
  }

  /**
   * @param memory what is known from earlier bundles; null to write only one bundle
   */
  UpsertWriter(
      Table table,
      TableRows rows,
      FileNames names,
      boolean fingerprints,
      int mostKeys,
      KeyMemory memory) {
    this.table = table;
    this.rows = rows;
    this.files = new OpenFiles(table, names, rows.keySchema());
    this.fingerprints = fingerprints;
    this.mostKeys = mostKeys;
    this.fewKeys = memory == null ? mostKeys : Math.min(FEW_KEYS, mostKeys);
    this.memory = memory;
  }

  @Override
  public String begin(int shard, String token) {
    return memory == null ? null : memory.begin(shard, token);
  }

  @Override
  public void add(int shard, RowChange<T> change) {
    Last<T> entry =
        last.computeIfAbsent(rows.keyValues(change.row()), key -> new Last<>(key, shard));
    if (entry.position != null && change.position().compareTo(entry.position) < 0) {
      return;
    }
    if (entry.change == null) {
      waiting.add(entry);
    }
    entry.position = change.position();
    entry.change = change;
    entry.partition = rows.partition(change.row());
    if (entry.partition != lastPartition) {
      lastPartition = entry.partition;
      partitions.add(lastPartition);
    }
    if (waiting.size() >= (partitions.size() <= FEW_PARTITIONS ? fewKeys : mostKeys)) {
      write();
    }
  }

  private void write() {
    if (memory != null && !waiting.isEmpty()) {
      memory.look();
    }
    // Write one partition after another, so that few files are open at a time.
    Map<PartitionKey, List<Last<T>>> byPartition = new LinkedHashMap<>();
    for (Last<T> entry : waiting) {
      byPartition.computeIfAbsent(entry.partition, p -> new ArrayList<>()).add(entry);
    }
    byPartition.values().forEach(entries -> entries.forEach(this::write));
    waiting.clear();
    partitions.clear();
    lastPartition = null;
  }

  private void finishFiles() {
    WrittenFiles done =
        memory == null
            ? files.finish()
            : files.finish(assumes, memory.seen(), memory.formatVersion());
    if (done != null) {
      written.add(done);
    }
    assumes = Assumption.NOTHING;
  }

  private void write(Last<T> entry) {
    T record = entry.change.row();
    PartitionKey partition = entry.partition;
    KeyMemory.Known known =
        memory == null ? KeyMemory.Known.NOTHING : memory.find(entry.shard, entry.key);
    if (!entry.written) {
      deleteBefore(partition, entry.change, known);
    } else if (entry.file != null) {
      files.deleteAt(entry.file, entry.at);
    }
    entry.written = true;
    entry.file = null;
    if (!entry.change.delete()) {
      files.row(partition, rows.row(record));
      entry.file = files.lastFile();
      entry.at = files.lastPosition();
    }
    if (memory != null) {
      if (entry.file == null) {
        memory.remove();
      } else {
        memory.put(entry.file, entry.at);
      }
    }
    files.count(fingerprints ? newFingerprint(entry) : 0);
    files.alone(entry.shard);
    entry.change = null;
  }

  /** Deletes the row of a key that earlier bundles wrote. */
  private void deleteBefore(PartitionKey partition, RowChange<T> change, KeyMemory.Known known) {
    if (known == KeyMemory.Known.PLACE) {
      files.deleteAt(memory.file(), memory.position());
      if (change.delete()) {
        files.reserve(partition, rows.key(change.row()));
      }
      assume(Assumption.ROWS);
    } else if (known == KeyMemory.Known.NEW && !change.delete()) {
      assume(Assumption.ALL_KEYS);
    } else {
      files.delete(partition, rows.key(change.row()));
    }
  }

  private void assume(Assumption more) {
    if (more.compareTo(assumes) > 0) {
      assumes = more;
    }
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
    finishFiles();
    last.clear();
    if (memory != null) {
      memory.endBundle();
    }
    List<WrittenFiles> all = List.copyOf(written);
    written.clear();
    return all;
  }

  @Override
  public void abandon() {
    last.clear();
    waiting.clear();
    partitions.clear();
    lastPartition = null;
    assumes = Assumption.NOTHING;
    files.abandon();
    written.forEach(done -> TableChange.delete(table, done));
    written.clear();
    if (memory != null) {
      memory.endBundle();
    }
  }

  @Override
  public void close() {
    try {
      abandon();
    } finally {
      if (memory != null) {
        memory.close();
      }
    }
  }
}
