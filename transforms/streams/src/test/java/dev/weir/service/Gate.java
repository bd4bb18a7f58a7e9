package dev.weir.service;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Blocks callers until it is opened. */
final class Gate {
  private final CountDownLatch closed = new CountDownLatch(1);

  void open() {
    closed.countDown();
  }

  /** Waits for a few minutes at most. */
  void pass() throws IOException {
    try {
      if (!closed.await(5, TimeUnit.MINUTES)) {
        throw new AssertionError("the gate was not opened");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }
}
