package dev.weir.cdc;

import dev.weir.changelog.Position;
import dev.weir.changelog.RowChange;
import dev.weir.changelog.RowChangeCoder;
import dev.weir.encoding.SingleObjectCoder;
import java.io.Serializable;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.apache.beam.sdk.coders.Coder;

/**
 * Reports the rows of a database's table whose last change could not be read: the lake has an older
 * version of them, or none.
 */
final class StaleReports implements Serializable {
  private static final long serialVersionUID = 1L;
  static final Coder<RowChange<StaleRow>> CODER =
      RowChangeCoder.of(SingleObjectCoder.of(StaleRow.class));

  private final String table;

  /**
   * @param table the database's name for it
   */
  StaleReports(String table) {
    this.table = Objects.requireNonNull(table);
  }

  /**
   * Whether a row is stale by a change that could not be read: nothing that could be read is later.
   *
   * @param applied the last change that was applied; null for none
   * @param seen how far the row's changes have been applied; null for not at all
   */
  static boolean isStaleBy(ChangeSource unreadable, ChangeSource applied, RowProgress seen) {
    return applied == null || isLater(seen, applied, unreadable);
  }

  /** Whether a change that could not be read is later than another one. */
  static boolean isLater(ChangeSource unreadable, ChangeSource other) {
    return isLater(ChangeOrder.progress(null, other), other, unreadable);
  }

  /** An unreadable change never fails the job: where its position is doubtful, it is later. */
  private static boolean isLater(RowProgress seen, ChangeSource before, ChangeSource unreadable) {
    try {
      return ChangeOrder.isNews(seen, before, unreadable);
    } catch (PositionsStartOver e) {
      return true;
    }
  }

  /**
   * The revision of a report of a row of which nothing is remembered: after those of all changes
   * before, and before those to come.
   */
  static long revisionBefore(ChangeSource unreadable) {
    return ChangeOrder.revision(0, unreadable.getCommitMs()) - 1;
  }

  /** The row is stale from now on. */
  RowChange<StaleRow> stale(String key, ChangeSource unreadable, Position position) {
    return RowChange.upsert(
        new StaleRow(
            table,
            key,
            Instant.ofEpochMilli(unreadable.getCommitMs()),
            unreadable.getOperation().name(),
            unreadable.getUnreadable().getReason(),
            unreadable.getUnreadable().getDetail(),
            unreadable.getSource(),
            unreadable.getPartition(),
            unreadable.getPosition()),
        position);
  }

  /** The row is not stale any more. */
  RowChange<StaleRow> freshAgain(String key, Position position) {
    return RowChange.delete(
        StaleRow.class, Map.of("source_table", table, "row_key", key), position);
  }
}
