package dev.weir.sessionservice;

import static org.hamcrest.MatcherAssert.assertThat;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.hamcrest.Matcher;

/** Waits until a value matches, for minutes at most: only a hanging test fails. */
final class Eventually {

  private static final long PATIENCE = Duration.ofMinutes(5).toNanos();
  private static final long PAUSE = Duration.ofMillis(5).toNanos();

  private Eventually() {}

  static <T> void eventually(Supplier<T> actual, Matcher<? super T> expected) {
    long began = System.nanoTime();
    T last = actual.get();
    while (!expected.matches(last) && System.nanoTime() - began < PATIENCE) {
      LockSupport.parkNanos(PAUSE);
      last = actual.get();
    }
    assertThat(last, expected);
  }
}
