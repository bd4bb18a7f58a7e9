package dev.weir.changelog;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;

/**
 * The columns of a row's primary key.
 *
 * @param columns never null in a row
 */
public record RowKey(List<String> columns) implements Serializable {
  private static final String LAKE_ONLY = "lakeOnly";

  public RowKey {
    columns = List.copyOf(columns);
    if (columns.isEmpty()) {
      throw new IllegalArgumentException("a key has a column");
    }
  }

  public static RowKey of(String... columns) {
    return new RowKey(List.of(columns));
  }

  /** The fields of a row that leave as JSON: those that are not for the lake alone. */
  public static List<String> published(Schema row) {
    return row.getFields().stream()
        .filter(field -> field.getObjectProp(LAKE_ONLY) == null)
        .map(Schema.Field::name)
        .toList();
  }

  /**
   * The key as a text: the value of the only column as it is, or the values of several, separated
   * by slashes. In the latter a slash within a value is written {@code %2F} and a per cent sign
   * {@code %25}, so that no two keys are the same text.
   */
  public String of(IndexedRecord row) {
    if (columns.size() == 1) {
      return value(row, columns.get(0));
    }
    return columns.stream()
        .map(column -> value(row, column).replace("%", "%25").replace("/", "%2F"))
        .collect(Collectors.joining("/"));
  }

  private static String value(IndexedRecord row, String column) {
    return row.get(row.getSchema().getField(column).pos()).toString();
  }
}
