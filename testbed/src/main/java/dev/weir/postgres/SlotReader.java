package dev.weir.postgres;

import dev.weir.ports.DatabaseException;
import io.debezium.connector.postgresql.PostgresConnectorTask;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/**
 * Runs Debezium's connector on one slot, in the background, over any number of turns. Emits {@link
 * ChangeRecord}s; between changes it emits the current time, so that event time advances while
 * nothing changes. Used by one thread at a time.
 */
final class SlotReader implements AutoCloseable {
  /** Added to Debezium's offsets: the reader that emitted a record, and the record's number. */
  private static final String READER = "weir.reader";

  private static final String RECORD = "weir.record";

  /** Also added: the position of the snapshot that was read. */
  private static final String SNAPSHOT = "weir.snapshot";

  private final SlotConfiguration slot;
  private final PostgresConnectorTask task;
  private final Connection connection;
  private final DatabaseTime time;
  private final Map<String, ?> startedAt;
  private final String id = UUID.randomUUID().toString();
  private Map<String, Object> offset;
  private long handedOut;
  private boolean snapshotRead;
  private long snapshot;
  private long confirmed;
  private volatile long durable;
  private volatile long turns;

  private SlotReader(
      SlotConfiguration slot,
      PostgresConnectorTask task,
      Connection connection,
      Map<String, ?> startedAt,
      Map<String, Object> offset,
      long snapshot) {
    this.slot = slot;
    this.task = task;
    this.connection = connection;
    this.time = new DatabaseTime(connection, slot.slot());
    this.startedAt = startedAt;
    this.offset = offset;
    this.snapshotRead = !offset.isEmpty();
    this.snapshot = snapshot;
  }

  /**
   * @param stored offset of any reader to continue from; empty to begin with a snapshot
   */
  static SlotReader start(SlotConfiguration slot, Map<String, ?> stored) {
    Map<String, Object> offset = new HashMap<>(stored);
    offset.remove(READER);
    offset.remove(RECORD);
    long snapshot = offset.remove(SNAPSHOT) instanceof Number position ? position.longValue() : 0;
    String password = slot.password();
    Connection connection = slot.database().connect(password);
    try {
      ReplicationSlot replication = new ReplicationSlot(connection, slot);
      if (offset.isEmpty()) {
        // Drops an earlier run's slot; a snapshot is complete only with the slot created for it.
        replication.drop();
      } else {
        replication.demand(((Number) offset.get("lsn")).longValue());
      }
      PostgresConnectorTask task = new CheckpointedConnector();
      task.initialize(new StoredOffset(offset));
      task.start(slot.forDebezium(password, Database.isEncrypted(connection)));
      return new SlotReader(slot, task, connection, new HashMap<>(stored), offset, snapshot);
    } catch (SQLException e) {
      close(connection);
      throw new DatabaseException(
          "cannot query " + slot.database() + ": " + Database.oneLine(e), e);
    } catch (RuntimeException e) {
      close(connection);
      throw e;
    }
  }

  SlotConfiguration slot() {
    return slot;
  }

  /**
   * Returns whether the offset is that of the last emitted record, or this reader's start offset if
   * no record was emitted: a turn over a table without rows may end before the first record.
   */
  boolean isAt(Map<String, ?> stored) {
    if (handedOut == 0) {
      return startedAt.equals(stored);
    }
    return id.equals(stored.get(READER)) && Long.valueOf(handedOut).equals(stored.get(RECORD));
  }

  boolean isSnapshotRead() {
    return snapshotRead;
  }

  long endTurn() {
    return ++turns;
  }

  long turns() {
    return turns;
  }

  /** Confirms that a completed checkpoint covers all records up to that LSN. */
  void confirm(long lsn) {
    durable = lsn;
  }

  /** Returns the next records, or none after a short wait. */
  List<SourceRecord> poll() throws InterruptedException {
    confirmToServer();
    List<SourceRecord> changes = task.poll();
    if (changes == null || changes.isEmpty()) {
      return tick();
    }
    List<SourceRecord> records = new ArrayList<>(changes.size());
    for (SourceRecord change : changes) {
      offset = new HashMap<>(change.sourceOffset());
      boolean inSnapshot = Boolean.TRUE.equals(offset.get("snapshot"));
      snapshotRead = !inSnapshot || Boolean.TRUE.equals(offset.get("last_snapshot_record"));
      if (inSnapshot) {
        snapshot = ((Number) offset.get("lsn")).longValue();
      }
      records.add(ChangeRecord.of(change, handOut(), snapshot));
    }
    return records;
  }

  /** Reports the confirmed position to the server, which can then discard its log up to there. */
  private void confirmToServer() throws InterruptedException {
    long lsn = durable;
    if (lsn > confirmed) {
      // The LSN of a row is before that of its commit, so its transaction would be sent again.
      task.commitRecord(
          new SourceRecord(Map.of(), Map.of("lsn_proc", lsn), slot.slot(), null, null));
      task.commit();
      confirmed = lsn;
    }
  }

  private List<SourceRecord> tick() {
    long now = time.reached();
    // It is streaming: there was nothing to snapshot, or the whole snapshot has been polled.
    snapshotRead = snapshotRead || time.isStreaming();
    return now == DatabaseTime.UNKNOWN
        ? List.of()
        : List.of(ChangeRecord.ofTime(now, slot.slot(), handOut()));
  }

  private Map<String, Object> handOut() {
    Map<String, Object> marked = new HashMap<>(offset);
    marked.put(SNAPSHOT, snapshot);
    marked.put(READER, id);
    marked.put(RECORD, ++handedOut);
    return marked;
  }

  @Override
  public void close() {
    AtomicBoolean stopped = new AtomicBoolean();
    // Debezium waits for its reading thread, which in turn waits for room in the queue.
    Thread drain = new Thread(() -> drain(stopped), "weir-drain-" + slot.slot());
    drain.setDaemon(true);
    drain.start();
    try {
      task.stop();
    } finally {
      stopped.set(true);
      close(connection);
    }
  }

  private void drain(AtomicBoolean stopped) {
    try {
      while (!stopped.get()) {
        task.doPoll();
      }
    } catch (InterruptedException | RuntimeException e) {
      // The reading thread has failed and needs no more room.
    }
  }

  private static void close(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      // The connection is discarded either way.
    }
  }

  private record StoredOffset(Map<String, Object> offset)
      implements SourceTaskContext, OffsetStorageReader {
    @Override
    public Map<String, String> configs() {
      return Map.of();
    }

    @Override
    public OffsetStorageReader offsetStorageReader() {
      return this;
    }

    @Override
    public <T> Map<String, Object> offset(Map<String, T> partition) {
      return offset.isEmpty() ? null : offset;
    }

    @Override
    public <T> Map<Map<String, T>, Map<String, Object>> offsets(
        java.util.Collection<Map<String, T>> partitions) {
      Map<Map<String, T>, Map<String, Object>> offsets = new HashMap<>();
      partitions.forEach(partition -> offsets.put(partition, offset(partition)));
      return offsets;
    }
  }
}
