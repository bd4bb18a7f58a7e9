package dev.weir.iceberg.read;

import dev.weir.iceberg.write.RowView;
import dev.weir.record.UnreadableRecord;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/** Converts rows of a table to Avro records; the inverse of {@link RowView}. */
final class RowRecords {
  private static final int ABSENT = -1;

  private final Schema record;
  private final int[] columns;
  private final List<AvroValues.Writing> values;

  private RowRecords(Schema record, int[] columns, List<AvroValues.Writing> values) {
    this.record = record;
    this.columns = columns;
    this.values = values;
  }

  /**
   * @param columns the columns of the rows; {@link ReadColumns} has checked that the record fits
   *     them
   */
  static RowRecords of(Types.StructType columns, Schema record) {
    return of(columns, record, "");
  }

  /**
   * @param in the prefix of the paths of the record's fields
   */
  static RowRecords of(Types.StructType columns, Schema record, String in) {
    int[] places = new int[record.getFields().size()];
    List<AvroValues.Writing> values = new ArrayList<>();
    for (Schema.Field field : record.getFields()) {
      NestedField column = columns.field(field.name());
      if (column == null) {
        places[field.pos()] = ABSENT;
        Object value = GenericData.get().getDefaultValue(field);
        values.add(none -> value);
      } else {
        places[field.pos()] = columns.fields().indexOf(column);
        values.add(AvroValues.writing(column.type(), field.schema(), in + field.name()));
      }
    }
    return new RowRecords(record, places, values);
  }

  /**
   * @throws UnreadableRecord if a column holds a value that the record's field cannot hold
   */
  GenericRecord record(StructLike row) throws UnreadableRecord {
    GenericData.Record made = new GenericData.Record(record);
    for (int n = 0; n < columns.length; n++) {
      Object value = columns[n] == ABSENT ? null : row.get(columns[n], Object.class);
      made.put(n, values.get(n).of(value));
    }
    return made;
  }
}
