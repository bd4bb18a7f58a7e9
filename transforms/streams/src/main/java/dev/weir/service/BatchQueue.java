package dev.weir.service;

import dev.weir.service.Batch.Question;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Gathers questions into batches for requests. A free request slot takes a full batch at once, or a
 * smaller one when its oldest question has waited for the linger time. While every slot is busy,
 * batches fill, so requests grow with the load and a lone question waits no longer than the linger
 * time.
 */
final class BatchQueue<Q, A> {
  private final int batchSize;
  private final long lingerNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Batch<Q, A>> ready = new ArrayDeque<>();
  private final Deque<Waiting<Q, A>> waiting = new ArrayDeque<>();
  private boolean closed;

  private record Waiting<Q, A>(Question<Q, A> question, long since) {}

  BatchQueue(int batchSize, Duration linger) {
    this.batchSize = batchSize;
    this.lingerNanos = linger.toNanos();
  }

  /**
   * @return false if the queue is closed
   */
  boolean add(Question<Q, A> question) {
    lock.lock();
    try {
      waiting.add(new Waiting<>(question, System.nanoTime()));
      // A slot must check when the linger time of a first question starts or a batch is full.
      if (waiting.size() == 1 || waiting.size() % batchSize == 0) {
        changed.signal();
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  /** Puts an existing batch ahead of all others. */
  void addFirst(Batch<Q, A> batch) {
    lock.lock();
    try {
      ready.addFirst(batch);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Turns all waiting questions into batches. */
  void flush() {
    lock.lock();
    try {
      while (!waiting.isEmpty()) {
        ready.add(gather());
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for the next batch.
   *
   * @return null if the queue is closed
   */
  Batch<Q, A> take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!closed) {
        Batch<Q, A> formed = ready.poll();
        if (formed != null) {
          passOn();
          return formed;
        }
        if (waiting.isEmpty()) {
          changed.await();
        } else {
          long left = waiting.peek().since() + lingerNanos - System.nanoTime();
          if (waiting.size() >= batchSize || left <= 0) {
            Batch<Q, A> gathered = gather();
            passOn();
            return gathered;
          }
          changed.await(left, TimeUnit.NANOSECONDS);
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** Wakes another slot to watch the remaining questions, because this one leaves with a batch. */
  private void passOn() {
    if (!ready.isEmpty() || !waiting.isEmpty()) {
      changed.signal();
    }
  }

  private Batch<Q, A> gather() {
    List<Question<Q, A>> questions = new ArrayList<>(Math.min(batchSize, waiting.size()));
    while (questions.size() < batchSize && !waiting.isEmpty()) {
      questions.add(waiting.poll().question());
    }
    return Batch.of(questions);
  }
}
