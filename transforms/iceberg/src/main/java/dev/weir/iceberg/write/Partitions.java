package dev.weir.iceberg.write;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Computes the partitions of rows. Iceberg's time transforms are slow, and constant within an hour,
 * so results are cached and reused for other rows.
 */
final class Partitions {
  private static final long MICROS_PER_HOUR = 3_600_000_000L;
  private static final int MOST_KEPT = 10_000;

  private final PartitionKey key;
  private final List<Source> sources = new ArrayList<>();
  private final Map<List<Object>, PartitionKey> known = new HashMap<>();

  /** A column that partitions are computed from; of a time, only the hour matters. */
  private record Source(int column, boolean hourly) {}

  Partitions(Table table) {
    Schema schema = table.schema();
    this.key = new PartitionKey(table.spec(), schema);
    boolean topLevel = true;
    for (PartitionField field : table.spec().fields()) {
      NestedField column = schema.findField(field.sourceId());
      int position = schema.columns().indexOf(column);
      topLevel &= position >= 0;
      boolean time = column.type().typeId() == TypeID.TIMESTAMP;
      boolean hourly =
          time
              && (field.transform().preservesOrder() && !field.transform().isIdentity())
              && !field.transform().isVoid();
      sources.add(new Source(position, hourly));
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
    List<Object> probe = probe(row);
    PartitionKey found = known.get(probe);
    if (found == null) {
      if (known.size() == MOST_KEPT) {
        known.clear();
      }
      key.partition(row);
      found = key.copy();
      known.put(probe, found);
    }
    return found;
  }

  private List<Object> probe(StructLike row) {
    Object[] values = new Object[sources.size()];
    for (int n = 0; n < values.length; n++) {
      Source source = sources.get(n);
      Object value = row.get(source.column(), Object.class);
      values[n] =
          source.hourly() && value != null
              ? (Object) Math.floorDiv((Long) value, MICROS_PER_HOUR)
              : value;
    }
    return Arrays.asList(values);
  }
}
