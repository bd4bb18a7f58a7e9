package dev.weir.iceberg.table;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema.Field;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Derives the Iceberg schema of an Avro record. A union with null becomes an optional column, an
 * enum a string, every {@code timestamp-*} a {@code timestamptz} and every {@code
 * local-timestamp-*} a {@code timestamp}, both in microseconds.
 */
public final class RowSchema {
  private static final String DURATION = "duration";

  private int lastId;

  private RowSchema() {}

  /**
   * @return a schema with field ids of its own; a catalog assigns new ones when it creates the
   *     table
   * @throws LedgerException if a type has no counterpart in Iceberg
   */
  public static Schema of(org.apache.avro.Schema record) {
    if (record.getType() != org.apache.avro.Schema.Type.RECORD) {
      throw new LedgerException("rows must be Avro records, not " + record.getType());
    }
    Schema schema =
        new Schema(new RowSchema().struct(record, record.getName(), List.of()).fields());
    return TypeUtil.assignIncreasingFreshIds(schema);
  }

  /** The other type of a union of null and one type; any other schema is returned unchanged. */
  public static org.apache.avro.Schema withoutNull(org.apache.avro.Schema schema) {
    if (schema.getType() != org.apache.avro.Schema.Type.UNION) {
      return schema;
    }
    List<org.apache.avro.Schema> others =
        schema.getTypes().stream()
            .filter(type -> type.getType() != org.apache.avro.Schema.Type.NULL)
            .toList();
    return others.size() == 1 ? others.get(0) : schema;
  }

  private Types.StructType struct(org.apache.avro.Schema record, String path, List<String> within) {
    if (within.contains(record.getFullName())) {
      throw new LedgerException(
          path + ": " + record.getFullName() + " contains itself, which a column cannot");
    }
    if (record.getFields().isEmpty()) {
      throw new LedgerException(path + ": " + record.getFullName() + " has no fields to store");
    }
    List<String> inside = new ArrayList<>(within);
    inside.add(record.getFullName());
    List<NestedField> fields = new ArrayList<>();
    for (Field field : record.getFields()) {
      int id = ++lastId;
      Type type = type(field.schema(), path + "." + field.name(), inside);
      fields.add(
          NestedField.builder()
              .withId(id)
              .withName(field.name())
              .isOptional(field.schema().isNullable())
              .ofType(type)
              .withDoc(field.doc())
              .build());
    }
    return Types.StructType.of(fields);
  }

  private Type type(org.apache.avro.Schema schema, String path, List<String> within) {
    org.apache.avro.Schema value = withoutNull(schema);
    LogicalType logical = value.getLogicalType();
    if (DURATION.equals(value.getProp(LogicalType.LOGICAL_TYPE_PROP))) {
      // Avro 1.12.0 defines this logical type, but does not recognize it in a schema that it
      // parses.
      throw noColumn(path, DURATION);
    }
    return logical == null ? plain(value, path, within) : logical(value, logical, path, within);
  }

  private Type logical(
      org.apache.avro.Schema value, LogicalType logical, String path, List<String> within) {
    if (logical instanceof LogicalTypes.Decimal decimal) {
      if (decimal.getPrecision() > 38) {
        throw new LedgerException(path + ": a decimal column has at most 38 digits");
      }
      return Types.DecimalType.of(decimal.getPrecision(), decimal.getScale());
    }
    return switch (logical.getName()) {
      case "date" -> Types.DateType.get();
      case "time-millis", "time-micros" -> Types.TimeType.get();
      case "timestamp-millis", "timestamp-micros" -> Types.TimestampType.withZone();
      case "local-timestamp-millis", "local-timestamp-micros" -> Types.TimestampType.withoutZone();
      case "uuid" -> Types.UUIDType.get();
      case "timestamp-nanos", "local-timestamp-nanos", "big-decimal" ->
          throw noColumn(path, logical.getName());
      default -> plain(value, path, within);
    };
  }

  private Type plain(org.apache.avro.Schema value, String path, List<String> within) {
    return switch (value.getType()) {
      case BOOLEAN -> Types.BooleanType.get();
      case INT -> Types.IntegerType.get();
      case LONG -> Types.LongType.get();
      case FLOAT -> Types.FloatType.get();
      case DOUBLE -> Types.DoubleType.get();
      case STRING, ENUM -> Types.StringType.get();
      case BYTES -> Types.BinaryType.get();
      case FIXED -> Types.FixedType.ofLength(value.getFixedSize());
      case RECORD -> struct(value, path, within);
      case ARRAY -> {
        int id = ++lastId;
        Type element = type(value.getElementType(), path + "[]", within);
        yield value.getElementType().isNullable()
            ? Types.ListType.ofOptional(id, element)
            : Types.ListType.ofRequired(id, element);
      }
      case MAP -> {
        int key = ++lastId;
        int id = ++lastId;
        Type entry = type(value.getValueType(), path + "{}", within);
        yield value.getValueType().isNullable()
            ? Types.MapType.ofOptional(key, id, Types.StringType.get(), entry)
            : Types.MapType.ofRequired(key, id, Types.StringType.get(), entry);
      }
      case UNION, NULL -> throw noColumn(path, value.toString());
    };
  }

  private static LedgerException noColumn(String path, String type) {
    return new LedgerException(path + ": Iceberg has no column type for Avro's " + type);
  }
}
