package dev.weir.changelog;

import java.util.Map;
import java.util.Objects;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * What becomes of the row with a primary key.
 *
 * @param row the new row; of a row that is deleted, only the columns of the primary key count
 * @param delete whether the row is gone
 * @param position among the changes of the same key
 * @param <T> an Avro record
 */
public record RowChange<T extends IndexedRecord>(T row, boolean delete, Position position) {

  public RowChange {
    Objects.requireNonNull(row, "row");
    Objects.requireNonNull(position, "position");
  }

  /** The row is this from now on, whether there was one before or not. */
  public static <T extends IndexedRecord> RowChange<T> upsert(T row, Position position) {
    return new RowChange<>(row, false, position);
  }

  /**
   * There is no row with this primary key from now on.
   *
   * @param type of the row; its columns are texts, whole numbers, timestamps, decimals or nullable
   * @param key the value of each key column, by name
   */
  public static <T extends SpecificRecordBase> RowChange<T> delete(
      Class<T> type, Map<String, ?> key, Position position) {
    return delete(KeyOnly.row(type, key), position);
  }

  /** There is no row with the primary key of this one from now on. */
  public static <T extends IndexedRecord> RowChange<T> delete(T row, Position position) {
    return new RowChange<>(row, true, position);
  }
}
