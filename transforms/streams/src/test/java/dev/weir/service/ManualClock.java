package dev.weir.service;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Nanoseconds that pass when a test lets them. */
final class ManualClock implements LongSupplier {
  // Clocks of this kind may be anywhere, also below zero.
  private final AtomicLong now = new AtomicLong(-Duration.ofSeconds(5).toNanos());

  void advance(Duration time) {
    now.addAndGet(time.toNanos());
  }

  @Override
  public long getAsLong() {
    return now.get();
  }
}
