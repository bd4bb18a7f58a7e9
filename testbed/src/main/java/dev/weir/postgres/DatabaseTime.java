package dev.weir.postgres;

import dev.weir.ports.DatabaseException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/**
 * Up to when all changes have been read, by the database's clock. It is asked while there are no
 * changes to read: what time is it, and where does its log end? Once the slot has sent all up to
 * there, and a further second has brought no record, nothing committed before that time is to come.
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

  /** Whether the slot was streaming when last seen. */
  boolean isStreaming() {
    return streaming;
  }

  /**
   * To be called where there was no record to read.
   *
   * @return epoch milliseconds, or {@link #UNKNOWN} where there is nothing new to say
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
      throw new DatabaseException("the database has closed: " + Database.oneLine(e), e);
    }
  }
}
