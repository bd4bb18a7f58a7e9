package dev.weir.iceberg.write;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.iceberg.table.LedgerCatalog;
import dev.weir.iceberg.table.LedgerTable;
import dev.weir.iceberg.table.Partitioning;
import dev.weir.iceberg.testing.EveryColumn;
import dev.weir.iceberg.testing.Payments;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.util.Utf8;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableRowsTest {
  private static final Schema KEYED =
      SchemaBuilder.record("Keyed")
          .fields()
          .requiredString("id")
          .name("at")
          .type(LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG)))
          .noDefault()
          .name("uuid")
          .type(LogicalTypes.uuid().addToSchema(Schema.createFixed("Uuid", null, null, 16)))
          .noDefault()
          .requiredBytes("blob")
          .name("cents")
          .type(LogicalTypes.decimal(9, 2).addToSchema(Schema.create(Schema.Type.BYTES)))
          .noDefault()
          .optionalString("note")
          .name("tags")
          .type(Schema.createMap(Schema.create(Schema.Type.INT)))
          .noDefault()
          .endRecord();

  @TempDir Path folder;

  @Test
  void oneKeyIsEqualInEitherFormAndInAnyObject() {
    TableRows rows = keyed();
    GenericRecord raw = row(new Utf8("k"), -1L, 1, "n1");
    GenericRecord converted = row("k", Instant.parse("1969-12-31T23:59:59.999000999Z"), 1, "n2");
    converted.put("cents", new BigDecimal("-0.10"));
    converted.put("uuid", new UUID(0, 1));

    assertThat(rows.keyValues(raw), is(rows.keyValues(converted)));
    assertThat(rows.keyValues(raw).hashCode(), is(rows.keyValues(converted).hashCode()));
    assertThat(rows.keyFingerprint(raw), is(rows.keyFingerprint(converted)));
    assertThat(rows.keyValues(raw), is(not(rows.keyValues(row("k", -1L, 2, "n1")))));
    assertThat(rows.keyFingerprint(raw) == rows.keyFingerprint(row("k", -1L, 2, "n1")), is(false));
  }

  @Test
  void theHashOfAKeyIsTheSameInEveryProcess() {
    // Writers, commits and therefore the digests of a rerun depend on it.
    assertThat(keyed().keyValues(row("k", -1L, 1, "n1")).hashCode(), is(157208752));
  }

  @Test
  void aKeyHasTheColumnsOfTheKeyInTheOrderOfTheTable() {
    assertThat(
        Arrays.asList(keyed().keyValues(row("k", 7L, 1, "n1")).values()),
        is(
            List.of(
                "k",
                7_000L,
                new UUID(0, 1),
                ByteBuffer.wrap(new byte[] {1}),
                new BigDecimal("-0.10"))));
  }

  @Test
  void equalRowsHaveOneFingerprintInEitherForm() {
    TableRows rows = everything();
    List<GenericRecord> raw = EveryColumn.rows(false);
    List<GenericRecord> converted = EveryColumn.rows(true);
    Set<Long> all = new HashSet<>();

    for (int n = 0; n < raw.size(); n++) {
      assertThat(rows.fingerprint(raw.get(n)), is(rows.fingerprint(converted.get(n))));
      all.add(rows.fingerprint(raw.get(n)));
    }
    assertThat(all.size(), is(raw.size()));
  }

  @Test
  void theOrderOfAMapDoesNotMatter() {
    TableRows rows = keyed();
    GenericRecord one = row("k", 0L, 1, null);
    GenericRecord two = row("k", 0L, 1, null);
    Map<CharSequence, Integer> map = new LinkedHashMap<>();
    map.put("b", 2);
    map.put("a", 1);
    one.put("tags", map);
    Map<CharSequence, Integer> reversed = new LinkedHashMap<>();
    reversed.put(new Utf8("a"), 1);
    reversed.put(new Utf8("b"), 2);
    two.put("tags", reversed);

    assertThat(rows.fingerprint(one), is(rows.fingerprint(two)));
    reversed.put(new Utf8("b"), 3);
    assertThat(rows.fingerprint(one) == rows.fingerprint(two), is(false));
  }

  @Test
  void swappedValuesHaveADifferentSumOfFingerprints() {
    TableRows rows =
        new TableRows(
            LedgerTable.of(LedgerCatalog.inFolder(folder), "bank.p", Payments.SCHEMA).prepare(),
            Payments.SCHEMA);
    Set<Long> sums = new HashSet<>();
    for (int one = 0; one < 40; one++) {
      for (int two = 0; two < one; two++) {
        for (int cents = 0; cents < 10; cents++) {
          sums.add(
              rows.fingerprint(Payments.payment("p" + one, "a", cents, 0))
                  + rows.fingerprint(Payments.payment("p" + two, "a", 9 - cents, 0)));
        }
      }
    }
    assertThat(sums.size(), is(40 * 39 / 2 * 10));
  }

  @Test
  void adjacentKeysHaveDistantFingerprints() {
    TableRows rows = keyed();

    assertThat(
        keyFingerprint(rows, "a") + keyFingerprint(rows, "d")
            == keyFingerprint(rows, "b") + keyFingerprint(rows, "c"),
        is(false));
    assertThat(keyFingerprint(rows, "Aa") == keyFingerprint(rows, "BB"), is(false));
  }

  private static long keyFingerprint(TableRows rows, String id) {
    return rows.keyFingerprint(row(id, 0L, 1, null));
  }

  @Test
  void aPartitionIsValidUntilTheNextRecord() {
    Table table =
        LedgerTable.of(LedgerCatalog.inFolder(folder), "bank.p", Payments.SCHEMA)
            .partitionedBy(Partitioning.parse("account, days(ts)"))
            .prepare();
    TableRows rows = new TableRows(table, Payments.SCHEMA);

    assertThat(
        rows.partition(Payments.payment("p1", "a b", 1, -1)).toPath(),
        is("account=a+b/ts_day=1969-12-31"));
    assertThat(
        rows.partition(Payments.payment("p1", "a", 1, 86_400_000)).toPath(),
        is("account=a/ts_day=1970-01-02"));
  }

  @Test
  void aRecordWithADifferentSchemaIsRefused() {
    Table table =
        LedgerTable.of(LedgerCatalog.inFolder(folder), "bank.p", Payments.SCHEMA).prepare();
    TableRows rows = new TableRows(table, Payments.SCHEMA);
    rows.row(Payments.payment("p1", "a", 1, 0));
    GenericRecord same =
        new GenericData.Record(new Schema.Parser().parse(Payments.SCHEMA.toString()));
    GenericRecord other = row("k", 0L, 1, null);

    rows.row(same);
    assertThat(
        assertThrows(IllegalArgumentException.class, () -> rows.row(other)).getMessage(),
        startsWith(
            "the sink expects rows with the schema {\"type\":\"record\",\"name\":\"Payment\""));
    assertThrows(IllegalArgumentException.class, () -> rows.partition(other));
    assertThrows(IllegalArgumentException.class, () -> rows.keyValues(other));
  }

  private TableRows everything() {
    Table table =
        LedgerTable.of(LedgerCatalog.inFolder(folder), "bank.all", EveryColumn.SCHEMA).prepare();
    return new TableRows(table, EveryColumn.SCHEMA);
  }

  private TableRows keyed() {
    Table table =
        LedgerTable.of(LedgerCatalog.inFolder(folder), "bank.keyed", KEYED)
            .withKey("cents", "blob", "uuid", "at", "id")
            .prepare();
    return new TableRows(table, KEYED);
  }

  private static GenericRecord row(CharSequence id, Object at, long uuid, String note) {
    GenericRecord row = new GenericData.Record(KEYED);
    row.put("id", id);
    row.put("at", at);
    byte[] bytes = ByteBuffer.allocate(16).putLong(8, uuid).array();
    row.put("uuid", new GenericData.Fixed(KEYED.getField("uuid").schema(), bytes));
    ByteBuffer slice = ByteBuffer.wrap(new byte[] {9, 1, 9});
    slice.position(1).limit(2);
    row.put("blob", slice);
    row.put("cents", ByteBuffer.wrap(new byte[] {-10}));
    row.put("note", note);
    row.put("tags", Map.of());
    return row;
  }
}
