package dev.weir.cdc;

import dev.weir.encoding.SingleObjectCoder;
import dev.weir.ledger.Position;
import dev.weir.ledger.RowChange;
import dev.weir.ledger.RowChangeCoder;
import java.io.Serializable;
import java.time.Instant;
import java.util.Objects;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;

/**
 * Reports the rows of a database's table whose last change could not be read: the lake has an older
 * version of them, or none. A row is counted as {@code rows_stale} when it becomes stale.
 */
final class StaleReports implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Counter STALE = Metrics.counter("weir", "rows_stale");
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

  /** Whether a change is later than one that could not be read. */
  static boolean isLater(ChangeSource change, ChangeSource unreadable) {
    return isLater(ChangeOrder.progress(null, unreadable), unreadable, change);
  }

  /**
   * What cannot be read must not fail the job; a row too many is listed rather than one too few.
   */
  private static boolean isLater(RowProgress seen, ChangeSource before, ChangeSource change) {
    try {
      return ChangeOrder.isNews(seen, before, change);
    } catch (PositionsStartOver e) {
      return true;
    }
  }

  /**
   * The row is stale.
   *
   * @param revision of the last change that was applied; 0 for none
   * @param report number of this report since then, from 1
   */
  RowChange<StaleRow> stale(String key, ChangeSource unreadable, long revision, long report) {
    if (report == 1) {
      STALE.inc();
    }
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
        new Position(revision, report));
  }

  /**
   * The row is not stale any more.
   *
   * @param revision of the change that was applied
   */
  RowChange<StaleRow> freshAgain(String key, long revision) {
    return RowChange.delete(
        new StaleRow(table, key, Instant.EPOCH, "", "", "", "", 0, 0L), new Position(revision, 0));
  }
}
