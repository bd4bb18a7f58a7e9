package dev.weir.peers;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BenchRowTest {
  private static final int SEED = 7;

  @Test
  void theSameNumbersAlwaysGiveTheSameRow() {
    assertThat(BenchRow.unique(SEED, 42, 3), equalTo(BenchRow.unique(SEED, 42, 3)));
    assertThat(BenchRow.unique(SEED, 42, 3), not(equalTo(BenchRow.unique(SEED + 1, 42, 3))));
  }

  @Test
  void everyFieldHasItsForm() {
    for (BenchRow row : uniqueRows(1)) {
      assertThat(row.account().length(), is(20));
      assertThat(row.note().length(), is(40));
      assertThat(row.amount().scale(), is(2));
      assertThat(row.amount(), greaterThan(BigDecimal.ZERO));
      assertThat(row.amount(), lessThanOrEqualTo(new BigDecimal("10000.00")));
    }
    assertThat(each(uniqueRows(1), BenchRow::id), hasSize(10_000));
    assertThat(each(uniqueRows(1), BenchRow::account), hasSize(10_000));
    assertThat(each(uniqueRows(1), BenchRow::merchant), hasSize(1_000));
    assertThat(each(uniqueRows(1), BenchRow::currency), hasSize(3));
  }

  @Test
  void rowsAreSpreadOverTheConfiguredNumberOfDays() {
    assertThat(each(uniqueRows(1), BenchRowTest::day), hasSize(1));
    assertThat(each(uniqueRows(5).subList(100, 105), BenchRowTest::day), hasSize(5));
    assertThat(each(uniqueRows(5), BenchRowTest::day), hasSize(5));
  }

  @Test
  void aRepeatedKeyHasTheSameTimeButAnotherNote() {
    Map<Long, BenchRow> latest = new HashMap<>();
    for (long n = 0; n < 10_000; n++) {
      BenchRow row = BenchRow.repeating(SEED, n, 5_000, 3);
      BenchRow earlier = latest.put(row.id(), row);
      if (earlier != null) {
        assertThat(row.ts(), is(earlier.ts()));
        assertThat(row.note(), not(earlier.note()));
      }
    }
    assertThat(latest.size(), allOf(greaterThan(4_000), lessThan(5_000)));
  }

  private static List<BenchRow> uniqueRows(int days) {
    return LongStream.range(0, 10_000).mapToObj(n -> BenchRow.unique(SEED, n, days)).toList();
  }

  private static <T> Set<T> each(List<BenchRow> rows, Function<BenchRow, T> field) {
    return rows.stream().map(field).collect(Collectors.toSet());
  }

  private static Object day(BenchRow row) {
    return Instant.ofEpochMilli(row.ts()).atOffset(ZoneOffset.UTC).toLocalDate();
  }
}
