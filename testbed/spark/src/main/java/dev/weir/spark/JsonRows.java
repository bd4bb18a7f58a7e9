package dev.weir.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import scala.collection.Iterator;
import scala.collection.Seq;

/** Answers as JSON: decimals and times are strings, timestamps always in UTC, bytes in base 64. */
final class JsonRows {
  private static final JsonMapper JSON = new JsonMapper();

  private JsonRows() {}

  static String row(String query, Row row) {
    return write(query, "row", plain(row));
  }

  static String error(String query, String message) {
    return write(query, "error", message);
  }

  private static String write(String query, String name, Object value) {
    try {
      return JSON.writeValueAsString(Map.of("query", query, name, value));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static Object plain(Object value) {
    if (value instanceof Row row) {
      Map<String, Object> fields = new LinkedHashMap<>();
      for (int n = 0; n < row.length(); n++) {
        fields.put(row.schema().fieldNames()[n], plain(row.get(n)));
      }
      return fields;
    } else if (value instanceof Seq<?> elements) {
      List<Object> list = new ArrayList<>();
      for (Iterator<?> all = elements.iterator(); all.hasNext(); ) {
        list.add(plain(all.next()));
      }
      return list;
    } else if (value instanceof scala.collection.Map<?, ?> entries) {
      Map<String, Object> map = new LinkedHashMap<>();
      for (Iterator<? extends scala.Tuple2<?, ?>> all = entries.iterator(); all.hasNext(); ) {
        scala.Tuple2<?, ?> entry = all.next();
        map.put(entry._1().toString(), plain(entry._2()));
      }
      return map;
    } else if (value instanceof BigDecimal number) {
      return number.toPlainString();
    } else if (value instanceof LocalDateTime time) {
      return time.toInstant(ZoneOffset.UTC).toString();
    }
    return value instanceof Temporal ? value.toString() : value;
  }
}
