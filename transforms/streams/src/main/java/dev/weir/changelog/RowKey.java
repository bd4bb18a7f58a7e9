package dev.weir.changelog;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;

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

  private static String value(IndexedRecord row, String column) {
    return row.get(row.getSchema().getField(column).pos()).toString();
  }
}
