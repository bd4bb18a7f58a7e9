package dev.weir.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.beam.sdk.PipelineResult;

/**
 * The life of a demo whose job runs: something is sent until that ends or is told to stop, and the
 * screen shows what becomes of it.
 */
final class DemoRun<S extends DemoState> {
  /** How long the last things sent may stand still before the demo gives up on them. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final PipelineResult job;
  private final Supplier<S> look;
  private final Screen screen;
  private final AtomicReference<RuntimeException> sendingFailed = new AtomicReference<>();
  private S last;

  /**
   * @param look throws what keeps the demo from going on
   */
  DemoRun(PipelineResult job, Supplier<S> look, Screen screen) {
    this.job = job;
    this.look = look;
    this.screen = screen;
  }

  /**
   * Runs until {@code stop}, or until everything is sent and has arrived; then cancels the job.
   *
   * @param stop counted down when the demo is to stop
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
      screen.note("Nothing more is sent; what was sent gets the time it needs …");
      awaitTheRest();
    } finally {
      if (!job.getState().isTerminal()) {
        job.cancel();
      }
    }
    return last;
  }

  private void keepFailure(Runnable send) {
    try {
      send.run();
    } catch (RuntimeException e) {
      sendingFailed.set(e);
    }
  }

  /** What is still on its way when the last thing is sent gets the time it needs. */
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
      throw new IllegalStateException("the job ended by itself, as " + job.getState());
    }
    last = look.get();
    screen.show(last.picture());
  }
}
