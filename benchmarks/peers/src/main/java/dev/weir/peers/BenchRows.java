package dev.weir.peers;

import org.apache.flink.connector.datagen.source.GeneratorFunction;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;

/**
 * Generates {@link BenchRow}s as Flink's own rows, in the order of {@link BenchTable}'s columns.
 */
final class BenchRows implements GeneratorFunction<Long, RowData> {
  static final long SEED = 1;

  private static final long serialVersionUID = 1;

  private final long keys;
  private final int days;
  private transient boolean started;

  private BenchRows(long keys, int days) {
    this.keys = keys;
    this.days = days;
  }

  static BenchRows unique(int days) {
    return new BenchRows(0, days);
  }

  static BenchRows repeating(long keys, int days) {
    return new BenchRows(keys, days);
  }

  @Override
  public RowData map(Long n) {
    if (!started) {
      started = true;
      SinkClock.row();
    }
    BenchRow row =
        keys == 0 ? BenchRow.unique(SEED, n, days) : BenchRow.repeating(SEED, n, keys, days);
    return GenericRowData.of(
        row.id(),
        StringData.fromString(row.account()),
        StringData.fromString(row.merchant()),
        DecimalData.fromBigDecimal(row.amount(), BenchTable.PRECISION, BenchTable.SCALE),
        StringData.fromString(row.currency()),
        StringData.fromString(row.note()),
        TimestampData.fromEpochMillis(row.ts()));
  }
}
