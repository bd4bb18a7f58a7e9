package dev.weir.demo;

import dev.weir.demo.DemoLake.TableState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.TypeUtil;

/**
 * Counts the rows of a table whose rows are updated and deleted by key. No file holds that number,
 * so this class keeps the keys in memory and reads only what each snapshot added.
 */
final class KeptRows {
  private final Table table;
  private final Schema key;
  private final Arrival arrival;
  private final Set<List<Object>> keys = new HashSet<>();
  private long seen = -1;

  /** Receives rows that have become readable. */
  interface Arrival {
    /**
     * @param key values of the key columns
     * @param millis commit time of the snapshot that contains the row
     */
    void visible(List<Object> key, long millis);
  }

  KeptRows(Table table, Arrival arrival) {
    this.table = table;
    this.key = TypeUtil.select(table.schema(), table.schema().identifierFieldIds());
    this.arrival = arrival;
  }

  TableState state() {
    table.refresh();
    for (Snapshot snapshot : unseen()) {
      read(snapshot);
      seen = snapshot.snapshotId();
    }
    return TableState.of(keys.size(), table);
  }

  /** Returns the unread snapshots, oldest first. */
  private Iterable<Snapshot> unseen() {
    Deque<Snapshot> unseen = new ArrayDeque<>();
    Snapshot next = table.currentSnapshot();
    while (next != null && next.snapshotId() != seen) {
      unseen.push(next);
      next = next.parentId() == null ? null : table.snapshot(next.parentId());
    }
    return unseen;
  }

  private void read(Snapshot snapshot) {
    if (snapshot.operation().equals(DataOperations.REPLACE)) {
      return;
    }
    // An equality delete does not apply to rows of its own commit.
    for (DeleteFile deletes : snapshot.addedDeleteFiles(table.io())) {
      keys.removeAll(keys(deletes));
    }
    for (DataFile rows : snapshot.addedDataFiles(table.io())) {
      for (List<Object> added : keys(rows)) {
        keys.add(added);
        arrival.visible(added, snapshot.timestampMillis());
      }
    }
  }

  private Set<List<Object>> keys(ContentFile<?> file) {
    Set<List<Object>> found = new HashSet<>();
    try (CloseableIterable<Record> records =
        Parquet.read(table.io().newInputFile(file.location()))
            .project(key)
            .createReaderFunc(schema -> GenericParquetReaders.buildReader(key, schema))
            .build()) {
      for (Record row : records) {
        List<Object> values = new ArrayList<>();
        for (int n = 0; n < row.size(); n++) {
          values.add(Objects.requireNonNull(row.get(n)));
        }
        found.add(List.copyOf(values));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }
}
