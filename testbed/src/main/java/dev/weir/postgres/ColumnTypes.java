package dev.weir.postgres;

import dev.weir.cdc.SourceColumn;
import dev.weir.cdc.SourceColumn.Type;
import dev.weir.ports.DatabaseException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Checks the database types of a table's columns. The {@code postgres:} port reads values without a
 * schema part, so a column of an unexpected type would be read as a different value or not at all.
 */
final class ColumnTypes {
  private static final String ASK =
      """
      select a.attname,
             format_type(a.atttypid, a.atttypmod),
             b.typname,
             b.typcategory,
             case when t.typtype = 'd' then t.typtypmod else a.atttypmod end
      from pg_attribute a
      join pg_class c on c.oid = a.attrelid
      join pg_namespace n on n.oid = c.relnamespace
      join pg_type t on t.oid = a.atttypid
      join pg_type b on b.oid = case when t.typtype = 'd' then t.typbasetype else t.oid end
      where n.nspname = ? and c.relname = ? and a.attnum > 0 and not a.attisdropped
      """;

  /** Offset that PostgreSQL adds to a type modifier. */
  private static final int HEADER = 4;

  /** A scale has 11 bits; the highest one is its sign. */
  private static final int SCALE_BITS = 0x7FF;

  private static final int SCALE_SIGN = 0x400;
  private static final int MILLISECONDS = 3;

  /**
   * @param text the type as displayed by the database
   * @param name the name of the type, or of a domain's base type
   * @param category the category of the type, as in {@code pg_type}
   * @param modifier -1 for none
   */
  private record Found(String text, String name, String category, int modifier) {
    boolean is(Type type) {
      return switch (type) {
        case TEXT -> category.equals("S") || category.equals("E") || name.equals("uuid");
        case DECIMAL -> name.equals("numeric") && hasDecimals();
        case ZONED_TIME -> name.equals("timestamptz");
        case LOCAL_TIME -> name.equals("timestamp") && modifier >= 0 && modifier <= MILLISECONDS;
      };
    }

    private boolean hasDecimals() {
      int scale = ((modifier - HEADER & SCALE_BITS) ^ SCALE_SIGN) - SCALE_SIGN;
      return modifier >= HEADER && scale > 0;
    }
  }

  private ColumnTypes() {}

  /**
   * @throws DatabaseException naming the first column that is missing or of another type
   */
  static void check(Connection connection, SourceTable table, List<SourceColumn> columns)
      throws SQLException {
    Map<String, Found> found = new HashMap<>();
    try (PreparedStatement ask = connection.prepareStatement(ASK)) {
      ask.setString(1, table.schema());
      ask.setString(2, table.name());
      try (ResultSet answer = ask.executeQuery()) {
        while (answer.next()) {
          found.put(
              answer.getString(1),
              new Found(
                  answer.getString(2), answer.getString(3), answer.getString(4), answer.getInt(5)));
        }
      }
    }
    for (SourceColumn column : columns) {
      Found type = found.get(column.name());
      String name = table + "." + column.name();
      if (type == null && column.required()) {
        throw new DatabaseException(
            name + " does not exist, but must be " + column.type().needed());
      }
      if (type != null && !type.is(column.type())) {
        throw new DatabaseException(
            name + " is " + type.text() + ", but must be " + column.type().needed());
      }
    }
  }
}
