package dev.weir.changelog;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import org.apache.avro.LogicalTypes.Decimal;
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
    return switch (schema.getType()) {
      case STRING -> "";
      case INT -> 0;
      case LONG -> schema.getLogicalType() == null ? (Object) 0L : Instant.EPOCH;
      case BYTES -> BigDecimal.valueOf(0, ((Decimal) schema.getLogicalType()).getScale());
      default -> throw new IllegalArgumentException("no blank value for a column of " + schema);
    };
  }
}
