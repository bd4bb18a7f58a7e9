package dev.weir.testing;

import static org.hamcrest.MatcherAssert.assertThat;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.hamcrest.Matcher;

/** Waits until a value is as expected. The limit is five minutes, so only a hang fails. */
public final class Eventually {
  private static final long PATIENCE = Duration.ofMinutes(5).toNanos();
  private static final long SHORTEST_PAUSE = Duration.ofMillis(5).toNanos();
  private static final long LONGEST_PAUSE = Duration.ofMillis(500).toNanos();

  /**
   * Ratio of pause to check time: an expensive check must not starve the code that it waits for.
   */
  private static final int PAUSE_PER_CHECK = 3;

  private Eventually() {}

  public static <T> void eventually(Supplier<T> actual, Matcher<? super T> expected) {
    eventually("", actual, expected);
  }

  /**
   * @param what describes the supplied value in the error message
   */
  public static <T> void eventually(String what, Supplier<T> actual, Matcher<? super T> expected) {
    long began = System.nanoTime();
    long asked = began;
    T last = actual.get();
    while (!expected.matches(last) && System.nanoTime() - began < PATIENCE) {
      LockSupport.parkNanos(pauseAfter(System.nanoTime() - asked));
      asked = System.nanoTime();
      last = actual.get();
    }
    assertThat(what, last, expected);
  }

  private static long pauseAfter(long check) {
    return Math.min(LONGEST_PAUSE, Math.max(SHORTEST_PAUSE, PAUSE_PER_CHECK * check));
  }
}
