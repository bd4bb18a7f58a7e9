package dev.weir.postgres;

import dev.weir.cdc.SourceColumn;
import dev.weir.deadletter.DeadLetter;
import dev.weir.deadletter.DeadLetters;
import dev.weir.ports.DatabaseException;
import dev.weir.ports.DatabaseTls;
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
import org.apache.beam.sdk.transforms.WithFailures.Result;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Instant;

/**
 * Reads a table's rows and then, without end, its changes, each at least once, directly from a
 * PostgreSQL database. A record is Debezium's envelope as JSON; its event time is the commit time
 * and its position is the change's LSN. The watermark follows the commits and, while there are
 * none, the database's clock. For prerequisites, what it leaves in the database and its
 * limitations, see docs/postgres-port.md.
 *
 * <p>Each process looks up the password when it connects, so the password is not part of the
 * pipeline, its options or its checkpoints. The process that submits the pipeline and all workers
 * need {@code PGPASSWORD} or the password file.
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
   * @throws DatabaseException if the table does not have that form
   */
  public static ReadPostgres of(String host, int port, String database, String user, String table) {
    SourceTable.parse(table);
    return new ReadPostgres(
        new Database(
            Objects.requireNonNull(host),
            port,
            Objects.requireNonNull(database),
            Objects.requireNonNull(user),
            DatabaseTls.preferred()),
        table,
        "",
        null,
        List.of());
  }

  /**
   * Names the pipeline: two pipelines that read the same table need different names to get two
   * slots.
   */
  public ReadPostgres inPipeline(String name) {
    return new ReadPostgres(database, table, Objects.requireNonNull(name), passwordFile, columns);
  }

  /** Protects each connection this way: for checks, for the snapshot and for the changes. */
  public ReadPostgres withTls(DatabaseTls tls) {
    Database same =
        new Database(database.host(), database.port(), database.name(), database.user(), tls);
    return new ReadPostgres(same, table, pipeline, passwordFile, columns);
  }

  /** Looks up the password only in that file, which must exist on each worker. */
  public ReadPostgres withPasswordFile(Path file) {
    return new ReadPostgres(database, table, pipeline, file.toString(), columns);
  }

  /** Checks before reading that the table has these columns with the expected types. */
  public ReadPostgres withColumns(List<SourceColumn> expected) {
    return new ReadPostgres(database, table, pipeline, passwordFile, List.copyOf(expected));
  }

  /**
   * Returns the name of both the replication slot and the publication, which this source creates.
   */
  public String slotName() {
    String name = pipeline + "\n" + database.name() + "\n" + table;
    UUID id = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    return "weir_" + id.toString().replace("-", "");
  }

  /**
   * Checks that the table's changes can be read, without changing anything in the database.
   *
   * @return whether the connection was encrypted
   * @throws DatabaseException as {@link #expand} does
   */
  public boolean check() {
    return check(slot());
  }

  private SlotConfiguration slot() {
    return new SlotConfiguration(database, SourceTable.parse(table), slotName(), passwordFile);
  }

  /**
   * @throws DatabaseException if there is no password, no connection or no such table, a column has
   *     an unexpected type, or the database's settings or the user's privileges do not permit
   *     reading its changes
   */
  @Override
  public Result<PCollection<RawRecord>, DeadLetter> expand(PBegin begin) {
    SlotConfiguration slot = slot();
    check(slot);
    PCollection<RawRecord> read =
        begin.apply(
            "ReadDebezium",
            DebeziumIO.<RawRecord>read()
                .withConnectorConfiguration(configuration(slot))
                .withFormatFunction(new ChangeRecord("postgres:" + database.name() + "." + table))
                .withCoder(RawRecord.CODER));
    // Only the parser rejects a change; this source has both outputs to match other inputs.
    return DeadLetters.divide("DateByCommit", read, new DateByCommit(slot.key()), RawRecord.CODER);
  }

  private boolean check(SlotConfiguration slot) {
    try (Connection connection = slot.database().connect(slot.password())) {
      slot.table().check(connection, slot.database(), slot.slot(), columns);
      return Database.isEncrypted(connection);
    } catch (SQLException e) {
      throw new DatabaseException(
          "cannot query " + slot.database() + ": " + Database.oneLine(e), e);
    }
  }

  private static ConnectorConfiguration configuration(SlotConfiguration slot) {
    // DebeziumIO requires these four; the connector reads its own properties instead.
    return ConnectorConfiguration.create()
        .withConnectorClass(ChangesConnector.class)
        .withHostName("")
        .withPort("")
        .withUsername("")
        .withPassword("")
        .withConnectionProperties(slot.toProperties());
  }

  /**
   * Sets each change's event time to its commit time, drops records that only carry the time, and
   * reports the position covered by a completed checkpoint to the slot's reader if it runs in this
   * process.
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
        // The bundle's last position is known when the callback runs; @FinishBundle cannot take a
        // finalizer.
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
