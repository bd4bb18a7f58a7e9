package dev.weir.publish;

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
  static List<String> published(Schema row) {
    return row.getFields().stream()
        .filter(field -> field.getObjectProp(LAKE_ONLY) == null)
        .map(Schema.Field::name)
        .toList();
  }

  /** The key as a text: the values, separated by slashes. */
  String of(IndexedRecord row) {
    return columns.stream()
        .map(column -> row.get(row.getSchema().getField(column).pos()).toString())
        .collect(Collectors.joining("/"));
  }
}
