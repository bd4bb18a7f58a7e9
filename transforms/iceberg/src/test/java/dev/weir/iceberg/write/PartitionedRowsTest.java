package dev.weir.iceberg.write;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import dev.weir.iceberg.commit.SinkId;
import dev.weir.iceberg.table.LedgerTable;
import dev.weir.iceberg.table.Partitioning;
import dev.weir.iceberg.testing.EveryColumn;
import dev.weir.iceberg.testing.PlainCommit;
import dev.weir.iceberg.testing.Warehouse;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PartitionedRowsTest {
  private static final String NAME = "bank.parts";

  @TempDir Path folder;
  private Warehouse warehouse;

  @BeforeEach
  void emptyWarehouse() {
    warehouse = new Warehouse(folder);
  }

  static Stream<Arguments> partitionings() {
    return Stream.of(
        Arguments.of(
            "x",
            type(Schema.Type.STRING),
            // null comes twice, once as itself and once as text
            list(
                "a/b", "a=b", "a b", "a%2Fb", "ü€😀", "", null, "null", "__HIVE", ".", "..",
                "a:b")),
        Arguments.of(
            "truncate(3, x)", type(Schema.Type.STRING), list("", "ab", "ü€😀x", "a/=", null)),
        Arguments.of("bucket(4, x)", type(Schema.Type.STRING), list("", "a", "b", "ü€😀", null)),
        Arguments.of("x", type(Schema.Type.BOOLEAN), list(true, false, null)),
        Arguments.of(
            "x", type(Schema.Type.INT), list(0, Integer.MIN_VALUE, Integer.MAX_VALUE, null)),
        Arguments.of("truncate(10, x)", type(Schema.Type.INT), list(0, -1, 9, 10, -10, -11, null)),
        Arguments.of("x", type(Schema.Type.LONG), list(0L, Long.MIN_VALUE, Long.MAX_VALUE, null)),
        Arguments.of("bucket(3, x)", type(Schema.Type.LONG), list(0L, 1L, 2L, -1L, null)),
        Arguments.of(
            "x", type(Schema.Type.BYTES), list(bytes(), bytes(0), bytes(-1, 0, 127), null)),
        Arguments.of(
            "truncate(2, x)", type(Schema.Type.BYTES), list(bytes(), bytes(1, 2, 3), null)),
        Arguments.of("bucket(2, x)", type(Schema.Type.BYTES), list(bytes(), bytes(1), bytes(2))),
        Arguments.of(
            "x",
            logical(LogicalTypes.decimal(9, 2), Schema.Type.BYTES),
            list(new BigDecimal("-0.01"), new BigDecimal("0.00"), new BigDecimal("9.90"), null)),
        Arguments.of(
            "truncate(50, x)",
            logical(LogicalTypes.decimal(9, 2), Schema.Type.BYTES),
            list(new BigDecimal("-0.01"), new BigDecimal("0.49"), new BigDecimal("0.50"))),
        Arguments.of(
            "x",
            logical(LogicalTypes.uuid(), Schema.Type.STRING),
            list(new UUID(0, 0), new UUID(-1, -1), new UUID(5, -5), null)),
        Arguments.of(
            "bucket(2, x)",
            logical(LogicalTypes.uuid(), Schema.Type.STRING),
            list(new UUID(0, 0), new UUID(-1, -1), new UUID(5, -5), null)),
        Arguments.of(
            "x",
            logical(LogicalTypes.date(), Schema.Type.INT),
            list(0, -1, -719_162, 2_932_896, -365_000_000, 365_000_000, null)),
        Arguments.of(
            "years(x)",
            logical(LogicalTypes.date(), Schema.Type.INT),
            list(0, -1, -366, 365, null)),
        Arguments.of(
            "months(x)", logical(LogicalTypes.date(), Schema.Type.INT), list(0, -1, -32, 31, null)),
        Arguments.of(
            "days(x)", logical(LogicalTypes.date(), Schema.Type.INT), list(0, -1, 1, null)),
        Arguments.of(
            "x",
            logical(LogicalTypes.timeMicros(), Schema.Type.LONG),
            list(0L, 86_399_999_999L, null)),
        Arguments.of(
            "x", logical(LogicalTypes.timestampMicros(), Schema.Type.LONG), aroundTheEpoch()),
        Arguments.of(
            "x", logical(LogicalTypes.localTimestampMicros(), Schema.Type.LONG), aroundTheEpoch()),
        Arguments.of(
            "years(x)",
            logical(LogicalTypes.timestampMicros(), Schema.Type.LONG),
            aroundTheEpoch()),
        Arguments.of(
            "months(x)",
            logical(LogicalTypes.timestampMicros(), Schema.Type.LONG),
            aroundTheEpoch()),
        Arguments.of(
            "days(x)", logical(LogicalTypes.timestampMicros(), Schema.Type.LONG), aroundTheEpoch()),
        Arguments.of(
            "hours(x)",
            logical(LogicalTypes.timestampMicros(), Schema.Type.LONG),
            aroundTheEpoch()),
        Arguments.of(
            "hours(x)",
            logical(LogicalTypes.localTimestampMicros(), Schema.Type.LONG),
            aroundTheEpoch()),
        Arguments.of(
            "days(x), bucket(2, x)",
            logical(LogicalTypes.timestampMicros(), Schema.Type.LONG),
            aroundTheEpoch()));
  }

  @ParameterizedTest(name = "{0} of {1}")
  @MethodSource("partitionings")
  void eachRowIsFoundByItsPartitionColumn(String parts, Schema type, List<Object> values) {
    Table table = write(Partitioning.parse(parts), type, values);

    assertThat(warehouse.read(NAME), hasSize(2 * values.size()));
    for (Object value : values) {
      List<String> wanted = new ArrayList<>();
      for (int n = 0; n < values.size(); n++) {
        if (Objects.equals(values.get(n), value)) {
          wanted.add("row " + n);
          wanted.add("row " + n + " again");
        }
      }
      assertThat("rows with " + value, ids(found(value)), is(Set.copyOf(wanted)));
    }
    assertThat(partitions(table).size(), is(files(table).size()));
  }

  @ParameterizedTest(name = "{0} of {1}")
  @MethodSource("partitionings")
  void aFilterOnThePartitionColumnSkipsOtherPartitions(
      String parts, Schema type, List<Object> values) {
    Table table = write(Partitioning.parse(parts), type, values);
    assertThat(files(table).size(), is(greaterThan(1)));

    for (Object value : values) {
      if (value != null) {
        Set<Object> read = new HashSet<>();
        table
            .newScan()
            .filter(Expressions.equal("x", value))
            .planFiles()
            .forEach(task -> read.add(partition(task)));
        assertThat("partitions with " + value, read.size(), is(1));
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hours  | 1969-12-31T22:59:59.999999Z | -2",
        "hours  | 1969-12-31T23:00:00Z        | -1",
        "hours  | 1969-12-31T23:59:59.999999Z | -1",
        "hours  | 1970-01-01T00:00:00Z        | 0",
        "hours  | 1970-01-01T00:59:59.999999Z | 0",
        "hours  | 1970-01-01T01:00:00Z        | 1",
        "days   | 1969-12-30T23:59:59.999999Z | -2",
        "days   | 1969-12-31T00:00:00Z        | -1",
        "days   | 1969-12-31T23:59:59.999999Z | -1",
        "days   | 1970-01-01T23:59:59.999999Z | 0",
        "days   | 1970-01-02T00:00:00Z        | 1",
        "months | 1969-11-30T23:59:59.999999Z | -2",
        "months | 1969-12-01T00:00:00Z        | -1",
        "months | 1969-12-31T23:59:59.999999Z | -1",
        "months | 1970-01-31T23:59:59.999999Z | 0",
        "months | 1970-02-01T00:00:00Z        | 1",
        "years  | 1968-12-31T23:59:59.999999Z | -2",
        "years  | 1969-01-01T00:00:00Z        | -1",
        "years  | 1969-12-31T23:59:59.999999Z | -1",
        "years  | 1970-12-31T23:59:59.999999Z | 0",
        "years  | 1971-01-01T00:00:00Z        | 1"
      })
  void timesAreCutTowardsThePastBefore1970Too(String transform, String time, int part) {
    for (LogicalType logical :
        List.of(LogicalTypes.timestampMicros(), LogicalTypes.localTimestampMicros())) {
      Schema rows = rows(logical(logical, Schema.Type.LONG));
      Table table =
          LedgerTable.of(warehouse.catalog(), "bank.t" + logical.getName().length(), rows)
              .partitionedBy(Partitioning.parse(transform + "(x)"))
              .prepare();
      TableRows partitioned = new TableRows(table, rows);
      long micros = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(time));
      GenericRecord row = new GenericData.Record(rows);

      // A result that was computed for one row may be reused for another.
      for (long other : new long[] {-1, 0, 3_599_999_999L, -3_600_000_000L}) {
        row.put("x", other);
        partitioned.partition(row);
        row.put("x", micros);
        assertThat(partitioned.partition(row).get(0, Integer.class), is(part));
      }
    }
  }

  @Test
  void bothFormsOfATimeAreInOnePartition() {
    Table table =
        write(
            Partitioning.parse("x"),
            logical(LogicalTypes.timestampMillis(), Schema.Type.LONG),
            list(-1L, Instant.parse("1969-12-31T23:59:59.999Z")));

    assertThat(files(table), hasSize(1));
  }

  @Test
  void aNestedColumnCanPartitionATable() {
    Schema inner = SchemaBuilder.record("In").fields().optionalString("city").endRecord();
    Schema rows =
        SchemaBuilder.record("Row")
            .fields()
            .requiredString("id")
            .name("in")
            .type(Schema.createUnion(type(Schema.Type.NULL), inner))
            .noDefault()
            .endRecord();
    Table table =
        LedgerTable.of(warehouse.catalog(), NAME, rows)
            .partitionedBy(Partitioning.parse("in.city"))
            .prepare();
    List<GenericRecord> all = new ArrayList<>();
    for (String city : list("Köln", null, "absent").toArray(String[]::new)) {
      GenericRecord row = new GenericData.Record(rows);
      row.put("id", "in " + city);
      GenericRecord in = new GenericData.Record(inner);
      in.put("city", city);
      row.put("in", "absent".equals(city) ? null : in);
      all.add(row);
    }
    AppendWriter writer =
        new AppendWriter(table, new TableRows(table, rows), SinkId.fileNames(table, "t"), true);
    all.forEach(row -> writer.add(0, row));
    PlainCommit.of(table, writer.finish());

    assertThat(
        ids(warehouse.read(NAME, scan -> scan.where(Expressions.equal("in.city", "Köln")))),
        is(Set.of("in Köln")));
    assertThat(
        ids(warehouse.read(NAME, scan -> scan.where(Expressions.isNull("in.city")))),
        is(Set.of("in null", "in absent")));
  }

  private static Schema rows(Schema type) {
    return SchemaBuilder.record("Row")
        .fields()
        .requiredString("id")
        .name("x")
        .type(Schema.createUnion(type(Schema.Type.NULL), type))
        .noDefault()
        .endRecord();
  }

  private Table write(Partitioning parts, Schema type, List<Object> values) {
    Schema rows = rows(type);
    Table table = LedgerTable.of(warehouse.catalog(), NAME, rows).partitionedBy(parts).prepare();
    AppendWriter writer =
        new AppendWriter(table, new TableRows(table, rows), SinkId.fileNames(table, "t"), false);
    for (String again : List.of("", " again")) {
      for (int n = 0; n < values.size(); n++) {
        GenericRecord row = new GenericData.Record(rows);
        row.put("id", "row " + n + again);
        row.put("x", values.get(n));
        writer.add(0, row);
      }
    }
    // Through JSON, as from worker to worker.
    PlainCommit.of(table, writer.finish());
    return warehouse.load(NAME);
  }

  private List<Record> found(Object value) {
    Expression filter = value == null ? Expressions.isNull("x") : Expressions.equal("x", value);
    return warehouse.read(NAME, scan -> scan.where(filter));
  }

  private static Set<String> ids(List<Record> rows) {
    Set<String> ids = new HashSet<>();
    rows.forEach(row -> ids.add(row.getField("id").toString()));
    return ids;
  }

  private static List<DataFile> files(Table table) {
    List<DataFile> files = new ArrayList<>();
    table.newScan().planFiles().forEach(task -> files.add(task.file()));
    return files;
  }

  private static Set<Object> partitions(Table table) {
    Set<Object> partitions = new HashSet<>();
    table.newScan().planFiles().forEach(task -> partitions.add(partition(task)));
    return partitions;
  }

  private static Object partition(FileScanTask task) {
    List<Object> values = new ArrayList<>();
    for (int n = 0; n < task.partition().size(); n++) {
      values.add(EveryColumn.plain(task.partition().get(n, Object.class)));
    }
    return values;
  }

  private static List<Object> aroundTheEpoch() {
    return list(
        0L,
        -1L,
        1L,
        -3_600_000_001L,
        -86_400_000_001L,
        -62_135_596_800_000_000L,
        253_402_300_799_999_999L,
        Long.MIN_VALUE,
        Long.MAX_VALUE,
        null);
  }

  private static List<Object> list(Object... values) {
    return Arrays.asList(values);
  }

  private static ByteBuffer bytes(int... bytes) {
    ByteBuffer buffer = ByteBuffer.allocate(bytes.length);
    for (int n = 0; n < bytes.length; n++) {
      buffer.put(n, (byte) bytes[n]);
    }
    return buffer;
  }

  private static Schema type(Schema.Type type) {
    return Schema.create(type);
  }

  private static Schema logical(LogicalType logical, Schema.Type type) {
    return logical.addToSchema(Schema.create(type));
  }
}
