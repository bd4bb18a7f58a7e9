package dev.weir.postgres;

import static dev.weir.testing.Eventually.eventually;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.card.CardTables;
import dev.weir.cdc.SourceColumn;
import dev.weir.cdc.SourceColumn.Type;
import dev.weir.it.Checkpoints;
import dev.weir.local.EmbeddedFlink;
import dev.weir.local.FlinkRest;
import dev.weir.local.PipelineArguments;
import dev.weir.ports.DatabaseException;
import dev.weir.record.RawRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.beam.io.debezium.KafkaSourceConsumerFn;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of a real database, read by real runners. */
@Timeout(900)
class ReadPostgresIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What each run has read, by its name. Jobs share the classes of this process. */
  private static final Map<String, Queue<Read>> READ = new ConcurrentHashMap<>();

  private static final Map<String, Queue<Long>> COUNTED = new ConcurrentHashMap<>();
  private static final AtomicLong FAILURES = new AtomicLong();

  private record Read(JsonNode change, String source, long position, Instant time) {
    String op() {
      return change.get("op").asText();
    }

    long committed() {
      return change.at("/source/ts_ms").asLong();
    }

    String key() {
      return change.at((op().equals("d") ? "/before" : "/after") + "/txn_id").asText();
    }
  }

  @TempDir private static Path folder;
  private static SourceDatabase database;
  private static EmbeddedFlink flink;
  private static FlinkRest rest;
  private static Path passwords;

  private final List<PipelineResult> runs = new ArrayList<>();

  @BeforeAll
  static void start() {
    database = SourceDatabase.start("logical");
    flink = EmbeddedFlink.start(folder, 1, 3);
    rest = new FlinkRest(flink);
    passwords = SourceDatabase.passwordFile(folder, "localhost:*:*:postgres:any");
  }

  @AfterAll
  static void stop() {
    flink.close();
    database.close();
  }

  @BeforeEach
  void empty() {
    database.run("truncate transactions", "truncate customers");
  }

  @AfterEach
  void cancel() {
    runs.forEach(ReadPostgresIT::cancel);
  }

  @ParameterizedTest
  @ValueSource(strings = {"FlinkRunner", "DirectRunner"})
  void everyRowAndEveryChangeIsRead(String runner) {
    database.run(
        """
        insert into transactions
        select 's' || n, 'ACC' || n % 100, now(), n, 'USD', 'm', 'l', 'PENDING', 'PURCHASE'
        from generate_series(1, 3000) n
        """);
    String name = "every-" + runner;
    run(runner, name);
    eventually(() -> read(name).size(), greaterThan(0));
    for (int i = 0; i < 10; i++) {
      change(i);
    }
    eventually(() -> lastOf(name), equalTo(stored()));

    assertThat(count(name, "r"), is(greaterThan(0L)));
    assertThat(count(name, "r") + count(name, "c"), is(4_750L));
    assertThat(count(name, "u"), is(1_000L));
    assertThat(count(name, "d"), is(500L));
    for (Read read : read(name)) {
      assertThat(read.key(), not(""));
      assertThat(read.source(), is("postgres:postgres.public.transactions"));
      assertThat(read.position(), is(read.change().at("/source/lsn").asLong()));
      assertThat(read.time(), is(Instant.ofEpochMilli(read.committed())));
    }
  }

  /** A tenth of 1,750 inserts, 1,000 updates and 500 deletes. */
  private static void change(int tenth) {
    database.run(
        """
        insert into transactions
        select 'c' || n, 'ACC' || n %% 100, now(), n
        from generate_series(%d, %d) n
        """
            .formatted(tenth * 175 + 1, tenth * 175 + 175),
        "update transactions set status = 'COMPLETED', amount = amount + 0.5"
            + " where txn_id in (select 's' || n from generate_series(%d, %d) n)"
                .formatted(tenth * 100 + 1, tenth * 100 + 100),
        "delete from transactions where txn_id in (select 's' || n from generate_series(%d, %d) n)"
            .formatted(1_000 + tenth * 50 + 1, 1_000 + tenth * 50 + 50));
  }

  @Test
  void aChangeIsWrittenAsDebeziumWritesItOnATopic() {
    database.run(
        """
        insert into customers values ('ACC1', 'Ann', 'a@example.org', '1',
          '1990-05-17 12:34:56.789', 'Oslo', '2026-01-05 13:00:00.123456+01')
        """);
    run("DirectRunner", "values", "public.customers");
    eventually(() -> read("values").size(), is(1));
    Read row = read("values").get(0);
    assertThat(row.op(), is("r"));
    assertThat(
        row.change().get("after"),
        is(
            json(
                """
                {"account_number":"ACC1","customer_name":"Ann","email":"a@example.org",
                 "phone_number":"1","date_of_birth":642947696789,"city":"Oslo",
                 "created_at":"2026-01-05T12:00:00.123456Z"}
                """)));
    assertThat(row.change().get("before").isNull(), is(true));
    assertThat(row.change().at("/source/table").asText(), is("customers"));

    run("DirectRunner", "values-of-transactions");
    eventually(() -> reading("values-of-transactions"), is(true));
    database.run(
        "insert into transactions values ('t1', 'ACC1', '2026-01-05 12:00:00Z', 12.30)",
        "update transactions set status = null where txn_id = 't1'",
        "delete from transactions where txn_id = 't1'");
    eventually(() -> count("values-of-transactions", "d"), is(1L));
    List<Read> changes = read("values-of-transactions");
    Read update = changes.get(changes.size() - 2);
    assertThat(
        update.change().get("after"),
        is(
            json(
                """
                {"txn_id":"t1","account_number":"ACC1","timestamp":"2026-01-05T12:00:00Z",
                 "amount":"12.30","currency":"USD","merchant":null,"location":null,"status":null,
                 "transaction_type":null}
                """)));
    Read delete = changes.get(changes.size() - 1);
    assertThat(delete.change().at("/before/txn_id").asText(), is("t1"));
    assertThat(delete.change().get("after").isNull(), is(true));
    assertThat(delete.position(), greaterThan(update.position()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"FlinkRunner", "DirectRunner"})
  void timeAdvancesWhileNothingChanges(String runner) {
    String name = "idle-" + runner;
    run(runner, name);
    // The table is empty: only the time is read before this.
    eventually(() -> reading(name), is(true));
    database.run("insert into transactions (txn_id) values ('t1'), ('t2')");

    eventually(() -> List.copyOf(COUNTED.getOrDefault(name, queue())), equalTo(List.of(2L)));
  }

  /**
   * A slot is created only when all open transactions have ended. A transaction that began in the
   * meantime is streamed completely, including what it wrote before the snapshot's position.
   */
  @Test
  void aChangeWrittenBeforeTheSnapshotAndCommittedAfterItIsLater() throws SQLException {
    database.run("insert into transactions (txn_id, status) values ('t1', 'OLD')");
    try (Connection first = database.transaction();
        Connection second = database.transaction();
        Connection third = database.transaction()) {
      write(first, "insert into customers (account_number) values ('ACC1')");
      CompletableFuture<PipelineResult> starting =
          CompletableFuture.supplyAsync(() -> run("DirectRunner", "interleaved"));
      eventually(() -> isWaitedFor(first), is(true));
      write(second, "insert into customers (account_number) values ('ACC2')");
      first.commit();
      eventually(() -> isWaitedFor(second), is(true));
      write(third, "update transactions set status = 'NEW' where txn_id = 't1'");
      second.commit();
      eventually(() -> read("interleaved").size(), is(1));
      third.commit();
      eventually(() -> read("interleaved").size(), is(2));
      starting.join();
    }

    Read row = read("interleaved").get(0);
    Read update = read("interleaved").get(1);
    assertThat(row.op() + " " + row.change().at("/after/status").asText(), is("r OLD"));
    assertThat(update.op() + " " + update.change().at("/after/status").asText(), is("u NEW"));
    assertThat(update.change().at("/source/lsn").asLong(), lessThan(row.position()));
    assertThat(update.position(), is(row.position()));
  }

  private static void write(Connection transaction, String sql) throws SQLException {
    try (Statement statement = transaction.createStatement()) {
      statement.execute(sql);
    }
  }

  private static boolean isWaitedFor(Connection transaction) {
    try (Statement statement = transaction.createStatement();
        ResultSet pid = statement.executeQuery("select pg_backend_pid()")) {
      pid.next();
      return database
          .ask(
              "select count(*) from pg_stat_activity where "
                  + pid.getInt(1)
                  + " = any(pg_blocking_pids(pid))")
          .equals(List.of("1"));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aJobThatFailsContinuesFromItsCheckpoint() {
    database.run(
        "insert into transactions (txn_id) select 's' || n from generate_series(1, 3000) n");
    run("FlinkRunner", "failing");
    String job = rest.job();
    eventually(() -> read("failing").size(), is(3000));
    Checkpoints checkpoints = new Checkpoints(folder, job);
    checkpoints.awaitOneFromNowOn();
    for (int i = 0; i < 10; i++) {
      change(i);
      // Once: the database keeps the slot of a reader that is gone for some time.
      if (i == 5) {
        FAILURES.set(1);
        eventually(FAILURES::get, is(0L));
      }
    }

    eventually(() -> rest.restores(job), is(1L));
    eventually(() -> lastOf("failing"), equalTo(stored()));
  }

  @Test
  void aNewProcessContinuesFromACheckpoint() throws Exception {
    database.run("insert into transactions (txn_id) values ('t1'), ('t2'), ('t3')");
    PipelineResult first = run("FlinkRunner", "stopped");
    Checkpoints checkpoints = new Checkpoints(folder, rest.job());
    eventually(() -> read("stopped").size(), is(3));
    database.run("update transactions set status = 'OLD' where txn_id = 't1'");
    eventually(() -> read("stopped").size(), is(4));
    checkpoints.awaitOneFromNowOn();
    cancel(first);
    database.run("delete from transactions where txn_id = 't2'");
    // As in a process that continues from a checkpoint and has not begun to read.
    Field startTime = KafkaSourceConsumerFn.class.getDeclaredField("startTime");
    startTime.setAccessible(true);
    startTime.set(null, null);

    run("FlinkRunner", "stopped", "--savepointPath=" + checkpoints.path());
    database.run("insert into transactions (txn_id) values ('t4')");
    eventually(() -> lastOf("stopped"), equalTo(stored()));
    eventually(() -> confirmed("stopped"), greaterThan(read("stopped").get(3).position() - 1));
    assertThat("no second snapshot", count("stopped", "r"), is(3L));
    assertThat(count("stopped", "d"), is(1L));
  }

  @Test
  void onlyCheckpointsConfirmASlot() {
    database.run("insert into transactions (txn_id) values ('t1')");
    run("FlinkRunner", "confirmed", "--checkpointingInterval=3600000");
    eventually(() -> reading("confirmed"), is(true));
    long before = confirmed("confirmed");
    // Without changes of the table, the driver itself would advance the slot.
    database.run("insert into customers (account_number) values ('ACC1')");
    long counted = COUNTED.getOrDefault("confirmed", queue()).size();
    eventually(() -> (long) COUNTED.getOrDefault("confirmed", queue()).size(), is(1L));
    database.run("insert into transactions (txn_id) values ('t2')");
    eventually(() -> read("confirmed").size(), is(2));

    assertThat(counted, is(0L));
    assertThat(confirmed("confirmed"), is(before));
  }

  @Test
  void twoTablesAreReadByOnePipeline() {
    database.run("insert into transactions (txn_id) values ('t1')");
    Pipeline pipeline = Pipeline.create(options("FlinkRunner", List.of()));
    for (String table : List.of("customers", "transactions")) {
      pipeline
          .apply("Read" + table, reader(database, "public." + table).inPipeline("two"))
          .output()
          .apply("Keep" + table, ParDo.of(new Keep("two-" + table)));
    }
    runs.add(pipeline.run());
    eventually(() -> read("two-transactions").size(), is(1));
    for (int i = 0; i < 10; i++) {
      database.run(
          "insert into customers (account_number) values ('a" + i + "')",
          "insert into transactions (txn_id) values ('b" + i + "')");
    }

    eventually(() -> read("two-customers").size(), is(10));
    eventually(() -> read("two-transactions").size(), is(11));
  }

  @Test
  void aChangeIsReadAlthoughNoOtherFollowsIt() {
    run("FlinkRunner", "single");
    eventually(() -> reading("single"), is(true));
    for (String id : List.of("t1", "t2", "t3")) {
      database.run("insert into transactions (txn_id) values ('" + id + "')");
      eventually(() -> lastOf("single").containsKey(id), is(true));
    }
  }

  @Test
  void aTableThatCannotBeReadIsReportedInOneLine() throws IOException {
    assertThat(refusal(database, "public.nothing"), is("has no table public.nothing"));
    assertThat(
        refusal(database, "public.notes"),
        is(
            "public.notes has no primary key, which updates and deletes need to identify a row:"
                + " add one"));
    Path other = SourceDatabase.passwordFile(folder, "elsewhere:*:*:*:secret");
    DatabaseException none =
        assertThrows(
            DatabaseException.class,
            () ->
                Pipeline.create()
                    .apply("Read", reader(database, "public.notes").withPasswordFile(other)));
    assertThat(
        none.getMessage(),
        is(
            "no password for postgres://postgres@localhost:%d/postgres: set PGPASSWORD,"
                    .formatted(database.port())
                + " or add a line host:port:database:user:password to "
                + other));
    try (SourceDatabase replica = SourceDatabase.start("replica")) {
      assertThat(
          refusal(replica, "public.transactions"),
          is(
              "has wal_level=replica: set wal_level=logical in its configuration"
                  + " and restart it"));
    }
  }

  @Test
  void anUnsupportedColumnTypeIsReportedInOneLine() {
    database.run(
        "drop table if exists odd",
        "drop domain if exists money_amount",
        "drop type if exists side",
        "create domain money_amount as numeric(12, 2)",
        "create type side as enum ('PENDING', 'COMPLETED')",
        """
        create table odd (id uuid primary key, label varchar(9), side side, amount money_amount,
          whole numeric(10, 0), any_scale numeric, real_number float8, at timestamptz,
          naive timestamp, born timestamp(3), born_on date, count bigint)
        """);

    for (SourceColumn right :
        List.of(
            SourceColumn.required("id", Type.TEXT),
            SourceColumn.required("label", Type.TEXT),
            SourceColumn.required("side", Type.TEXT),
            SourceColumn.required("amount", Type.DECIMAL),
            SourceColumn.required("at", Type.ZONED_TIME),
            SourceColumn.required("born", Type.LOCAL_TIME),
            SourceColumn.optional("absent", Type.TEXT))) {
      Pipeline.create().apply("Read", reader(database, "public.odd").withColumns(List.of(right)));
    }
    assertThat(
        odd(SourceColumn.required("absent", Type.DECIMAL)),
        is("public.odd.absent does not exist, but must be numeric(p, 2)"));
    assertThat(
        odd(SourceColumn.optional("count", Type.TEXT)),
        is("public.odd.count is bigint, but must be varchar, text, uuid or an enum"));
    assertThat(
        odd(SourceColumn.required("whole", Type.DECIMAL)),
        is("public.odd.whole is numeric(10,0), but must be numeric(p, 2)"));
    assertThat(
        odd(SourceColumn.required("any_scale", Type.DECIMAL)),
        is("public.odd.any_scale is numeric, but must be numeric(p, 2)"));
    assertThat(
        odd(SourceColumn.required("real_number", Type.DECIMAL)),
        is("public.odd.real_number is double precision, but must be numeric(p, 2)"));
    assertThat(
        odd(SourceColumn.required("naive", Type.ZONED_TIME)),
        is(
            "public.odd.naive is timestamp without time zone,"
                + " but must be timestamp with time zone"));
    assertThat(
        odd(SourceColumn.optional("naive", Type.LOCAL_TIME)),
        is(
            "public.odd.naive is timestamp without time zone,"
                + " but must be timestamp(3) without time zone"));
    assertThat(
        odd(SourceColumn.optional("born_on", Type.LOCAL_TIME)),
        is("public.odd.born_on is date, but must be timestamp(3) without time zone"));
  }

  @Test
  void theBanksTablesHaveTheColumnsThatTheirReadersNeed() {
    Pipeline pipeline = Pipeline.create();
    pipeline.apply(
        "Customers", reader(database, "public.customers").withColumns(CardTables.CUSTOMERS));
    pipeline.apply(
        "Transactions",
        reader(database, "public.transactions").withColumns(CardTables.TRANSACTIONS));
  }

  private static String odd(SourceColumn column) {
    return refusal(database, reader(database, "public.odd").withColumns(List.of(column)));
  }

  private static String refusal(SourceDatabase database, String table) {
    return refusal(database, reader(database, table));
  }

  private static String refusal(SourceDatabase database, ReadPostgres reader) {
    DatabaseException refused =
        assertThrows(DatabaseException.class, () -> Pipeline.create().apply("Read", reader));
    return refused
        .getMessage()
        .replace("postgres://postgres@localhost:" + database.port() + "/postgres ", "");
  }

  private static ReadPostgres reader(SourceDatabase database, String table) {
    return ReadPostgres.of("localhost", database.port(), "postgres", SourceDatabase.USER, table)
        .withPasswordFile(passwords);
  }

  private PipelineResult run(String runner, String name) {
    return run(runner, name, "public.transactions");
  }

  private PipelineResult run(String runner, String name, String last) {
    boolean option = last.startsWith("--");
    String table = option ? "public.transactions" : last;
    Pipeline pipeline = Pipeline.create(options(runner, option ? List.of(last) : List.of()));
    PCollection<RawRecord> records =
        pipeline.apply("Read", reader(database, table).inPipeline(name)).output();
    records.apply("Keep", ParDo.of(new Keep(name)));
    records
        .apply("Window", Window.into(FixedWindows.of(Duration.millis(100))))
        .apply("Key", WithKeys.<Integer, RawRecord>of(0).withKeyType(TypeDescriptors.integers()))
        .apply("Count", Count.perKey())
        .apply("Counted", ParDo.of(new Counted(name)));
    PipelineResult run = pipeline.run();
    runs.add(run);
    return run;
  }

  private static PipelineOptions options(String runner, List<String> more) {
    if (!runner.equals("FlinkRunner")) {
      return PipelineOptionsFactory.fromArgs("--runner=" + runner, "--blockOnRun=false").create();
    }
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--runner=FlinkRunner",
                "--flinkMaster=" + flink.master(),
                "--filesToStage=" + flink.filesToStage(),
                "--attachedMode=false",
                "--streaming=true",
                "--parallelism=1",
                "--externalizedCheckpointsEnabled=true",
                "--retainExternalizedCheckpointsOnCancellation=true"));
    arguments.addAll(more);
    if (more.stream().noneMatch(option -> option.startsWith("--checkpointingInterval"))) {
      arguments.add("--checkpointingInterval=1000");
    }
    return PipelineArguments.parse(FlinkPipelineOptions.class, arguments);
  }

  private static void cancel(PipelineResult run) {
    if (run.getState().isTerminal()) {
      return;
    }
    try {
      run.cancel();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    eventually(() -> run.getState().isTerminal(), is(true));
  }

  /** Whether it follows the log. A slot is active before that, while it is being created. */
  private static boolean reading(String name) {
    return database
        .ask(
            "select 1 from pg_replication_slots slot"
                + " join pg_stat_replication reader on reader.pid = slot.active_pid"
                + " where reader.state in ('catchup', 'streaming') and slot.slot_name = '"
                + slot(name)
                + "'")
        .equals(List.of("1"));
  }

  private static long confirmed(String name) {
    return Long.parseLong(
        database
            .ask(
                "select pg_wal_lsn_diff(confirmed_flush_lsn, '0/0') from pg_replication_slots"
                    + " where slot_name = '"
                    + slot(name)
                    + "'")
            .get(0));
  }

  private static String slot(String name) {
    return reader(database, "public.transactions").inPipeline(name).slotName();
  }

  private static List<Read> read(String name) {
    return List.copyOf(READ.getOrDefault(name, new ConcurrentLinkedQueue<>()));
  }

  private static Queue<Long> queue() {
    return new ConcurrentLinkedQueue<>();
  }

  private static long count(String name, String op) {
    return read(name).stream().filter(read -> read.op().equals(op)).count();
  }

  /** The result of the changes: amount and status by key. */
  private static Map<String, String> lastOf(String name) {
    Map<String, Read> last = new TreeMap<>();
    for (Read read : read(name)) {
      last.merge(read.key(), read, (one, two) -> two.position() >= one.position() ? two : one);
    }
    Map<String, String> rows = new TreeMap<>();
    last.forEach(
        (key, read) -> {
          if (!read.op().equals("d")) {
            JsonNode after = read.change().get("after");
            rows.put(key, after.get("amount").asText() + " " + after.get("status").asText());
          }
        });
    return rows;
  }

  private static Map<String, String> stored() {
    Map<String, String> rows = new TreeMap<>();
    for (String row :
        database.ask(
            "select txn_id || '=' || coalesce(amount::text, 'null') || ' '"
                + " || coalesce(status, 'null') from transactions")) {
      rows.put(row.substring(0, row.indexOf('=')), row.substring(row.indexOf('=') + 1));
    }
    return rows;
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Keep extends DoFn<RawRecord, Void> {
    private static final long serialVersionUID = 1L;

    private final String name;

    Keep(String name) {
      this.name = name;
    }

    @ProcessElement
    public void process(@Element RawRecord record, @Timestamp Instant time) {
      if (name.equals("failing") && FAILURES.compareAndSet(1, 0)) {
        throw new IllegalStateException("as the test wants it");
      }
      READ.computeIfAbsent(name, any -> new ConcurrentLinkedQueue<>())
          .add(
              new Read(
                  json(new String(record.bytes(), StandardCharsets.UTF_8)),
                  record.origin().source(),
                  record.origin().position(),
                  time));
    }
  }

  private static final class Counted extends DoFn<KV<Integer, Long>, Void> {
    private static final long serialVersionUID = 1L;

    private final String name;

    Counted(String name) {
      this.name = name;
    }

    @ProcessElement
    public void process(@Element KV<Integer, Long> count) {
      COUNTED.computeIfAbsent(name, any -> queue()).add(count.getValue());
    }
  }
}
