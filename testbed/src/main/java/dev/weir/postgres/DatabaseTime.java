package dev.weir.postgres;

import dev.weir.ports.DatabaseException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/**
 * Determines up to which time all changes have been read, by the database's clock. While there are
 * no changes to read, it asks the database for the current time and the end of its log. Once the
 * slot has sent everything up to that end and a further second has brought no record, no change
 * committed before that time can follow.
 */
final class DatabaseTime {
  static final long UNKNOWN = Long.MIN_VALUE;

  private static final String ASK =
      """
      select (extract(epoch from clock_timestamp()) * 1000)::bigint,
             pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0')::bigint,
             (select pg_wal_lsn_diff(r.sent_lsn, '0/0')::bigint
              from pg_replication_slots s join pg_stat_replication r on r.pid = s.active_pid
              where s.slot_name = ?)
      """;

  private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);

  private final Connection connection;
  private final String slot;
  private long askedAt = System.nanoTime() - PAUSE;
  private boolean streaming;
  private boolean awaiting;
  private long awaitedTime;
  private long awaitedEnd;
  private long sentTime = UNKNOWN;

  DatabaseTime(Connection connection, String slot) {
    this.connection = connection;
    this.slot = slot;
  }

  /** Returns whether the slot was streaming at the last query. */
  boolean isStreaming() {
    return streaming;
  }

  /**
   * Must be called only when there was no record to read.
   *
   * @return epoch milliseconds, or {@link #UNKNOWN} if there is no progress to report
   */
  long reached() {
    if (System.nanoTime() - askedAt < PAUSE) {
      return UNKNOWN;
    }
    askedAt = System.nanoTime();
    long reached = sentTime;
    sentTime = UNKNOWN;
    ask();
    return reached;
  }

  private void ask() {
    try (PreparedStatement statement = connection.prepareStatement(ASK)) {
      statement.setString(1, slot);
      try (ResultSet answer = statement.executeQuery()) {
        answer.next();
        long now = answer.getLong(1);
        long end = answer.getLong(2);
        long sent = answer.getLong(3);
        streaming = !answer.wasNull();
        if (streaming && awaiting && sent >= awaitedEnd) {
          sentTime = awaitedTime;
          awaiting = false;
        }
        if (streaming && !awaiting) {
          awaiting = true;
          awaitedTime = now;
          awaitedEnd = end;
        }
      }
    } catch (SQLException e) {
      throw new DatabaseException("the database closed the connection: " + Database.oneLine(e), e);
    }
  }
}
