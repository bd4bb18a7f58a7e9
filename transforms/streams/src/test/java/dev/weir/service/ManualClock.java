package dev.weir.service;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A nanosecond clock that a test advances. */
final class ManualClock implements LongSupplier {
  // Such clocks may have any value, including a negative one.
  private final AtomicLong now = new AtomicLong(-Duration.ofSeconds(5).toNanos());

  void advance(Duration time) {
    now.addAndGet(time.toNanos());
  }

  @Override
  public long getAsLong() {
    return now.get();
  }
}
