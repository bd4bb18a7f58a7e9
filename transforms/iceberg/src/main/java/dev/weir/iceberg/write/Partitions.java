package dev.weir.iceberg.write;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.transforms.Transform;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Computes the partitions of rows. Iceberg's time transforms are slow, and constant within an hour
 * or a day, so results are cached and reused for other rows.
 */
final class Partitions {
  private static final long MICROS_PER_HOUR = 3_600_000_000L;
  private static final long MICROS_PER_DAY = 24 * MICROS_PER_HOUR;
  private static final Set<String> WHOLE_DAYS = Set.of("day", "month", "year");
  private static final int MOST_KEPT = 10_000;

  private final PartitionKey key;
  private final List<Source> sources = new ArrayList<>();
  private final Map<List<Object>, PartitionKey> known = new HashMap<>();
  private Object[] lastValues;
  private PartitionKey last;

  /**
   * A column that partitions are computed from.
   *
   * @param micros the times of an interval of so many microseconds, counted from the epoch, have
   *     the same partition; 0 if each value may have one of its own
   */
  private record Source(int column, long micros) {

    /** Rows for which this returns equal values have the same partition, by this column. */
    Object of(StructLike row) {
      Object value = row.get(column, Object.class);
      return micros > 0 && value != null ? (Object) Math.floorDiv((Long) value, micros) : value;
    }
  }

  Partitions(Table table) {
    Schema schema = table.schema();
    this.key = new PartitionKey(table.spec(), schema);
    boolean topLevel = true;
    for (PartitionField field : table.spec().fields()) {
      NestedField column = schema.findField(field.sourceId());
      int position = schema.columns().indexOf(column);
      topLevel &= position >= 0;
      boolean time = column.type().typeId() == TypeID.TIMESTAMP;
      sources.add(new Source(position, time ? micros(field.transform()) : 0));
    }
    if (!topLevel) {
      sources.clear();
    }
  }

  /** The partition of a row; it must not be modified. */
  PartitionKey of(StructLike row) {
    if (sources.isEmpty()) {
      key.partition(row);
      return key.copy();
    }
    Object[] values = new Object[sources.size()];
    for (int n = 0; n < values.length; n++) {
      values[n] = sources.get(n).of(row);
    }
    if (Arrays.equals(values, lastValues)) {
      return last;
    }
    List<Object> probe = Arrays.asList(values);
    PartitionKey found = known.get(probe);
    if (found == null) {
      if (known.size() == MOST_KEPT) {
        known.clear();
      }
      key.partition(row);
      found = key.copy();
      known.put(probe, found);
    }
    lastValues = values;
    last = found;
    return found;
  }

  private static long micros(Transform<?, ?> ofTime) {
    if (!ofTime.preservesOrder() || ofTime.isIdentity() || ofTime.isVoid()) {
      return 0;
    }
    return WHOLE_DAYS.contains(ofTime.toString()) ? MICROS_PER_DAY : MICROS_PER_HOUR;
  }
}
