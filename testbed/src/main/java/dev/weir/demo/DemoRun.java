package dev.weir.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.beam.sdk.PipelineResult;

/**
 * Runs a demo whose job has started: sends input until it ends or is stopped, and shows the
 * progress on the screen.
 */
final class DemoRun<S extends DemoState> {
  /** How long the remaining records may make no progress before the demo gives up on them. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final PipelineResult job;
  private final Supplier<S> look;
  private final Screen screen;
  private final AtomicReference<RuntimeException> sendingFailed = new AtomicReference<>();
  private S last;

  /**
   * @param look returns the current state; throws if the demo cannot continue
   */
  DemoRun(PipelineResult job, Supplier<S> look, Screen screen) {
    this.job = job;
    this.look = look;
    this.screen = screen;
  }

  /**
   * Runs until {@code stop}, or until everything is sent and has arrived; then cancels the job.
   *
   * @param stop a latch that is counted down to stop the demo
   * @return the last state; it adds up unless something was lost
   */
  S run(Runnable send, Runnable stopSending, CountDownLatch stop)
      throws InterruptedException, IOException {
    try {
      Thread sending = new Thread(() -> keepFailure(send), "demo-generator");
      sending.start();
      try {
        while (sending.isAlive() && !stop.await(1, TimeUnit.SECONDS)) {
          show();
        }
      } finally {
        stopSending.run();
        sending.join();
      }
      screen.note("Sending has stopped; waiting for the results of what was sent …");
      awaitTheRest();
    } finally {
      if (!job.getState().isTerminal()) {
        job.cancel();
      }
    }
    screen.print("");
    screen.print("Stopping …");
    return last;
  }

  private void keepFailure(Runnable send) {
    try {
      send.run();
    } catch (RuntimeException e) {
      sendingFailed.set(e);
    }
  }

  /** Waits for records that are still in flight after the last one is sent. */
  private void awaitTheRest() throws InterruptedException {
    long open = Long.MAX_VALUE;
    long progressAt = System.nanoTime();
    show();
    while (!last.addsUp() && System.nanoTime() - progressAt < PATIENCE.toNanos()) {
      if (last.open() != open) {
        open = last.open();
        progressAt = System.nanoTime();
      }
      TimeUnit.MILLISECONDS.sleep(500);
      show();
    }
  }

  private void show() {
    if (sendingFailed.get() != null) {
      throw sendingFailed.get();
    }
    if (job.getState().isTerminal()) {
      throw new IllegalStateException("the job ended unexpectedly, in state " + job.getState());
    }
    last = look.get();
    screen.show(last.picture());
  }
}
