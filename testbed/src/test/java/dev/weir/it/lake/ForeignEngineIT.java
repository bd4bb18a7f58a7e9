package dev.weir.it.lake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weir.iceberg.table.LedgerTable;
import dev.weir.iceberg.table.Partitioning;
import dev.weir.it.Program;
import dev.weir.it.loans.Entries;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Flink SQL, in a process with its own version of Iceberg, reads what Weir wrote. */
@Timeout(900)
class ForeignEngineIT {
  private static final long SEED = Long.getLong("weir.entries.seed", 20_260_105);
  private static final Path PEERS = Path.of("..", "benchmarks", "peers", "target");
  private static final String APPENDED = "bank.entries";
  private static final String UPSERTED = "bank.accounts";

  /** As long as the bounds that Iceberg keeps for a string. */
  private static final String CODE = "abcdefghijklmnop";

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

  /** SQL conditions and their meaning; Iceberg uses them to skip partitions, files and pages. */
  private static final Map<String, Predicate<Map<String, Object>>> FILTERS = new LinkedHashMap<>();

  static {
    FILTERS.put("true", row -> true);
    for (String place : List.of("x=1/y=2", "two words", "Z\u00fcrich\u20ac")) {
      FILTERS.put("place = " + literal(place), row -> row.get("place").equals(place));
    }
    for (String code : List.of("abcdefghij", CODE, CODE + "q")) {
      FILTERS.put("code = " + literal(code), row -> row.get("code").equals(code));
    }
    FILTERS.put("code > '" + CODE + "'", row -> text(row, "code").compareTo(CODE) > 0);
    FILTERS.put("code <= '" + CODE + "'", row -> text(row, "code").compareTo(CODE) <= 0);
    FILTERS.put(
        "ts < cast(timestamp '1969-12-31 23:59:59.5' as timestamp_ltz(6))",
        row -> text(row, "ts").compareTo("1969-12-31T23:59:59.5") < 0);
    FILTERS.put("price < -1.5", row -> number(row, "price").compareTo(new BigDecimal("-1.5")) < 0);
    FILTERS.put("region is null", row -> row.get("region") == null);
    FILTERS.put("region = 'null'", row -> "null".equals(row.get("region")));
    FILTERS.put("cents < 0", row -> row.get("cents") != null && number(row, "cents").signum() < 0);
  }

  @TempDir private Path folder;

  @Test
  void flinkSqlReadsTheTablesOfAFolderCatalog() {
    isReadAsWritten(NamedCatalog.inFolder(folder), FILTERS);
  }

  @Test
  void flinkSqlReadsTheTablesOfADatabaseCatalog() {
    try (CatalogDatabase database = CatalogDatabase.start()) {
      isReadAsWritten(database.catalog(folder), Map.of("true", row -> true));
    }
  }

  private static void isReadAsWritten(
      NamedCatalog catalog, Map<String, Predicate<Map<String, Object>>> filters) {
    Map<String, Collection<GenericRecord>> written =
        Map.of(APPENDED, append(catalog), UPSERTED, upsert(catalog));

    Map<String, List<String>> read = read(catalog, filters.keySet());

    written.forEach(
        (table, rows) ->
            filters.forEach(
                (sql, filter) -> {
                  List<String> expected =
                      rows.stream()
                          .map(Entries::json)
                          .filter(filter)
                          .map(ForeignEngineIT::canonical)
                          .sorted()
                          .toList();
                  String query = table + " where " + sql;
                  assertThat(
                      "seed " + SEED + ", " + query,
                      read.getOrDefault(query, List.of()),
                      equalTo(expected));
                  assertThat(query + " has an answer", expected.size(), is(greaterThan(0)));
                }));
  }

  private static Collection<GenericRecord> append(NamedCatalog catalog) {
    return EntryTables.append(
        LedgerTable.of(catalog.catalog(), APPENDED, Entries.SCHEMA)
            .partitionedBy(Partitioning.parse("place, region, days(ts)")),
        new Entries(SEED));
  }

  private static Collection<GenericRecord> upsert(NamedCatalog catalog) {
    return EntryTables.upsert(
        LedgerTable.of(catalog.catalog(), UPSERTED, Entries.SCHEMA)
            .partitionedBy(Partitioning.parse("place, bucket(2, code)"))
            .withKey(Entries.KEY),
        new Entries(SEED + 1),
        SEED);
  }

  /** The answers by query; all are sent as one query, because Flink takes long to start. */
  private static Map<String, List<String>> read(NamedCatalog catalog, Set<String> filters) {
    String sql =
        Stream.of(APPENDED, UPSERTED)
            .flatMap(table -> filters.stream().map(filter -> table + " where " + filter))
            .map(
                query ->
                    "select cast("
                        + literal(query)
                        + " as string) as query, t.* from "
                        + query.replace(" where", " as t where"))
            .collect(Collectors.joining(" union all "));
    Map<String, List<String>> answers = new TreeMap<>();
    try (Program flink =
        Program.start(
            "foreign-" + catalog.file().getFileName(),
            PEERS.resolve("classes") + ":" + Files.readString(PEERS.resolve("classpath"), UTF_8),
            "dev.weir.peers.QueryLedger",
            catalog.environment(),
            List.of("--catalog=" + catalog.file(), "--sql=" + sql))) {
      for (String line : flink.lines()) {
        Map<?, ?> row = JSON.readValue(line, Map.class);
        Object query = row.remove("query");
        answers.computeIfAbsent(query.toString(), q -> new ArrayList<>()).add(canonical(row));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    answers.values().forEach(rows -> rows.sort(null));
    return answers;
  }

  /** Returns the row as text; equal rows have equal texts. */
  private static String canonical(Map<?, ?> row) {
    try {
      return JSON.writeValueAsString(JSON.readValue(JSON.writeValueAsString(row), Map.class));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** In ASCII, because a command line may not support other characters. */
  private static String literal(String text) {
    StringBuilder escaped = new StringBuilder("u&'");
    for (char c : text.toCharArray()) {
      if (c == '\'') {
        escaped.append("''");
      } else if (c < 128 && c != '\\') {
        escaped.append(c);
      } else {
        escaped.append(String.format("\\%04x", (int) c));
      }
    }
    return escaped.append("'").toString();
  }

  private static String text(Map<String, Object> row, String column) {
    return (String) row.get(column);
  }

  private static BigDecimal number(Map<String, Object> row, String column) {
    return new BigDecimal((String) row.get(column));
  }
}
