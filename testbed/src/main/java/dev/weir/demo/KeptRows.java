package dev.weir.demo;

import dev.weir.demo.DemoLake.TableState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DeleteSchemaUtil;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.TypeUtil;

/**
 * Counts the rows of a table whose rows are updated and deleted by key. No file holds that number,
 * so this class keeps the keys and the places of their rows in memory, and reads only what each
 * snapshot added.
 */
final class KeptRows {
  private final Table table;
  private final Schema key;
  private final Arrival arrival;
  private final Map<List<Object>, Place> places = new HashMap<>();
  private final Map<Place, List<Object>> keys = new HashMap<>();
  private long seen = -1;

  /** Receives rows that have become readable. */
  interface Arrival {
    /**
     * @param key values of the key columns
     * @param millis commit time of the snapshot that contains the row
     */
    void visible(List<Object> key, long millis);
  }

  /** Where a row is. */
  private record Place(String file, long position) {}

  KeptRows(Table table, Arrival arrival) {
    this.table = table;
    this.key = TypeUtil.select(table.schema(), table.schema().identifierFieldIds());
    this.arrival = arrival;
  }

  TableState state() {
    table.refresh();
    for (Snapshot snapshot : unseen()) {
      if (snapshot.operation().equals(DataOperations.REPLACE)) {
        move(snapshot);
      } else {
        read(snapshot);
      }
      seen = snapshot.snapshotId();
    }
    return TableState.of(places.size(), table);
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
    Set<Place> deleted = new HashSet<>();
    // An equality delete does not apply to rows of its own commit; a position delete does.
    for (DeleteFile deletes : snapshot.addedDeleteFiles(table.io())) {
      if (deletes.content() == FileContent.POSITION_DELETES) {
        for (List<Object> place : values(deletes, DeleteSchemaUtil.pathPosSchema())) {
          deleted.add(new Place(place.get(0).toString(), (Long) place.get(1)));
        }
      } else {
        values(deletes, key).forEach(this::forget);
      }
    }
    deleted.stream().map(keys::get).filter(Objects::nonNull).forEach(this::forget);
    for (DataFile rows : snapshot.addedDataFiles(table.io())) {
      long position = 0;
      for (List<Object> added : values(rows, key)) {
        Place place = new Place(rows.location(), position++);
        if (!deleted.contains(place)) {
          keep(added, place);
          arrival.visible(added, snapshot.timestampMillis());
        }
      }
    }
  }

  /** Notes where a compaction has put the rows. */
  private void move(Snapshot compaction) {
    Set<String> removed = new HashSet<>();
    compaction.removedDataFiles(table.io()).forEach(file -> removed.add(file.location()));
    for (DataFile rows : compaction.addedDataFiles(table.io())) {
      long position = 0;
      for (List<Object> moved : values(rows, key)) {
        Place place = new Place(rows.location(), position++);
        Place before = places.get(moved);
        if (before != null && removed.contains(before.file())) {
          keep(moved, place);
        }
      }
    }
  }

  private void keep(List<Object> row, Place place) {
    forget(row);
    places.put(row, place);
    keys.put(place, row);
  }

  private void forget(List<Object> row) {
    Place place = places.remove(row);
    if (place != null) {
      keys.remove(place);
    }
  }

  /** Reads some columns of a file, row by row. */
  private List<List<Object>> values(ContentFile<?> file, Schema columns) {
    List<List<Object>> found = new ArrayList<>();
    try (CloseableIterable<Record> records =
        Parquet.read(table.io().newInputFile(file.location()))
            .project(columns)
            .createReaderFunc(schema -> GenericParquetReaders.buildReader(columns, schema))
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
