package dev.weir.postgres;

import dev.weir.ports.DatabaseException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

/** Prepares the slot of a reader before the reader starts. */
final class ReplicationSlot {
  /** Longer than the reader of an ended run can keep holding the slot. */
  private static final Duration RELEASE = Duration.ofSeconds(40);

  private final Connection connection;
  private final SlotConfiguration slot;

  ReplicationSlot(Connection connection, SlotConfiguration slot) {
    this.connection = connection;
    this.slot = slot;
  }

  /** Drops the slot if it exists. */
  void drop() {
    if (isThere()) {
      awaitRelease();
      ask("select pg_drop_replication_slot(?)");
    }
  }

  /**
   * Checks that the slot can continue from a position.
   *
   * @param lsn position to continue from
   * @throws DatabaseException if the server no longer has all changes since that position
   */
  void demand(long lsn) {
    if (!isThere()) {
      throw new DatabaseException(
          "the replication slot "
              + slot.slot()
              + " of "
              + slot.database()
              + " no longer exists, so later changes are lost: start again, without the savepoint");
    }
    awaitRelease();
    if (ask(
        "select 1 from pg_replication_slots where slot_name = ?"
            + " and pg_wal_lsn_diff(confirmed_flush_lsn, '0/0') > "
            + lsn)) {
      throw new DatabaseException(
          "the replication slot "
              + slot.slot()
              + " of "
              + slot.database()
              + " is ahead of this savepoint: start from a later savepoint, or without one");
    }
  }

  private void awaitRelease() {
    long end = System.nanoTime() + RELEASE.toNanos();
    while (ask("select 1 from pg_replication_slots where slot_name = ? and active")) {
      if (System.nanoTime() > end) {
        throw new DatabaseException(
            "the replication slot "
                + slot.slot()
                + " of "
                + slot.database()
                + " is in use: stop the other run of this pipeline, or give this one another name");
      }
      ask("select pg_sleep(0.2) where ? is not null");
    }
  }

  private boolean isThere() {
    return ask(
        "select 1 from pg_replication_slots"
            + " where slot_name = ? and database = current_database()");
  }

  private boolean ask(String query) {
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, slot.slot());
      try (ResultSet answer = statement.executeQuery()) {
        return answer.next();
      }
    } catch (SQLException e) {
      throw new DatabaseException(
          "cannot query " + slot.database() + ": " + Database.oneLine(e), e);
    }
  }
}
