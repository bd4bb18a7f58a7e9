package dev.weir.it.kills;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.iceberg.table.LedgerCatalog;
import dev.weir.iceberg.table.OpenCatalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;

/** Rows of a topic and of a table as the same texts, so that they can be compared. */
final class Rows {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Rows() {}

  /** Returns the file for {@code --catalog} of a lake in a folder. */
  static Path catalog(Path folder) {
    try {
      Path file = Files.createDirectories(folder).resolve("catalog.properties");
      if (!Files.exists(file)) {
        Files.writeString(file, "type=hadoop\nwarehouse=" + folder.resolve("lake").toUri() + "\n");
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns JSON objects as texts, sorted. */
  static List<String> ofJson(Iterable<String> objects, List<String> columns) {
    List<String> rows = new ArrayList<>();
    for (String object : objects) {
      try {
        JsonNode json = JSON.readTree(object);
        rows.add(row(columns, column -> json.get(column)));
      } catch (JsonProcessingException e) {
        throw new IllegalArgumentException(e);
      }
    }
    rows.sort(null);
    return rows;
  }

  /** Returns the columns of JSON objects. */
  static List<String> columns(String object) {
    try {
      List<String> columns = new ArrayList<>();
      for (Iterator<String> names = JSON.readTree(object).fieldNames(); names.hasNext(); ) {
        columns.add(names.next());
      }
      return columns;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Returns the rows of a table as texts, sorted; none if there is no table yet. */
  static List<String> ofTable(Path catalog, String table, List<String> columns) {
    List<String> rows = new ArrayList<>();
    try (OpenCatalog open = LedgerCatalog.read(catalog).open()) {
      if (!open.catalog().tableExists(TableIdentifier.parse(table))) {
        return rows;
      }
      try (CloseableIterable<Record> records = IcebergGenerics.read(open.table(table)).build()) {
        for (Record record : records) {
          rows.add(row(columns, record::getField));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    rows.sort(null);
    return rows;
  }

  private interface Source {
    Object field(String column);
  }

  private static String row(List<String> columns, Source source) {
    return columns.stream()
        .map(column -> column + "=" + text(source.field(column)))
        .reduce((first, second) -> first + "|" + second)
        .orElseThrow();
  }

  private static String text(Object value) {
    if (value instanceof JsonNode json) {
      return json.isNull() ? "null" : json.isNumber() ? number(json.asText()) : json.asText();
    }
    if (value instanceof OffsetDateTime time) {
      return time.toInstant().toString();
    }
    return value instanceof Number ? number(value.toString()) : String.valueOf(value);
  }

  private static String number(String text) {
    return new BigDecimal(text).stripTrailingZeros().toPlainString();
  }
}
