package dev.weir.spend;

import java.io.Serializable;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;

/**
 * Window types cut into panes: the longest stretches of time that each window is made of whole.
 * Panes are numbered from the epoch; a window is named by its end, the number of the first pane
 * that is no longer in it.
 */
final class WindowPlan implements Serializable {
  private static final long serialVersionUID = 1L;

  /** How late, by the stream's event time, a change may be that is within the retention. */
  private static final Duration SLACK = Duration.ofDays(1);

  private static final int SWEEPS_PER_RETENTION = 4;

  private final List<WindowType> types;
  private final long pane;
  private final long[] lengths;
  private final long[] slides;
  private final long longest;
  private final long reach;

  /**
   * @param types at least one
   * @param retention how long after a transaction's time it can be changed
   */
  WindowPlan(List<WindowType> types, Duration retention) {
    if (types.isEmpty()) {
      throw new IllegalArgumentException("no windows to measure in");
    }
    if (types.stream().map(WindowType::name).distinct().count() < types.size()) {
      throw new IllegalArgumentException("two window types have one name");
    }
    if (retention.isNegative()) {
      throw new IllegalArgumentException("the retention is below 0: " + retention);
    }
    this.types = List.copyOf(types);
    pane =
        types.stream()
            .flatMap(type -> List.of(type.length(), type.slide()).stream())
            .map(duration -> BigInteger.valueOf(duration.toMillis()))
            .reduce(BigInteger::gcd)
            .orElseThrow()
            .longValueExact();
    lengths = types.stream().mapToLong(type -> type.length().toMillis() / pane).toArray();
    slides = types.stream().mapToLong(type -> type.slide().toMillis() / pane).toArray();
    long most = 0;
    for (long length : lengths) {
      most = Math.max(most, length);
    }
    longest = most;
    reach = retention.plus(SLACK).toMillis();
  }

  int count() {
    return types.size();
  }

  WindowType type(int type) {
    return types.get(type);
  }

  /** In panes. */
  long length(int type) {
    return lengths[type];
  }

  /** In panes. */
  long slide(int type) {
    return slides[type];
  }

  /** Of all types, in panes. */
  long longest() {
    return longest;
  }

  /** The pane of an instant in epoch milliseconds. */
  long paneOf(long millis) {
    return Math.floorDiv(millis, pane);
  }

  /** When a pane begins, in epoch milliseconds. */
  long startOf(long number) {
    return number * pane;
  }

  /** The end of the first window of a type that ends after a pane has begun. */
  long endAfter(int type, long number) {
    return number + slides[type] - Math.floorMod(number - lengths[type], slides[type]);
  }

  /** Whether a change of a pane comes so late that what it changes may be forgotten. */
  boolean isForgotten(long number, long now) {
    return startOf(number + 1) <= now - reach;
  }

  /** The panes that end by then are in no window that can still change. */
  long forgottenBy(long now) {
    return now - reach - startOf(longest);
  }

  /** When a pane is to be removed, in epoch milliseconds: a while after it can be. */
  long sweepOf(long number) {
    return startOf(number + 1 + longest) + reach + reach / SWEEPS_PER_RETENTION;
  }
}
