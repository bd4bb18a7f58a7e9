package dev.weir.changelog;

import dev.weir.encoding.ScalarText;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * The primary key columns of a row.
 *
 * @param columns at least one; their values are never null in a row
 */
public record RowKey(List<String> columns) implements Serializable {
  private static final String LAKE_ONLY = "lakeOnly";

  public RowKey {
    columns = List.copyOf(columns);
    if (columns.isEmpty()) {
      throw new IllegalArgumentException("a key needs at least one column");
    }
  }

  public static RowKey of(String... columns) {
    return new RowKey(List.of(columns));
  }

  /** The fields of a row that are published as JSON: all except those for the lake only. */
  public static List<String> published(Schema row) {
    return row.getFields().stream()
        .filter(field -> field.getObjectProp(LAKE_ONLY) == null)
        .map(Schema.Field::name)
        .toList();
  }

  /**
   * Returns the key as a string: the value of a single column unchanged, or the values of several
   * columns separated by slashes. In the latter a slash within a value is written as {@code %2F}
   * and a percent sign as {@code %25}, so that different keys have different strings.
   */
  public String of(IndexedRecord row) {
    if (columns.size() == 1) {
      return value(row, columns.get(0));
    }
    return columns.stream()
        .map(column -> value(row, column).replace("%", "%25").replace("/", "%2F"))
        .collect(Collectors.joining("/"));
  }

  /**
   * Returns the row with the key of a string that {@link #of(IndexedRecord)} returned, blank
   * otherwise, as in {@link RowChange#delete(Class, Map, Position)}.
   *
   * @param type the class of the row; the key columns must be strings, numbers, decimals or
   *     timestamps
   * @throws IllegalArgumentException if the string is not such a key; the message names a column
   *     and does not quote its value
   */
  public <T extends SpecificRecordBase> T row(Class<T> type, String key) {
    boolean single = columns.size() == 1;
    String[] values = single ? new String[] {key} : key.split("/", -1);
    if (values.length != columns.size()) {
      throw new IllegalArgumentException(
          "a key of " + type.getSimpleName() + " does not have the columns " + columns);
    }
    Schema schema = SpecificData.get().getSchema(type);
    Map<String, Object> byColumn = new HashMap<>();
    for (int n = 0; n < values.length; n++) {
      Schema.Field column = schema.getField(columns.get(n));
      byColumn.put(column.name(), value(column, single ? key : unescaped(values[n])));
    }
    T row = KeyOnly.row(type, byColumn);
    if (!of(row).equals(key)) {
      throw new IllegalArgumentException(
          "a key of "
              + type.getSimpleName()
              + " is not in the form that the columns "
              + columns
              + " have in a key");
    }
    return row;
  }

  private static String unescaped(String value) {
    return value.replace("%2F", "/").replace("%25", "%");
  }

  private static Object value(Schema.Field column, String text) {
    try {
      return ScalarText.parse(column.schema(), text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the key column " + column.name() + " " + e.getMessage(), null);
    }
  }

  private static String value(IndexedRecord row, String column) {
    return row.get(row.getSchema().getField(column).pos()).toString();
  }
}
