package dev.weir.spend;

import dev.weir.changelog.Position;
import dev.weir.changelog.RowChange;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;

/** Converts the summary of a window to a row. */
final class SpendRows {
  private static final int SCALE = 2;
  private static final BigDecimal ZERO = money(0);

  private SpendRows() {}

  /** Returns the row of a window, as a deletion if the window is empty. */
  static RowChange<SpendMetrics> row(
      AccountKey key, WindowType type, long start, Summary summary, long revision) {
    Instant begin = Instant.ofEpochMilli(start);
    SpendMetrics row =
        new SpendMetrics(
            key.account(),
            key.currency(),
            type.name(),
            begin,
            begin.plus(type.length()),
            summary.count(),
            ZERO,
            ZERO,
            ZERO,
            ZERO);
    Position position = new Position(revision, 0);
    if (summary.count() == 0) {
      return RowChange.delete(row, position);
    }
    BigDecimal total = money(summary.cents());
    row.setTotalAmount(total);
    row.setAvgAmount(
        total.divide(BigDecimal.valueOf(summary.count()), SCALE, RoundingMode.HALF_UP));
    row.setMinAmount(money(summary.min()));
    row.setMaxAmount(money(summary.max()));
    return RowChange.upsert(row, position);
  }

  private static BigDecimal money(long cents) {
    return BigDecimal.valueOf(cents, SCALE);
  }
}
