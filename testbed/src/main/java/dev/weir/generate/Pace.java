package dev.weir.generate;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * A steady pace. Turn n is due n periods after the first call, regardless of earlier turns: after a
 * pause, overdue turns follow immediately until the mean rate is reached again.
 */
public final class Pace {
  /** Shorter waits cost more in wake-ups than they gain in evenness. */
  private static final long SHORTEST_WAIT = TimeUnit.MILLISECONDS.toNanos(1);

  private final double perSecond;
  private final LongSupplier nanoTime;
  private final LongConsumer parkNanos;
  private boolean started;
  private long start;

  Pace(double perSecond, LongSupplier nanoTime, LongConsumer parkNanos) {
    this.perSecond = perSecond;
    this.nanoTime = nanoTime;
    this.parkNanos = parkNanos;
  }

  public static Pace of(double perSecond) {
    return new Pace(perSecond, System::nanoTime, LockSupport::parkNanos);
  }

  /**
   * Waits for turn {@code n}, starting at 0; returns false if {@code stopped} became true first.
   */
  public boolean await(long n, BooleanSupplier stopped) {
    if (!started) {
      started = true;
      start = nanoTime.getAsLong();
    }
    long due = start + (long) (n * 1e9 / perSecond);
    while (!stopped.getAsBoolean()) {
      long wait = due - nanoTime.getAsLong();
      if (wait <= 0) {
        return true;
      }
      parkNanos.accept(Math.max(wait, SHORTEST_WAIT));
    }
    return false;
  }
}
