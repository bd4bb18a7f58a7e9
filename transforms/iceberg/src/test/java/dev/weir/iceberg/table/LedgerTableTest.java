package dev.weir.iceberg.table;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.iceberg.commit.SinkId;
import dev.weir.iceberg.testing.EveryColumn;
import dev.weir.iceberg.testing.Payments;
import dev.weir.iceberg.testing.PlainCommit;
import dev.weir.iceberg.testing.Warehouse;
import dev.weir.iceberg.write.AppendRows;
import dev.weir.iceberg.write.AppendWriter;
import dev.weir.iceberg.write.TableRows;
import dev.weir.iceberg.write.UpsertRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.hadoop.HadoopCatalog;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerTableTest {
  private static final String NAME = "bank.payments";
  private static final String PAYMENT =
      "{'name': 'id', 'type': 'string'}, {'name': 'account', 'type': 'string'},"
          + " {'name': 'cents', 'type': 'long'},"
          + " {'name': 'ts', 'type': {'type': 'long', 'logicalType': 'timestamp-millis'}}";

  @TempDir Path folder;
  private LedgerCatalog catalog;
  private Warehouse warehouse;

  @BeforeEach
  void emptyWarehouse() {
    warehouse = new Warehouse(folder);
    catalog = warehouse.catalog();
  }

  /** A catalog in which another job does something when this one has just looked. */
  public static final class Busy extends HadoopCatalog {
    private static Runnable whenAsked = () -> {};
    private static Runnable whenLoaded = () -> {};
    private boolean asking;

    @Override
    public boolean tableExists(TableIdentifier name) {
      asking = true;
      boolean exists = super.tableExists(name);
      asking = false;
      runWhenAsked();
      return exists;
    }

    @Override
    public boolean namespaceExists(Namespace namespace) {
      boolean exists = super.namespaceExists(namespace);
      runWhenAsked();
      return exists;
    }

    private static void runWhenAsked() {
      Runnable job = whenAsked;
      whenAsked = () -> {};
      job.run();
    }

    @Override
    public Table loadTable(TableIdentifier name) {
      Table table = super.loadTable(name);
      if (!asking) {
        Runnable job = whenLoaded;
        whenLoaded = () -> {};
        job.run();
      }
      return table;
    }

    /** As with a JDBC catalog on PostgreSQL, which reports a duplicate key only as a failure. */
    @Override
    public Table createTable(
        TableIdentifier name,
        org.apache.iceberg.Schema schema,
        PartitionSpec spec,
        Map<String, String> properties) {
      try {
        return super.createTable(name, schema, spec, properties);
      } catch (AlreadyExistsException e) {
        throw new IllegalStateException("Unknown failure", e);
      }
    }

    @Override
    public void createNamespace(Namespace namespace, Map<String, String> metadata) {
      try {
        super.createNamespace(namespace, metadata);
      } catch (AlreadyExistsException e) {
        throw new IllegalStateException("Unknown failure", e);
      }
    }

    static LedgerCatalog in(Path folder) {
      return LedgerCatalog.of(
          Map.of("catalog-impl", Busy.class.getName(), "warehouse", folder.toString()));
    }
  }

  @Test
  void aMissingTableIsCreatedWithItsNamespacePartitioningAndKey() {
    Table table =
        LedgerTable.of(catalog, NAME, Payments.SCHEMA)
            .partitionedBy(Partitioning.parse("days(ts), bucket(4, account)"))
            .withKey("id", "account", "ts")
            .prepare();

    for (Table seen : List.of(table, warehouse.load(NAME))) {
      assertThat(
          seen.schema().asStruct(),
          is(
              Types.StructType.of(
                  NestedField.required(1, "id", Types.StringType.get()),
                  NestedField.required(2, "account", Types.StringType.get()),
                  NestedField.required(3, "cents", Types.LongType.get()),
                  NestedField.required(4, "ts", Types.TimestampType.withZone()))));
      assertThat(seen.schema().identifierFieldNames(), is(Set.of("id", "account", "ts")));
      assertThat(
          seen.spec(),
          is(PartitionSpec.builderFor(seen.schema()).day("ts").bucket("account", 4).build()));
      assertThat(((BaseTable) seen).operations().current().formatVersion(), is(2));
      assertThat(seen.currentSnapshot() == null, is(true));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"payments", "eu.bank.payments"})
  void aTableCanBeInAnyNumberOfNamespaces(String name) {
    LedgerTable.of(catalog, name, Payments.SCHEMA).prepare();

    assertThat(warehouse.load(name).schema().columns().size(), is(4));
  }

  @Test
  void aPreparedTableIsNotChanged() {
    LedgerTable wanted =
        LedgerTable.of(catalog, NAME, Payments.SCHEMA)
            .partitionedBy(Partitioning.parse("days(ts)"))
            .withKey("ts", "id");
    String before = metadata(wanted.prepare());

    assertThat(metadata(SerializableUtils.clone(wanted).prepare()), is(before));
    assertThat(metadata(warehouse.load(NAME)), is(before));
  }

  @Test
  void allColumnTypesAreRecognizedAgain() {
    LedgerTable wanted = LedgerTable.of(catalog, NAME, EveryColumn.SCHEMA);
    String before = metadata(wanted.prepare());

    assertThat(metadata(wanted.prepare()), is(before));
  }

  @Test
  void newColumnsOfTheRowsAreAddedAsOptionalColumns() {
    Table old = prepared(record(PAYMENT));
    GenericRecord row = new org.apache.avro.generic.GenericData.Record(record(PAYMENT));
    Payments.SCHEMA
        .getFields()
        .forEach(f -> row.put(f.name(), Payments.payment("p1", "a", 1, 0).get(f.pos())));
    AppendWriter writer =
        new AppendWriter(
            old, new TableRows(old, record(PAYMENT)), SinkId.fileNames(old, "s"), false);
    writer.add(0, row);
    PlainCommit.of(old, writer.finish());

    Table table =
        prepared(
            record(
                "{'name': 'country', 'type': 'string', 'doc': 'two letters'}, "
                    + PAYMENT
                    + ", {'name': 'tags', 'type': ['null', {'type': 'array', 'items': 'string'}]}"
                    + ", {'name': 'in', 'type': {'type': 'record', 'name': 'In', 'fields':"
                    + " [{'name': 'must', 'type': 'int'}]}}"));

    assertThat(
        table.schema().columns().subList(4, 7),
        is(
            List.of(
                NestedField.optional(5, "country", Types.StringType.get(), "two letters"),
                NestedField.optional(
                    6, "tags", Types.ListType.ofRequired(7, Types.StringType.get())),
                NestedField.optional(
                    8,
                    "in",
                    Types.StructType.of(
                        NestedField.required(9, "must", Types.IntegerType.get()))))));
    assertThat(warehouse.read(NAME).get(0).getField("id"), is("p1"));
    assertThat(warehouse.read(NAME).get(0).getField("country") == null, is(true));
    String before = metadata(table);
    assertThat(
        metadata(
            prepared(
                record(
                    PAYMENT
                        + ", {'name': 'country', 'type': 'string'}"
                        + ", {'name': 'tags', 'type': {'type': 'array', 'items': 'string'}}"
                        + ", {'name': 'in', 'type': ['null', {'type': 'record', 'name': 'In',"
                        + " 'fields': [{'name': 'must', 'type': 'int'}]}]}"))),
        is(before));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'int'                        | 'long'              | required int      | required long",
        "'long'                       | 'int'               | required long     | required int",
        "'string'                     | 'bytes'             | required string   | required binary",
        "'string'                     | ['null', 'string']  | required string   | optional string",
        "['null', 'string']           | 'int'               | optional string   | required int",
        "{'type':'fixed','name':'F','size':3} | {'type':'fixed','name':'F','size':4} |"
            + " required fixed[3] | required fixed[4]",
        "{'type':'bytes','logicalType':'decimal','precision':9,'scale':2} |"
            + " {'type':'bytes','logicalType':'decimal','precision':9,'scale':3} |"
            + " required decimal(9, 2) | required decimal(9, 3)",
        "{'type':'long','logicalType':'timestamp-millis'} |"
            + " {'type':'long','logicalType':'local-timestamp-millis'} |"
            + " required timestamptz | required timestamp",
        "{'type':'array','items':'int'} | {'type':'array','items':'long'} |"
            + " required list<int> | required list<long>",
        "{'type':'map','values':'int'} | {'type':'map','values':'string'} |"
            + " required map<string, int> | required map<string, string>",
      })
  void aColumnOfAnotherTypeIsAnErrorThatNamesBothSides(
      String present, String wanted, String has, String wants) {
    String before = metadata(prepared(record("{'name': 'x', 'type': " + present + "}")));

    assertThat(
        messageOf(table(record("{'name': 'x', 'type': " + wanted + "}"))),
        is("table bank.payments, column x is " + has + ", but the rows have " + wants));
    assertThat(metadata(warehouse.load(NAME)), is(before));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'name': 'a', 'type': 'int'}",
        "{'name': 'a', 'type': 'int'}, {'name': 'b', 'type': 'int'}",
        "{'name': 'a', 'type': ['null', 'int']}, {'name': 'b', 'type': ['null', 'int']}",
        "{'name': 'a', 'type': 'int'}, {'name': 'b', 'type': ['null', 'long']}",
        "{'name': 'b', 'type': ['null', 'int']}, {'name': 'a', 'type': 'int'}",
        "{'name': 'a', 'type': 'int'}, {'name': 'b', 'type': ['null', 'int']},"
            + " {'name': 'c', 'type': ['null', 'int']}"
      })
  void anyDifferenceInsideAColumnIsAnError(String inside) {
    String before =
        metadata(
            prepared(
                inner("{'name': 'a', 'type': 'int'}, {'name': 'b', 'type': ['null', 'int']}")));

    assertThat(
        messageOf(table(inner(inside))),
        startsWith("table bank.payments, column in is required struct<"));
    assertThat(metadata(warehouse.load(NAME)), is(before));
  }

  @Test
  void differentDocumentationIsAccepted() {
    String before =
        metadata(
            prepared(
                record(
                    "{'name': 'in', 'doc': 'old', 'type': {'type': 'record', 'name': 'In',"
                        + " 'fields': [{'name': 'a', 'type': 'int', 'doc': 'old'}]}}")));

    assertThat(
        metadata(
            prepared(
                record(
                    "{'name': 'in', 'type': {'type': 'record', 'name': 'In', 'doc': 'new',"
                        + " 'fields': [{'name': 'a', 'type': 'int', 'doc': 'new'}]}}"))),
        is(before));
  }

  @Test
  void anOptionalColumnAcceptsRequiredValues() {
    String before = metadata(prepared(record("{'name': 'x', 'type': ['null', 'string']}")));

    assertThat(metadata(prepared(record("{'name': 'x', 'type': 'string'}"))), is(before));
  }

  @Test
  void aColumnThatTheRowsLackIsAnErrorAndNothingIsAdded() {
    String before = metadata(prepared(record(PAYMENT + ", {'name': 'x', 'type': 'int'}")));

    assertThat(
        messageOf(table(record(PAYMENT + ", {'name': 'y', 'type': 'int'}"))),
        is("table bank.payments has a column x that the rows do not have"));
    assertThat(metadata(warehouse.load(NAME)), is(before));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "days(ts)           | hours(ts)               | [day(ts)]        | [hours(ts)]",
        "days(ts)           | ''                      | [day(ts)]        | []",
        "''                 | account                 | []               | [identity(account)]",
        "'bucket(4, id)'    | 'bucket(8, id)'         | '[bucket[4](id)]' | '[bucket(8, id)]'",
        "'bucket(4, id)'    | 'bucket(4, account)'    | '[bucket[4](id)]' | '[bucket(4, account)]'",
        "'account, id'      | 'id, account'           |"
            + " '[identity(account), identity(id)]' | '[identity(id), identity(account)]'",
        "account            | country                 | [identity(account)] | [identity(country)]"
      })
  void anotherPartitioningIsAnErrorThatNamesBothSides(
      String present, String wanted, String has, String wants) {
    String before =
        metadata(table(record(PAYMENT)).partitionedBy(Partitioning.parse(present)).prepare());
    LedgerTable other =
        table(record(PAYMENT + ", {'name': 'country', 'type': 'string'}"))
            .partitionedBy(Partitioning.parse(wanted));

    assertThat(
        messageOf(other),
        is(
            "table bank.payments is partitioned by "
                + has
                + ", but the job requires "
                + wants
                + "; change the job or create a new table"));
    assertThat(metadata(warehouse.load(NAME)), is(before));
  }

  @Test
  void aDifferentKeyIsAnErrorAndNothingIsAdded() {
    String before = metadata(table(record(PAYMENT)).withKey("id").prepare());

    LedgerTable other =
        table(record(PAYMENT + ", {'name': 'country', 'type': 'string'}")).withKey("id", "country");
    assertThat(
        messageOf(other),
        is("table bank.payments has the primary key [id], but the job requires [id, country]"));
    assertThat(
        messageOf(table(record(PAYMENT))),
        is("table bank.payments has the primary key [id], but the job requires []"));
    assertThat(metadata(warehouse.load(NAME)), is(before));
  }

  @Test
  void aKeyInATableWithoutSupportForDeletesIsAnError() {
    org.apache.iceberg.Schema schema = RowSchema.of(Payments.SCHEMA);
    try (OpenCatalog open = catalog.open()) {
      open.catalog()
          .buildTable(
              TableIdentifier.parse(NAME),
              new org.apache.iceberg.Schema(schema.columns(), Set.of(1)))
          .withProperty("format-version", "1")
          .create();
    }

    assertThat(
        messageOf(table(Payments.SCHEMA).withKey("id")),
        is(
            "table bank.payments has format version 1, which does not support deletes; upgrade it"
                + " to 2"));
  }

  @Test
  void aKeyWithoutThePartitionColumnsIsAnError() {
    LedgerTable wrong =
        table(record(PAYMENT))
            .partitionedBy(Partitioning.parse("days(ts), bucket(4, account)"))
            .withKey("id", "ts");

    assertThat(
        messageOf(wrong),
        is(
            "table bank.payments: the primary key [id, ts] must contain the columns of the"
                + " partitioning 'days(ts), bucket(4, account)'"));
    assertThat(Files.exists(folder.resolve("bank")), is(false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "['null', 'string']             | not a required field",
        "'double'                       | must not be float or double field",
        "'float'                        | must not be float or double field",
        "{'type':'array','items':'int'} | not a primitive type field",
        "{'type':'map','values':'int'}  | not a primitive type field",
      })
  void aColumnThatCannotBeAKeyIsAnError(String type, String why) {
    LedgerTable wrong = table(record("{'name': 'x', 'type': " + type + "}")).withKey("x");

    assertThat(
        messageOf(wrong),
        is("table bank.payments: Cannot add field x as an identifier field: " + why));
  }

  @Test
  void aKeyTypeThatReadersCannotHandleIsAnError() {
    assertThat(
        messageOf(
            table(record("{'name': 'x', 'type': {'type':'fixed','name':'F','size':4}}"))
                .withKey("x")),
        is(
            "table bank.payments: the key column x is fixed[4]; Iceberg would apply only one of"
                + " several deletes by such a key; use bytes"));
  }

  @Test
  void aKeyThatIsNotAColumnIsAnError() {
    assertThat(
        messageOf(table(record(PAYMENT)).withKey("id", "iban")),
        is("table bank.payments: its rows have no key column iban"));
    assertThat(
        messageOf(table(inner("{'name': 'a', 'type': 'int'}")).withKey("in.a")),
        is("table bank.payments: its rows have no key column in.a"));
  }

  @Test
  void aPartitioningByAMissingColumnIsAnError() {
    assertThat(
        messageOf(table(record(PAYMENT)).partitionedBy(Partitioning.parse("days(when)"))),
        startsWith("partitioning 'days(when)': "));
    assertThat(Files.exists(folder.resolve("bank")), is(false));
  }

  @Test
  void aFailureOfTheCatalogIsAnErrorThatNamesTheTable() throws IOException {
    Files.writeString(folder.resolve("bank"), "no folder");

    assertThat(messageOf(table(record(PAYMENT))), startsWith("table bank.payments: "));
  }

  @Test
  void aTableThatAnotherJobHasJustCreatedIsUsed() {
    Busy.whenAsked = () -> table(Payments.SCHEMA).prepare();

    Table table = LedgerTable.of(Busy.in(folder), NAME, Payments.SCHEMA).prepare();

    assertThat(table.uuid(), is(warehouse.load(NAME).uuid()));
  }

  @Test
  void aNamespaceThatAnotherJobHasJustCreatedIsUsed() {
    // It asks for the table, then for the namespace.
    Busy.whenAsked =
        () ->
            Busy.whenAsked = () -> LedgerTable.of(catalog, "bank.other", Payments.SCHEMA).prepare();

    LedgerTable.of(Busy.in(folder), NAME, Payments.SCHEMA).prepare();

    assertThat(warehouse.load(NAME).schema().columns().size(), is(4));
    assertThat(warehouse.load("bank.other").schema().columns().size(), is(4));
  }

  @Test
  void aTableThatAnotherJobHasJustCreatedIsChecked() {
    Busy.whenAsked =
        () -> table(Payments.SCHEMA).partitionedBy(Partitioning.parse("account")).prepare();

    assertThat(
        messageOf(LedgerTable.of(Busy.in(folder), NAME, Payments.SCHEMA)),
        is(
            "table bank.payments is partitioned by [identity(account)], but the job requires [];"
                + " change the job or create a new table"));
  }

  @Test
  void aColumnThatAnotherJobHasJustAddedIsUsed() {
    prepared(record(PAYMENT));
    Schema more = record(PAYMENT + ", {'name': 'country', 'type': 'string'}");
    Busy.whenLoaded = () -> prepared(more);

    Table table = LedgerTable.of(Busy.in(folder), NAME, more).prepare();

    assertThat(table.schema().columns().size(), is(5));
    assertThat(warehouse.load(NAME).schema().columns().size(), is(5));
  }

  @Test
  void columnsOfTwoConcurrentJobsAreBothAdded() {
    prepared(record(PAYMENT));
    Schema both =
        record(
            PAYMENT
                + ", {'name': 'country', 'type': 'string'}"
                + ", {'name': 'iban', 'type': 'string'}");
    Busy.whenLoaded = () -> prepared(record(PAYMENT + ", {'name': 'iban', 'type': 'string'}"));

    Table table = LedgerTable.of(Busy.in(folder), NAME, both).prepare();

    assertThat(table.schema().findField("country").isOptional(), is(true));
    assertThat(table.schema().findField("iban").fieldId(), is(5));
  }

  @Test
  void anotherJobThatNeverStopsIsAnError() {
    prepared(record(PAYMENT));
    Schema more = record(PAYMENT + ", {'name': 'country', 'type': 'string'}");
    BusyForever forever = new BusyForever();
    Busy.whenLoaded = forever;

    LedgerException thrown =
        assertThrows(
            LedgerException.class, () -> LedgerTable.of(Busy.in(folder), NAME, more).prepare());
    Busy.whenLoaded = () -> {};

    assertThat(forever.times, is(5));
    assertThat(thrown.getCause() instanceof CommitFailedException, is(true));
  }

  private final class BusyForever implements Runnable {
    private int times;

    @Override
    public void run() {
      warehouse.load(NAME).updateProperties().set("times", Integer.toString(times++)).commit();
      Busy.whenLoaded = this;
    }
  }

  @Test
  void manyJobsThatStartAtOnceShareOneTable() throws Exception {
    int jobs = 4;
    CyclicBarrier together = new CyclicBarrier(jobs);
    ExecutorService threads = Executors.newFixedThreadPool(jobs);
    try {
      List<Callable<String>> calls = new ArrayList<>();
      for (int n = 0; n < jobs; n++) {
        calls.add(
            () -> {
              together.await();
              return table(Payments.SCHEMA).prepare().uuid().toString();
            });
      }
      for (Future<String> uuid : threads.invokeAll(calls)) {
        assertThat(uuid.get(), is(warehouse.load(NAME).uuid().toString()));
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void appendsNeedATableWithoutAKeyAndUpsertsOneWithAKey() {
    assertThat(
        assertThrows(
                LedgerException.class,
                () -> AppendRows.to(table(Payments.SCHEMA).withKey("id"), "sink"))
            .getMessage(),
        is("table bank.payments has a primary key; use UpsertRows"));
    assertThat(
        assertThrows(LedgerException.class, () -> UpsertRows.to(table(Payments.SCHEMA), "sink"))
            .getMessage(),
        is("table bank.payments has no primary key; use AppendRows"));
  }

  private LedgerTable table(Schema rows) {
    return LedgerTable.of(catalog, NAME, rows);
  }

  private Table prepared(Schema rows) {
    return table(rows).prepare();
  }

  private static String messageOf(LedgerTable table) {
    return assertThrows(LedgerException.class, table::prepare).getMessage();
  }

  private static String metadata(Table table) {
    return ((BaseTable) table).operations().current().metadataFileLocation();
  }

  private static Schema inner(String fields) {
    return record(
        "{'name': 'in', 'type': {'type': 'record', 'name': 'In', 'fields': [" + fields + "]}}");
  }

  private static Schema record(String fields) {
    return new Schema.Parser()
        .parse(
            ("{'type': 'record', 'name': 'Payment', 'fields': [" + fields + "]}")
                .replace('\'', '"'));
  }
}
