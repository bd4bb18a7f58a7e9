package dev.weir.iceberg.write;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.avro.Schema.Field;
import org.apache.avro.generic.IndexedRecord;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.types.Types;

/**
 * Presents an Avro record as a row of a table: columns in the table's order, values in Iceberg's
 * in-memory form, null if the record has no such field. A view is reused for one record after
 * another.
 */
public final class RowView implements StructLike {
  private static final int ABSENT = -1;

  private final int[] fields;
  private final List<Function<Object, Object>> values;
  private IndexedRecord record;

  private RowView(int[] fields, List<Function<Object, Object>> values, IndexedRecord record) {
    this.fields = fields;
    this.values = values;
    this.record = record;
  }

  /**
   * @param columns the table's columns, or some of them
   * @param text how text is converted
   */
  static RowView of(
      org.apache.avro.Schema record, Types.StructType columns, Function<Object, Object> text) {
    int[] fields = new int[columns.fields().size()];
    List<Function<Object, Object>> values = new ArrayList<>();
    for (int n = 0; n < fields.length; n++) {
      Types.NestedField column = columns.fields().get(n);
      Field field = record.getField(column.name());
      fields[n] = field == null ? ABSENT : field.pos();
      values.add(
          field == null ? value -> value : RowValues.reading(field.schema(), column.type(), text));
    }
    return new RowView(fields, values, null);
  }

  /** Switches this view to another record. */
  RowView show(IndexedRecord next) {
    record = next;
    return this;
  }

  /** Returns a separate view of one record. */
  RowView copyFor(IndexedRecord other) {
    return new RowView(fields, values, other);
  }

  @Override
  public int size() {
    return fields.length;
  }

  @Override
  public <T> T get(int position, Class<T> type) {
    int field = fields[position];
    Object value = field == ABSENT ? null : values.get(position).apply(record.get(field));
    return type.cast(value);
  }

  @Override
  public <T> void set(int position, T value) {
    throw new UnsupportedOperationException("a view is read-only");
  }
}
