package dev.weir.it.lake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weir.iceberg.maintain.Maintenance;
import dev.weir.iceberg.table.LedgerTable;
import dev.weir.it.Program;
import dev.weir.it.loans.Entries;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Apache Spark, in a process with its own class path, reads every kind of table that Weir writes.
 */
@Timeout(900)
class SparkIT {
  private static final long SEED = Long.getLong("weir.entries.seed", 20_261_128);
  private static final Path SPARK = Path.of("spark", "target");
  private static final String BY_DAY = "bank.by_day";
  private static final String UPSERTED = "bank.upserted";
  private static final String LIVE = "bank.live";
  private static final String VECTORS = "bank.live_vectors";
  private static final String WITH_TIME = "bank.with_time";

  /** As long as the bounds that Iceberg keeps for a string. */
  private static final String CODE = "abcdefghijklmnop";

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

  /** SQL conditions and their meaning; Iceberg uses them to skip partitions, files and pages. */
  private static final Map<String, Predicate<Map<String, Object>>> FILTERS =
      Map.of(
          "place = 'x=1/y=2'",
          row -> row.get("place").equals("x=1/y=2"),
          "code > '" + CODE + "'",
          row -> row.get("code").toString().compareTo(CODE) > 0,
          "code <= '" + CODE + "'",
          row -> row.get("code").toString().compareTo(CODE) <= 0,
          "ts < timestamp '1969-12-31 23:59:59.5'",
          row -> row.get("ts").toString().compareTo("1969-12-31T23:59:59.5") < 0,
          "price < -1.5",
          row -> new BigDecimal(row.get("price").toString()).doubleValue() < -1.5,
          "region is null",
          row -> row.get("region") == null);

  @TempDir private static Path folder;
  private static SparkTables inFolder;
  private static SparkTables inDatabase;
  private static Maintenance compaction;
  private static Maintenance erasure;
  private static Map<String, List<String>> answers;

  @BeforeAll
  static void writeAndRead() throws IOException {
    inFolder = new SparkTables(NamedCatalog.inFolder(folder), SEED);
    inFolder.append("bank.plain", "");
    inFolder.append(BY_DAY, "days(ts)");
    inFolder.append("bank.bucketed", "bucket(4, code), truncate(2, place)");
    inFolder.append("bank.by_place", "place, region, hours(ts)");
    inFolder.evolve("bank.evolved");
    inFolder.upsert(UPSERTED, "place, bucket(2, code)");
    inFolder.upsertLive(LIVE, "bucket(2, code)", folder.resolve("flink"));
    inFolder.prepareOfVersion3(VECTORS, "bucket(2, code)");
    inFolder.upsertLive(VECTORS, "bucket(2, code)", folder.resolve("flink-vectors"));
    compaction = inFolder.compact(UPSERTED);
    erasure = inFolder.erase();
    inFolder.append("bank.positions", OtherDeletes::byPosition);
    inFolder.append("bank.vectors", OtherDeletes::byVector);
    EntryTables.append(
        LedgerTable.of(inFolder.catalog().catalog(), WITH_TIME, Entries.SCHEMA), new Entries(SEED));
    try (CatalogDatabase database = CatalogDatabase.start()) {
      inDatabase = new SparkTables(database.catalog(folder), SEED);
      inDatabase.append("ledger.appended", "days(ts)");
      inDatabase.upsert("ledger.upserted", "place");
      answers = ask();
    }
  }

  private static Map<String, List<String>> ask() throws IOException {
    List<String> queries = new ArrayList<>();
    inFolder.rows().keySet().forEach(table -> queries.add("select * from " + table));
    for (String table : List.of(BY_DAY, LIVE)) {
      FILTERS.keySet().forEach(sql -> queries.add("select * from " + table + " where " + sql));
    }
    queries.add("select * from " + WITH_TIME);
    queries.add("select code, ts from " + WITH_TIME);
    List<String> others =
        inDatabase.rows().keySet().stream().map(table -> "select * from " + table).toList();
    Map<String, String> environment = new HashMap<>(inFolder.catalog().environment());
    environment.putAll(inDatabase.catalog().environment());
    Map<String, List<String>> found = new LinkedHashMap<>();
    try (Program spark =
        Program.start(
            "spark",
            SPARK.resolve("classes") + ":" + Files.readString(SPARK.resolve("classpath"), UTF_8),
            "dev.weir.spark.QuerySpark",
            environment,
            List.of(
                inFolder.catalog().file().toString(),
                file("folder.sql", queries),
                inDatabase.catalog().file().toString(),
                file("database.sql", others)))) {
      for (String line : spark.lines()) {
        Map<?, ?> answer = JSON.readValue(line, Map.class);
        found
            .computeIfAbsent(answer.get("query").toString(), query -> new ArrayList<>())
            .add(
                answer.get("error") == null
                    ? canonical(answer.get("row"))
                    : answer.get("error").toString());
      }
    }
    found.values().forEach(rows -> rows.sort(null));
    return found;
  }

  private static String file(String name, List<String> queries) throws IOException {
    return Files.write(folder.resolve(name), queries, UTF_8).toString();
  }

  @TestFactory
  Stream<DynamicTest> sparkReadsTheRowsOf() {
    return Stream.of(inFolder, inDatabase)
        .flatMap(tables -> tables.rows().entrySet().stream())
        .map(
            written ->
                DynamicTest.dynamicTest(
                    written.getKey(),
                    () -> assertRead(written.getKey(), written.getValue(), "", row -> true)));
  }

  @TestFactory
  Stream<DynamicTest> sparkFiltersTheRowsOf() {
    return Stream.of(BY_DAY, LIVE)
        .flatMap(
            table ->
                FILTERS.entrySet().stream()
                    .map(
                        filter ->
                            DynamicTest.dynamicTest(
                                table + " where " + filter.getKey(),
                                () ->
                                    assertRead(
                                        table,
                                        inFolder.rows().get(table),
                                        " where " + filter.getKey(),
                                        filter.getValue()))));
  }

  private static void assertRead(
      String table,
      Collection<GenericRecord> rows,
      String where,
      Predicate<Map<String, Object>> filter) {
    List<String> expected =
        rows.stream().map(Entries::json).filter(filter).map(SparkIT::canonical).sorted().toList();
    assertThat(
        "seed " + SEED,
        answers.getOrDefault("select * from " + table + where, List.of()),
        equalTo(expected));
    assertThat("number of rows", expected.size(), is(greaterThan(0)));
  }

  @TestFactory
  Stream<DynamicTest> weirReadsTheRowsOf() {
    return Stream.of(UPSERTED, LIVE, VECTORS, "bank.evolved")
        .map(
            table ->
                DynamicTest.dynamicTest(
                    table,
                    () ->
                        assertThat(
                            texts(inFolder.read(table, Entries.FOR_SPARK)),
                            equalTo(texts(inFolder.rows().get(table))))));
  }

  @Test
  void theMaintainedTablesWereChanged() {
    assertThat(compaction.compaction().deleteFilesRemoved(), is(greaterThan(0)));
    assertThat(erasure.erasure().orElseThrow().rowsBlanked(), is(1L));
  }

  @Test
  void theLiveTableHasDeletes() {
    assertThat(inFolder.catalog().deleteFiles(LIVE), is(greaterThan(0)));
  }

  @Test
  void theLiveTableOfVersion3HasDeletionVectors() throws IOException {
    assertThat(inFolder.deletionVectors(VECTORS), is(greaterThan(0)));
    assertThat(inFolder.deletionVectors(LIVE), is(0));
  }

  @Test
  void sparkRejectsATableWithATimeOfDay() {
    for (String query : List.of("select * from ", "select code, ts from ")) {
      assertThat(
          answers.get(query + WITH_TIME),
          contains(containsString("Spark does not support time fields")));
    }
  }

  /** Returns the rows as texts, sorted; equal rows have equal texts. */
  static List<String> texts(Collection<GenericRecord> rows) {
    return rows.stream().map(Entries::json).map(SparkIT::canonical).sorted().toList();
  }

  /** Returns the row as text; equal rows have equal texts. */
  private static String canonical(Object row) {
    try {
      return JSON.writeValueAsString(JSON.readValue(JSON.writeValueAsString(row), Map.class));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
