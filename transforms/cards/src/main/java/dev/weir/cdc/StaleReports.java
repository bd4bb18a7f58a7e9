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
 * Reports the rows of a database table whose last change could not be read: the lake has an older
 * version of them, or none.
 */
final class StaleReports implements Serializable {
  private static final long serialVersionUID = 1L;
  static final Coder<RowChange<StaleRow>> CODER =
      RowChangeCoder.of(SingleObjectCoder.of(StaleRow.class));

  private final String table;

  /**
   * @param table the table's name in the database
   */
  StaleReports(String table) {
    this.table = Objects.requireNonNull(table);
  }

  /**
   * Returns whether an unreadable change makes a row stale: no readable change is later.
   *
   * @param applied the last change that was applied; null if there is none
   * @param seen how far the row's changes have been applied; null if none has been
   */
  static boolean isStaleBy(ChangeSource unreadable, ChangeSource applied, RowProgress seen) {
    return applied == null || isLater(seen, applied, unreadable);
  }

  /** Returns whether an unreadable change is later than another change. */
  static boolean isLater(ChangeSource unreadable, ChangeSource other) {
    return isLater(ChangeOrder.progress(null, other), other, unreadable);
  }

  /** An unreadable change never fails the job: if its position is doubtful, it counts as later. */
  private static boolean isLater(RowProgress seen, ChangeSource before, ChangeSource unreadable) {
    try {
      return ChangeOrder.isNew(seen, before, unreadable);
    } catch (PositionsStartOver e) {
      return true;
    }
  }

  /**
   * Returns the revision of the report of a row without state: after the revisions of all earlier
   * changes and before those of all later ones.
   */
  static long revisionBefore(ChangeSource unreadable) {
    return ChangeOrder.revision(0, unreadable.getCommitMs()) - 1;
  }

  /** Returns the report that the row is stale. */
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

  /** Returns the report that the row is no longer stale. */
  RowChange<StaleRow> freshAgain(String key, Position position) {
    return RowChange.delete(
        StaleRow.class, Map.of("source_table", table, "row_key", key), position);
  }
}
