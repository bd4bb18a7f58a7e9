package dev.weir.spend;

import java.io.Serializable;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;

/**
 * Divides windows into panes: the longest intervals such that every window consists of whole panes.
 * Panes are numbered from the epoch. A window is identified by its end, the number of the first
 * pane after it.
 */
final class WindowPlan implements Serializable {
  private static final long serialVersionUID = 1L;

  /** How late, in the stream's event time, a change that is within the retention may arrive. */
  private static final Duration SLACK = Duration.ofDays(1);

  private static final int SWEEPS_PER_RETENTION = 4;

  private final List<WindowType> types;
  private final long pane;
  private final long[] lengths;
  private final long[] slides;
  private final long longest;
  private final long reach;

  /**
   * @param types the window types, at least one
   * @param retention how long after its own timestamp a transaction can change
   */
  WindowPlan(List<WindowType> types, Duration retention) {
    if (types.isEmpty()) {
      throw new IllegalArgumentException("a plan needs at least one window type");
    }
    if (types.stream().map(WindowType::name).distinct().count() < types.size()) {
      throw new IllegalArgumentException("two window types have the same name");
    }
    if (retention.isNegative()) {
      throw new IllegalArgumentException("the retention must not be negative, but is " + retention);
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

  /** Returns the length of the windows of a type, in panes. */
  long length(int type) {
    return lengths[type];
  }

  /** Returns the slide of the windows of a type, in panes. */
  long slide(int type) {
    return slides[type];
  }

  /** Returns the length of the longest windows, in panes. */
  long longest() {
    return longest;
  }

  /** Returns the pane that contains an instant in epoch milliseconds. */
  long paneOf(long millis) {
    return Math.floorDiv(millis, pane);
  }

  /** Returns the start of a pane, in epoch milliseconds. */
  long startOf(long number) {
    return number * pane;
  }

  /** Returns the end of the first window of a type that ends after the start of a pane. */
  long endAfter(int type, long number) {
    return number + slides[type] - Math.floorMod(number - lengths[type], slides[type]);
  }

  /** Returns whether a change is so late that the state that it changes may be gone. */
  boolean isExpired(long number, long now) {
    return startOf(number + 1) <= now - reach;
  }

  /**
   * Returns the time, in epoch milliseconds, up to which panes can be removed: a pane that has
   * ended by then belongs only to windows that can no longer change.
   */
  long expiredBy(long now) {
    return now - reach - startOf(longest);
  }

  /** Returns when to remove a pane, in epoch milliseconds: some time after it can be removed. */
  long sweepOf(long number) {
    return startOf(number + 1 + longest) + reach + reach / SWEEPS_PER_RETENTION;
  }
}
