package dev.weir.iceberg.read;

import dev.weir.iceberg.table.LedgerException;
import dev.weir.iceberg.table.RowSchema;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema.Field;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Selects and checks the columns of a table that an Avro record is read from. Each field of the
 * record needs a column of the same name and type, or of a type that Iceberg can promote to it (int
 * to long, float to double, a decimal to one with more digits), or a default. Whether a column may
 * hold null is not checked here but for each row.
 */
final class ReadColumns {
  private final String table;

  private ReadColumns(String table) {
    this.table = table;
  }

  /**
   * @param columns the table's columns
   * @return the columns that the record has fields for, in the record's order
   * @throws LedgerException if a field has no column and no default, or a column of another type
   */
  static List<NestedField> of(String table, Schema columns, org.apache.avro.Schema record) {
    Types.StructType wanted = RowSchema.of(record).asStruct();
    new ReadColumns(table).checkStruct(columns.asStruct(), wanted, record, "");
    List<NestedField> read = new ArrayList<>();
    for (Field field : record.getFields()) {
      NestedField column = columns.asStruct().field(field.name());
      if (column != null) {
        read.add(column);
      }
    }
    return read;
  }

  private void checkStruct(
      Types.StructType present, Types.StructType wanted, org.apache.avro.Schema record, String in) {
    for (Field field : record.getFields()) {
      String path = in + field.name();
      NestedField column = present.field(field.name());
      if (column != null) {
        check(column.type(), wanted.fieldType(field.name()), field.schema(), path);
      } else if (!field.hasDefaultValue()) {
        throw new LedgerException("table " + table + " has no column " + path);
      }
    }
  }

  private void check(Type present, Type wanted, org.apache.avro.Schema avro, String path) {
    org.apache.avro.Schema value = RowSchema.withoutNull(avro);
    if (present.typeId() == wanted.typeId() && present.isNestedType()) {
      switch (present.typeId()) {
        case STRUCT ->
            checkStruct(present.asStructType(), wanted.asStructType(), value, path + ".");
        case LIST ->
            check(
                present.asListType().elementType(),
                wanted.asListType().elementType(),
                value.getElementType(),
                path + "[]");
        default -> checkMap(present.asMapType(), wanted.asMapType(), value, path + "{}");
      }
    } else if (!wanted.isPrimitiveType()
        || !TypeUtil.isPromotionAllowed(present, wanted.asPrimitiveType())) {
      throw misfit(path, present, wanted);
    }
  }

  private void checkMap(
      Types.MapType present, Types.MapType wanted, org.apache.avro.Schema avro, String path) {
    if (present.keyType().typeId() != Type.TypeID.STRING) {
      throw misfit(path, present, wanted);
    }
    check(present.valueType(), wanted.valueType(), avro.getValueType(), path);
  }

  private LedgerException misfit(String path, Type present, Type wanted) {
    return new LedgerException(
        "table "
            + table
            + ", column "
            + path
            + " is "
            + present
            + " and cannot be read as "
            + wanted);
  }
}
