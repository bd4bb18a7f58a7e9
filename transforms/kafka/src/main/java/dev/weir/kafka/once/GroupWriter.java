package dev.weir.kafka.once;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Publishes the outputs of one writer group in transactions of limited duration. A transaction is
 * committed in the background while the next one collects its outputs; {@link #awaitAll} returns
 * once everything is committed.
 *
 * @param <E> what is returned for each output once it is visible
 */
final class GroupWriter<E> {
  /** Bytes of outputs that may wait for the end of a commit; more of them block the caller. */
  private static final long MOST_WAITING = 16L << 20;

  private final GroupLog log;
  private final ScheduledExecutorService commits;
  private final long maxMillis;
  private final long attempt;

  private enum Phase {
    IDLE,
    OPEN,
    COMMITTING
  }

  /** An output and what is returned for it. */
  private record Entry<E>(Output output, E element) {}

  // Guarded by this.
  private Phase phase = Phase.IDLE;
  private long transaction;
  private List<E> open = new ArrayList<>();
  private final Queue<Entry<E>> waiting = new ArrayDeque<>();
  private final Map<Integer, Long> offsets;
  private long waitingBytes;
  private RuntimeException failure;

  /** The outputs of each committed transaction. */
  private final Queue<List<E>> visible = new ConcurrentLinkedQueue<>();

  /**
   * @param log already taken over
   * @param offsets where the log ended when it was read back
   * @param maxMillis how long a transaction lasts until it is committed
   */
  GroupWriter(
      GroupLog log,
      long attempt,
      Map<Integer, Long> offsets,
      ScheduledExecutorService commits,
      long maxMillis) {
    this.log = log;
    this.attempt = attempt;
    this.offsets = new HashMap<>(offsets);
    this.commits = commits;
    this.maxMillis = maxMillis;
  }

  long attempt() {
    return attempt;
  }

  /**
   * Publishes an output.
   *
   * @return the number of its transaction
   */
  synchronized long add(Output output, E element) {
    checkHealthy();
    while (phase == Phase.COMMITTING && waitingBytes >= MOST_WAITING) {
      await();
    }
    if (phase == Phase.COMMITTING) {
      waiting.add(new Entry<>(output, element));
      waitingBytes += output.size();
      return transaction + 1;
    }
    if (phase == Phase.IDLE) {
      begin();
    }
    send(output, element);
    return transaction;
  }

  /** Returns the outputs of the next transaction that has become visible; null if there is none. */
  List<E> poll() {
    return visible.poll();
  }

  /** Returns offsets before which there is no record of any transaction that is not committed. */
  synchronized Map<Integer, Long> offsets() {
    return Map.copyOf(offsets);
  }

  /** Returns whether all outputs are visible. */
  synchronized boolean isIdle() {
    checkHealthy();
    return phase == Phase.IDLE;
  }

  /**
   * Reads on, while the writer is idle.
   *
   * @param each receives the records that follow the last one of this writer
   * @return up to where each partition was read
   */
  Map<Integer, Long> readOn(String topicId, Consumer<PublishedRecord> each) {
    Map<Integer, Long> read = log.readOn(offsets(), topicId, each);
    synchronized (this) {
      offsets.putAll(read);
    }
    return read;
  }

  /** Returns the offset of the first open transaction of each partition, or else its end. */
  Map<Integer, Long> stableEnds() {
    return log.stableEnds();
  }

  /**
   * Moves the offsets to the stable ends, while the writer is idle. The next transaction begins
   * there, and can be committed only if nobody else has published before.
   */
  synchronized void moveOffsets(Map<Integer, Long> ends) {
    ends.forEach((partition, end) -> offsets.merge(partition, end, Math::max));
  }

  /** Starts to commit what is open. */
  synchronized void commitSoon() {
    if (phase == Phase.OPEN) {
      long number = transaction;
      commits.execute(() -> commit(number));
    }
  }

  /** Returns once all outputs are visible. */
  synchronized void awaitAll() {
    checkHealthy();
    while (phase != Phase.IDLE) {
      commitSoon();
      checkHealthy();
      if (phase != Phase.IDLE) {
        await();
      }
    }
  }

  /** Ends without committing what is open. */
  void close() {
    synchronized (this) {
      if (failure == null) {
        failure = new PublishException("this writer is closed");
      }
    }
    log.close();
  }

  private void begin() {
    log.begin(new TransactionNumber(attempt, transaction + 1));
    transaction++;
    phase = Phase.OPEN;
    long number = transaction;
    commits.schedule(() -> commit(number), maxMillis, TimeUnit.MILLISECONDS);
  }

  private void send(Output output, E element) {
    log.send(output);
    open.add(element);
  }

  private void commit(long number) {
    synchronized (this) {
      if (failure != null || phase != Phase.OPEN || transaction != number) {
        return;
      }
      phase = Phase.COMMITTING;
    }
    Map<Integer, Long> ends;
    try {
      ends = log.commit();
    } catch (RuntimeException | Error e) {
      fail(e);
      return;
    }
    synchronized (this) {
      offsets.putAll(ends);
      visible.add(open);
      open = new ArrayList<>();
      phase = Phase.IDLE;
      try {
        if (!waiting.isEmpty()) {
          begin();
        }
        for (Entry<E> next = waiting.poll(); next != null; next = waiting.poll()) {
          send(next.output(), next.element());
        }
        waitingBytes = 0;
      } catch (RuntimeException | Error e) {
        fail(e);
      }
      notifyAll();
    }
  }

  private synchronized void fail(Throwable e) {
    if (failure == null) {
      failure =
          e instanceof RuntimeException known
              ? known
              : new PublishException("a transaction could not be committed: " + e, e);
    }
    notifyAll();
  }

  private void await() {
    try {
      wait();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PublishException("interrupted while a transaction was committed", e);
    }
    checkHealthy();
  }

  private void checkHealthy() {
    if (failure != null) {
      throw failure;
    }
  }
}
