package dev.weir.changelog;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes.Decimal;
import org.apache.avro.LogicalTypes.TimestampMicros;
import org.apache.avro.LogicalTypes.TimestampMillis;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * Builds rows that have only a primary key and are blank otherwise. A deletion carries such a row,
 * so that the code that encodes, partitions and distributes rows needs no second form for keys.
 */
final class KeyOnly {
  private KeyOnly() {}

  static <T extends SpecificRecordBase> T row(Class<T> type, Map<String, ?> key) {
    if (key.isEmpty()) {
      throw new IllegalArgumentException(
          "a deletion of a row of " + type.getSimpleName() + " needs a key");
    }
    Schema schema = SpecificData.get().getSchema(type);
    T row = type.cast(SpecificData.newInstance(type, schema));
    for (Schema.Field field : schema.getFields()) {
      if (!key.containsKey(field.name())) {
        row.put(field.pos(), blank(field.schema()));
      }
    }
    key.forEach((column, value) -> row.put(column, value));
    return row;
  }

  private static Object blank(Schema schema) {
    if (schema.isNullable()) {
      return null;
    }
    LogicalType logical = schema.getLogicalType();
    if (logical instanceof Decimal decimal) {
      return BigDecimal.valueOf(0, decimal.getScale());
    }
    if (logical instanceof TimestampMillis || logical instanceof TimestampMicros) {
      return Instant.EPOCH;
    }
    if (logical == null) {
      switch (schema.getType()) {
        case STRING:
          return "";
        case INT:
          return 0;
        case LONG:
          return 0L;
        default:
          break;
      }
    }
    throw new IllegalArgumentException("no blank value for a column of " + schema);
  }
}
