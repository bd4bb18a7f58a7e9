package dev.weir.generate;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Work that Ctrl-C ends in order: what was begun is finished, and the user is told of it. */
final class OrderlyEnd {
  private static final long LIMIT_SECONDS = 30;

  private OrderlyEnd() {}

  /**
   * Does the work in this thread.
   *
   * @param stop makes the work return; called by another thread when the process is to end
   * @param report called once, when the work is over or had half a minute to end; also where it
   *     failed
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

  /** False if it is too late because the process is ending. */
  private static boolean forget(Thread shutdownHook) {
    try {
      return Runtime.getRuntime().removeShutdownHook(shutdownHook);
    } catch (IllegalStateException e) {
      return false;
    }
  }
}
