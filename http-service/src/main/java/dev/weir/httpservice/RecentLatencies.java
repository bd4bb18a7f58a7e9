package dev.weir.httpservice;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** The latencies of the last half minute, forgotten five seconds at a time. Not thread-safe. */
final class RecentLatencies {

  private static final long SLOT = Duration.ofSeconds(5).toNanos();
  private static final int WHOLE_SLOTS = 6;
  private static final int DIGITS = 3;

  /** The whole slots and the one that is being filled; slot n is at n modulo their number. */
  private final Histogram[] slots = new Histogram[WHOLE_SLOTS + 1];

  private final long[] numbers = new long[slots.length];

  RecentLatencies() {
    Arrays.setAll(slots, i -> new Histogram(DIGITS));
    Arrays.fill(numbers, -slots.length);
  }

  /** Both times in nanoseconds, {@code now} since the start. */
  void add(long now, long latency) {
    long number = now / SLOT;
    int place = (int) (number % slots.length);
    if (numbers[place] != number) {
      slots[place].reset();
      numbers[place] = number;
    }
    slots[place].recordValue(TimeUnit.NANOSECONDS.toMicros(latency));
  }

  /** The latencies in microseconds that are recent at {@code now}. */
  Histogram at(long now) {
    Histogram recent = new Histogram(DIGITS);
    for (int i = 0; i < slots.length; i++) {
      if (numbers[i] >= now / SLOT - WHOLE_SLOTS) {
        recent.add(slots[i]);
      }
    }
    return recent;
  }
}
