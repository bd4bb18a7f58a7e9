package dev.weir.generate;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Runs work that stops in order on Ctrl-C: current work is completed and its result is reported.
 */
final class OrderlyEnd {
  private static final long LIMIT_SECONDS = 30;

  private OrderlyEnd() {}

  /**
   * Runs the work in this thread.
   *
   * @param stop makes the work return; called by another thread when the process is ending
   * @param report called once, when the work has ended, even by failing, or after waiting 30
   *     seconds for it to end
   */
  static void of(Runnable work, Runnable stop, Runnable report) {
    CountDownLatch done = new CountDownLatch(1);
    Thread stopping =
        new Thread(
            () -> {
              stop.run();
              await(done);
              report.run();
            },
            "generate-stop");
    Runtime.getRuntime().addShutdownHook(stopping);
    try {
      work.run();
    } finally {
      done.countDown();
      if (forget(stopping)) {
        report.run();
      }
    }
  }

  private static void await(CountDownLatch done) {
    try {
      done.await(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns false if it is too late because the process is already ending. */
  private static boolean forget(Thread shutdownHook) {
    try {
      return Runtime.getRuntime().removeShutdownHook(shutdownHook);
    } catch (IllegalStateException e) {
      return false;
    }
  }
}
