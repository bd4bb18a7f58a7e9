package dev.weir.spend;

import dev.weir.changelog.RowChange;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** A row that was emitted, in a form to compare: without its position. */
record Row(Key key, long count, String total, String average, String min, String max) {

  /** The key that the rows of one window share. */
  record Key(String account, String currency, String type, String start, String end) {}

  /** The row; null where the window became empty. */
  static Row of(RowChange<SpendMetrics> change) {
    SpendMetrics row = change.row();
    return change.delete()
        ? null
        : new Row(
            keyOf(change),
            row.getTxCount(),
            row.getTotalAmount().toPlainString(),
            row.getAvgAmount().toPlainString(),
            row.getMinAmount().toPlainString(),
            row.getMaxAmount().toPlainString());
  }

  static Key keyOf(RowChange<SpendMetrics> change) {
    SpendMetrics row = change.row();
    return new Key(
        row.getAccountNumber(),
        row.getCurrency(),
        row.getWindowType(),
        row.getWindowStart().toString(),
        row.getWindowEnd().toString());
  }

  /** The row of each window with the highest position; none where that is a deletion. */
  static Map<Key, Row> last(Collection<RowChange<SpendMetrics>> changes) {
    Map<Key, RowChange<SpendMetrics>> last = new HashMap<>();
    changes.forEach(
        change ->
            last.merge(
                keyOf(change), change, (a, b) -> a.position().compareTo(b.position()) > 0 ? a : b));
    Map<Key, Row> rows = new HashMap<>();
    last.forEach(
        (key, change) -> {
          if (!change.delete()) {
            rows.put(key, of(change));
          }
        });
    return rows;
  }
}
