package dev.weir.generate;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * A steady pace. Turn n is due n periods after the first call, whatever happened to the turns
 * before it: after a pause the late ones follow at once, and the mean rate is reached again.
 */
public final class Pace {
  /** Waiting for less costs more in wake-ups than it gains in evenness. */
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

  /** Waits for turn {@code n}, from 0; false if {@code stopped} became true before. */
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
