package dev.weir.testing;

import static org.hamcrest.MatcherAssert.assertThat;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.hamcrest.Matcher;

/** Waits until something is as expected, for minutes at most: only what hangs fails. */
public final class Eventually {
  private static final long PATIENCE = Duration.ofMinutes(5).toNanos();
  private static final long PAUSE = Duration.ofMillis(5).toNanos();

  private Eventually() {}

  public static <T> void eventually(Supplier<T> actual, Matcher<? super T> expected) {
    eventually("", actual, expected);
  }

  /**
   * @param what the supplier returns, for the error
   */
  public static <T> void eventually(String what, Supplier<T> actual, Matcher<? super T> expected) {
    long began = System.nanoTime();
    T last = actual.get();
    while (!expected.matches(last) && System.nanoTime() - began < PATIENCE) {
      LockSupport.parkNanos(PAUSE);
      last = actual.get();
    }
    assertThat(what, last, expected);
  }
}
