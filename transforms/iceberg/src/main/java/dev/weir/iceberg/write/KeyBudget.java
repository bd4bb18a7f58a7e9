package dev.weir.iceberg.write;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many keys the live writers of a process remember: as many as fit into a share of its heap,
 * which they divide equally. A new writer makes the shares of the others smaller.
 */
final class KeyBudget {
  private static final int SHARE_OF_HEAP = 16;

  /** The budget of all writers of this process (in Flink, of one job in it). */
  static final KeyBudget OF_PROCESS =
      new KeyBudget(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);

  private final long bytes;
  private final AtomicInteger writers = new AtomicInteger();

  /**
   * @param bytes maximum size of all tables of keys; a table that grows or forgets keys needs its
   *     size twice for a moment
   */
  KeyBudget(long bytes) {
    this.bytes = bytes;
  }

  /** Must be called when a writer is created. */
  void join() {
    writers.incrementAndGet();
  }

  /** Must be called once for each writer that joined, when it is closed for good. */
  void leave() {
    writers.decrementAndGet();
  }

  /** Returns the maximum number of keys in a generation of each writer; it has two. */
  int keysPerGeneration() {
    return Math.max(1, KeyTable.mostKeys(bytes / Math.max(1, writers.get())) / 2);
  }
}
