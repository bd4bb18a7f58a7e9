package dev.weir.publish;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.avro.generic.IndexedRecord;

/**
 * The columns of a row's primary key.
 *
 * @param columns never null in a row
 */
public record RowKey(List<String> columns) implements Serializable {

  public RowKey {
    columns = List.copyOf(columns);
    if (columns.isEmpty()) {
      throw new IllegalArgumentException("a key has a column");
    }
  }

  public static RowKey of(String... columns) {
    return new RowKey(List.of(columns));
  }

  /** The key as a text: the values, separated by slashes. */
  String of(IndexedRecord row) {
    return columns.stream()
        .map(column -> row.get(row.getSchema().getField(column).pos()).toString())
        .collect(Collectors.joining("/"));
  }
}
