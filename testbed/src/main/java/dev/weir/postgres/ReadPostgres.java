package dev.weir.postgres;

import dev.weir.cdc.SourceColumn;
import dev.weir.deadletter.DeadLetter;
import dev.weir.deadletter.DeadLetters;
import dev.weir.ports.DatabaseException;
import dev.weir.record.RawRecord;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.beam.io.debezium.DebeziumIO;
import org.apache.beam.io.debezium.DebeziumIO.ConnectorConfiguration;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithFailures.Result;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.joda.time.Instant;

/**
 * Reads a table's rows and then, without end, its changes, each at least once, straight from a
 * PostgreSQL database. A record is Debezium's envelope as JSON, its event time the commit's, its
 * position the change's lsn; the watermark follows the commits and, where there are none, the
 * database's clock. What it needs, what it leaves in the database and what it is no good for is in
 * docs/postgres-port.md.
 *
 * <p>The password is looked up by each process that connects, when it does, and so is no part of
 * the pipeline, its options or its checkpoints: the one that submits the pipeline and the workers
 * all need {@code PGPASSWORD} or the password file.
 */
public final class ReadPostgres
    extends PTransform<PBegin, Result<PCollection<RawRecord>, DeadLetter>> {
  private static final long serialVersionUID = 1L;

  private final Database database;
  private final String table;
  private final String pipeline;
  private final String passwordFile;
  private final List<SourceColumn> columns;

  private ReadPostgres(
      Database database,
      String table,
      String pipeline,
      String passwordFile,
      List<SourceColumn> columns) {
    this.database = database;
    this.table = table;
    this.pipeline = pipeline;
    this.passwordFile = passwordFile;
    this.columns = columns;
  }

  /**
   * @param table {@code schema.table}
   * @throws DatabaseException where the table is not of that form
   */
  public static ReadPostgres of(String host, int port, String database, String user, String table) {
    SourceTable.parse(table);
    return new ReadPostgres(
        new Database(
            Objects.requireNonNull(host),
            port,
            Objects.requireNonNull(database),
            Objects.requireNonNull(user)),
        table,
        "",
        null,
        List.of());
  }

  /** Names the pipeline: two that read one table need two names, and so two slots. */
  public ReadPostgres inPipeline(String name) {
    return new ReadPostgres(database, table, Objects.requireNonNull(name), passwordFile, columns);
  }

  /** Looks the password up in that file only, which each worker has. */
  public ReadPostgres withPasswordFile(Path file) {
    return new ReadPostgres(database, table, pipeline, file.toString(), columns);
  }

  /** Checks before it reads that the table has these columns, of types that arrive as expected. */
  public ReadPostgres withColumns(List<SourceColumn> expected) {
    return new ReadPostgres(database, table, pipeline, passwordFile, List.copyOf(expected));
  }

  /** The replication slot it reads from, and the publication it reads, which it makes. */
  public String slotName() {
    String name = pipeline + "\n" + database.name() + "\n" + table;
    UUID id = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    return "weir_" + id.toString().replace("-", "");
  }

  /**
   * Asks the database whether the table's changes can be read, and changes nothing.
   *
   * @throws DatabaseException as {@link #expand} does
   */
  public void check() {
    check(slot());
  }

  private SlotConfiguration slot() {
    return new SlotConfiguration(database, SourceTable.parse(table), slotName(), passwordFile);
  }

  /**
   * @throws DatabaseException where there is no password, no connection, no such table, a column is
   *     of another type than expected, or the database or the user's rights do not allow to read
   *     its changes
   */
  @Override
  public Result<PCollection<RawRecord>, DeadLetter> expand(PBegin begin) {
    SlotConfiguration slot = slot();
    check(slot);
    TupleTag<RawRecord> records = new TupleTag<>() {};
    TupleTag<DeadLetter> refused = new TupleTag<>() {};
    PCollectionTuple read =
        begin
            .apply(
                "ReadDebezium",
                DebeziumIO.<RawRecord>read()
                    .withConnectorConfiguration(configuration(slot))
                    .withFormatFunction(
                        new ChangeRecord("postgres:" + database.name() + "." + table))
                    .withCoder(RawRecord.CODER))
            .apply(
                "DateByCommit",
                ParDo.of(new DateByCommit(slot.key()))
                    .withOutputTags(records, TupleTagList.of(refused)));
    // A change is refused by its parser, never here; other inputs have both outputs.
    return Result.of(
        read.get(records).setCoder(RawRecord.CODER),
        read.get(refused).setCoder(DeadLetters.coder()));
  }

  private void check(SlotConfiguration slot) {
    try (Connection connection = slot.database().connect(slot.password())) {
      slot.table().check(connection, slot.database(), slot.slot(), columns);
    } catch (SQLException e) {
      throw new DatabaseException("cannot close the connection to " + slot.database(), e);
    }
  }

  private static ConnectorConfiguration configuration(SlotConfiguration slot) {
    // DebeziumIO demands the four; the connector reads its own properties.
    return ConnectorConfiguration.create()
        .withConnectorClass(ChangesConnector.class)
        .withHostName("")
        .withPort("")
        .withUsername("")
        .withPassword("")
        .withConnectionProperties(slot.toProperties());
  }

  /**
   * Gives changes the time of their commit, drops what only told the time, and tells the slot's
   * reader, if it is in this process, what is through a checkpoint.
   */
  private static final class DateByCommit extends DoFn<RawRecord, RawRecord> {
    private static final long serialVersionUID = 1L;

    private final String slot;
    private transient AtomicLong latest;

    DateByCommit(String slot) {
      this.slot = slot;
    }

    @StartBundle
    public void start() {
      latest = null;
    }

    @ProcessElement
    public void process(
        @Element RawRecord record,
        @Timestamp Instant time,
        BundleFinalizer finalizer,
        OutputReceiver<RawRecord> out) {
      if (record.bytes().length == 0) {
        return;
      }
      if (latest == null) {
        // The bundle's last one is known when this is called; @FinishBundle may not ask for it.
        AtomicLong last = new AtomicLong();
        String key = slot;
        finalizer.afterBundleCommit(
            BoundedWindow.TIMESTAMP_MAX_VALUE, () -> SlotReaders.confirm(key, last.get()));
        latest = last;
      }
      latest.set(record.origin().position());
      out.outputWithTimestamp(record, time.plus(ChangeRecord.DISORDER));
    }
  }
}
