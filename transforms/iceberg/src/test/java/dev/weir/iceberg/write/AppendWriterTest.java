package dev.weir.iceberg.write;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.iceberg.commit.SinkId;
import dev.weir.iceberg.commit.WrittenFiles;
import dev.weir.iceberg.table.LedgerTable;
import dev.weir.iceberg.table.RowSchema;
import dev.weir.iceberg.testing.EveryColumn;
import dev.weir.iceberg.testing.EveryColumn.Column;
import dev.weir.iceberg.testing.EveryColumn.Value;
import dev.weir.iceberg.testing.OnDisk;
import dev.weir.iceberg.testing.Payments;
import dev.weir.iceberg.testing.PlainCommit;
import dev.weir.iceberg.testing.Warehouse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Comparators;
import org.apache.iceberg.types.Type;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AppendWriterTest {
  private static final String ONE_FILE = "bank.one_file";
  private static final String FILE_PER_ROW = "bank.file_per_row";

  /** Each text and each other value is in one of them. */
  private static final int ROWS_WITH_FILES = 16;

  /** One row for each way in which bounds are truncated or compared. */
  private static final Set<String> WITH_FILES =
      Set.of("big", "wide", "text", "blob", "uuid", "exact", "ts_us");

  /** Loading a table takes longer than reading it. */
  private static final Map<String, Table> LOADED = new HashMap<>();

  @TempDir static Path folder;
  private static Warehouse warehouse;

  @BeforeAll
  static void writeTheRowsIntoOneFileAndIntoOneEach() {
    warehouse = new Warehouse(folder);
    append(ONE_FILE, EveryColumn.SCHEMA, List.of(EveryColumn.rows(false)));
    append(FILE_PER_ROW, EveryColumn.SCHEMA, rowsOf(FILE_PER_ROW).stream().map(List::of).toList());
  }

  private static List<GenericRecord> rowsOf(String table) {
    List<GenericRecord> rows = EveryColumn.rows(true);
    return table.equals(ONE_FILE) ? rows : rows.subList(0, ROWS_WITH_FILES);
  }

  private static void append(String name, Schema schema, List<List<GenericRecord>> bundles) {
    Table table = LedgerTable.of(warehouse.catalog(), name, schema).prepare();
    for (List<GenericRecord> bundle : bundles) {
      AppendWriter writer = writer(table, schema, false);
      bundle.forEach(row -> writer.add(0, row));
      PlainCommit.of(table, writer.finish());
    }
  }

  private static AppendWriter writer(Table table, Schema schema, boolean fingerprints) {
    return new AppendWriter(
        table, new TableRows(table, schema), SinkId.fileNames(table, "test"), fingerprints);
  }

  @ParameterizedTest
  @ValueSource(strings = {ONE_FILE, FILE_PER_ROW})
  void rowsWrittenInEitherFormAreReadBack(String table) {
    assertThat(byId(warehouse.read(table)), is(plainRows(table)));
  }

  static Stream<Arguments> columns() {
    return EveryColumn.PLAIN.stream()
        .flatMap(
            column ->
                Stream.of(ONE_FILE, FILE_PER_ROW)
                    .filter(table -> table.equals(ONE_FILE) || WITH_FILES.contains(column.name()))
                    .map(table -> Arguments.of(table, column.name(), column)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("columns")
  void filtersFindWhatAPlainFilterFinds(String table, String name, Column column) {
    Type.PrimitiveType type =
        RowSchema.of(EveryColumn.SCHEMA).findType(column.name()).asPrimitiveType();
    Comparator<Object> order = Comparators.forType(type);
    for (String field : List.of(column.name(), column.optional())) {
      for (Value value : column.values()) {
        Object literal = value.internal();
        if (literal.equals(Float.NaN) || literal.equals(Double.NaN)) {
          finds(table, Expressions.isNaN(field), field, v -> v != null && v.equals(literal));
          continue;
        }
        finds(
            table,
            Expressions.equal(field, literal),
            field,
            v -> v != null && order.compare(v, literal) == 0);
        finds(
            table,
            Expressions.notEqual(field, literal),
            field,
            v -> v == null || order.compare(v, literal) != 0);
        // Iceberg's generic reader takes null for less than anything.
        finds(
            table,
            Expressions.and(Expressions.notNull(field), Expressions.lessThan(field, literal)),
            field,
            v -> v != null && order.compare(v, literal) < 0);
        if (!(literal instanceof Float || literal instanceof Double)) {
          // Whether NaN is above a number depends on the file it is in.
          finds(
              table,
              Expressions.greaterThanOrEqual(field, literal),
              field,
              v -> v != null && order.compare(v, literal) >= 0);
        }
      }
      finds(table, Expressions.isNull(field), field, v -> v == null);
      finds(table, Expressions.notNull(field), field, v -> v != null);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {ONE_FILE, FILE_PER_ROW})
  void textIsFoundByItsBeginning(String table) {
    for (String field : List.of("text", "text_or_null")) {
      for (int length : new int[] {1, 9, 10, 11, 15, 16, 17, 18, 100}) {
        String prefix = "abcdefghij".repeat(10).substring(0, length);
        finds(
            table,
            Expressions.startsWith(field, prefix),
            field,
            v -> v != null && v.toString().startsWith(prefix));
      }
      finds(
          table,
          Expressions.startsWith(field, "😀😀"),
          field,
          v -> v != null && v.toString().startsWith("😀😀"));
    }
  }

  @Test
  void anEqualityFilterReadsOnlyTheFilesThatCanHaveTheRow() {
    Table table = warehouse.load(FILE_PER_ROW);

    assertThat(files(table, Expressions.equal("text", "abcdefghijab")).size(), is(1));
    assertThat(files(table, Expressions.equal("ts_us", -1L)).size(), is(3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"small", "text_or_null", "inner", "map"})
  void aRowWithoutARequiredValueFailsAndLeavesNoFile(String column) {
    String name = "bank.broken_" + column;
    Schema schema = required(EveryColumn.SCHEMA);
    Table table = LedgerTable.of(warehouse.catalog(), name, schema).prepare();
    AppendWriter writer = writer(table, schema, false);
    List<GenericRecord> rows = EveryColumn.rows(false);
    writer.add(0, copy(rows.get(1), schema));
    GenericRecord broken = copy(rows.get(1), schema);
    broken.put(column, null);

    assertThrows(NullPointerException.class, () -> writer.add(0, broken));
    writer.close();

    assertThat(OnDisk.filesIn(folder.resolve("bank/broken_" + column)), is(empty()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cents", "units", "exact", "packed"})
  void aDecimalWithTooManyDigitsFails(String column) {
    Table table =
        LedgerTable.of(warehouse.catalog(), "bank.digits_" + column, EveryColumn.SCHEMA).prepare();
    AppendWriter writer = writer(table, EveryColumn.SCHEMA, false);
    GenericRecord row = EveryColumn.rows(true).get(0);
    row.put(column, new BigDecimal("1E+37"));

    assertThrows(IllegalArgumentException.class, () -> writer.add(0, row));
    writer.close();
  }

  @Test
  void closingBeforeFinishDeletesAllFilesAndAfterItNone() {
    Table table = LedgerTable.of(warehouse.catalog(), "bank.closed", Payments.SCHEMA).prepare();
    AppendWriter abandoned = writer(table, Payments.SCHEMA, false);
    abandoned.add(0, Payments.payment("p1", "a", 1, 0));
    abandoned.close();
    assertThat(OnDisk.filesIn(folder.resolve("bank/closed")), is(empty()));

    AppendWriter finished = writer(table, Payments.SCHEMA, false);
    finished.add(0, Payments.payment("p1", "a", 1, 0));
    PlainCommit.of(table, finished.finish());
    finished.close();
    assertThat(Payments.centsById(warehouse.read("bank.closed")), is(Map.of("p1", 1L)));
  }

  @Test
  void aFinishedWriterCanBeUsedAgain() {
    Table table = LedgerTable.of(warehouse.catalog(), "bank.anew", Payments.SCHEMA).prepare();
    AppendWriter writer = writer(table, Payments.SCHEMA, true);

    writer.add(0, Payments.payment("p1", "a", 1, 0));
    writer.add(0, Payments.payment("p2", "a", 2, 0));
    List<WrittenFiles> first = writer.finish();
    assertThat(writer.finish(), is(empty()));
    writer.add(0, Payments.payment("p3", "a", 3, 0));
    List<WrittenFiles> second = writer.finish();

    assertThat(first, hasSize(1));
    assertThat(first.get(0).getRows(), is(2L));
    assertThat(second.get(0).getRows(), is(1L));
    PlainCommit.of(table, first);
    PlainCommit.of(table, second);
    assertThat(
        Payments.centsById(warehouse.read("bank.anew")), is(Map.of("p1", 1L, "p2", 2L, "p3", 3L)));
  }

  @Test
  void theDigestIsOfTheRowsAndNotOfTheirOrder() {
    Table table = LedgerTable.of(warehouse.catalog(), "bank.digests", Payments.SCHEMA).prepare();
    GenericRecord one = Payments.payment("p1", "a", 1, 0);
    GenericRecord two = Payments.payment("p2", "a", 2, 0);

    assertThat(digest(table, true, one, two), is(digest(table, true, two, one)));
    assertThat(digest(table, true, one, two) == digest(table, true, one, one), is(false));
    assertThat(digest(table, true, one) == digest(table, true, one, one), is(false));
    assertThat(
        digest(table, true, Payments.payment("p1", "a", 2, 0), Payments.payment("p2", "a", 1, 0))
            == digest(table, true, one, two),
        is(false));
    assertThat(digest(table, false, one, two), is(0L));
  }

  private static long digest(Table table, boolean wanted, GenericRecord... rows) {
    AppendWriter writer = writer(table, Payments.SCHEMA, wanted);
    for (GenericRecord row : rows) {
      writer.add(0, row);
    }
    return writer.finish().get(0).getDigest();
  }

  /** The rows that a filter finds in the table are those a predicate finds among the input. */
  private static void finds(
      String table, Expression filter, String field, Predicate<Object> wanted) {
    RowView view =
        RowView.of(
            EveryColumn.SCHEMA,
            RowSchema.of(EveryColumn.SCHEMA).select(field).asStruct(),
            RowValues.STRINGS);
    Set<String> expected = new TreeSet<>();
    for (GenericRecord row : rowsOf(table)) {
      if (wanted.test(view.show(row).get(0, Object.class))) {
        expected.add(row.get("id").toString());
      }
    }
    List<String> found = new ArrayList<>();
    try (CloseableIterable<Record> rows =
        IcebergGenerics.read(LOADED.computeIfAbsent(table, warehouse::load))
            .select("id", field)
            .where(filter)
            .build()) {
      rows.forEach(row -> found.add(row.getField("id").toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    found.sort(Comparator.naturalOrder());
    assertThat(filter.toString(), found, is(List.copyOf(expected)));
  }

  private static List<DataFile> files(Table table, Expression filter) {
    List<DataFile> files = new ArrayList<>();
    table.newScan().filter(filter).planFiles().forEach(task -> files.add(task.file()));
    return files;
  }

  private static Map<Object, Object> plainRows(String table) {
    Map<Object, Object> rows = new TreeMap<>();
    rowsOf(table).forEach(row -> rows.put(row.get("id"), EveryColumn.plain(row)));
    return rows;
  }

  private static Map<Object, Object> byId(List<Record> found) {
    Map<Object, Object> rows = new TreeMap<>();
    for (Record row : found) {
      Object before = rows.put(row.getField("id"), EveryColumn.plain(row));
      assertThat(before == null, is(true));
    }
    return rows;
  }

  private static Schema required(Schema schema) {
    List<Schema.Field> fields = new ArrayList<>();
    schema
        .getFields()
        .forEach(f -> fields.add(new Schema.Field(f.name(), RowSchema.withoutNull(f.schema()))));
    return Schema.createRecord("Required", null, "dev.weir.test", false, fields);
  }

  private static GenericRecord copy(GenericRecord row, Schema schema) {
    GenericRecord copy = new org.apache.avro.generic.GenericData.Record(schema);
    schema.getFields().forEach(field -> copy.put(field.pos(), row.get(field.pos())));
    return copy;
  }
}
