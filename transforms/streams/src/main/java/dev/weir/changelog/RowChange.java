package dev.weir.changelog;

import java.util.Map;
import java.util.Objects;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * A change of the row with a given primary key: its new content or its deletion.
 *
 * @param row the new row; in a deletion, only the primary key columns are meaningful
 * @param delete whether this is a deletion
 * @param position the position among the changes of the same key
 * @param <T> an Avro record
 */
public record RowChange<T extends IndexedRecord>(T row, boolean delete, Position position) {

  public RowChange {
    Objects.requireNonNull(row, "row");
    Objects.requireNonNull(position, "position");
  }

  /** Inserts the row, or replaces the row with the same primary key. */
  public static <T extends IndexedRecord> RowChange<T> upsert(T row, Position position) {
    return new RowChange<>(row, false, position);
  }

  /**
   * Deletes the row with this primary key, if there is one.
   *
   * @param type the class of the row; each column must be a string, a whole number, a timestamp, a
   *     decimal or nullable
   * @param key the value of each key column, by name
   */
  public static <T extends SpecificRecordBase> RowChange<T> delete(
      Class<T> type, Map<String, ?> key, Position position) {
    return delete(KeyOnly.row(type, key), position);
  }

  /** Deletes the row that has the primary key of this one, if there is one. */
  public static <T extends IndexedRecord> RowChange<T> delete(T row, Position position) {
    return new RowChange<>(row, true, position);
  }
}
