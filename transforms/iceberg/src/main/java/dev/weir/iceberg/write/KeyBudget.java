package dev.weir.iceberg.write;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many keys the live writers of a process remember: as many as fit into a share of its heap,
 * which they divide equally. When a writer is added, each of the others forgets keys as soon as it
 * has changes again.
 */
final class KeyBudget {
  private static final int SHARE_OF_HEAP = 16;

  /** The budget of all writers of this process; in Flink, of those of one job in it. */
  static final KeyBudget OF_PROCESS =
      new KeyBudget(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);

  private final long bytes;
  private final int mostKeys;
  private final AtomicInteger writers = new AtomicInteger();

  /**
   * @param bytes maximum size of all tables of keys; a table needs its size twice for a moment
   *     whenever it grows or forgets keys
   */
  KeyBudget(long bytes) {
    this(bytes, Integer.MAX_VALUE);
  }

  private KeyBudget(long bytes, int mostKeys) {
    this.bytes = bytes;
    this.mostKeys = mostKeys;
  }

  /**
   * Returns a budget that does not depend on the heap or on other writers.
   *
   * @param keys maximum number of keys in a generation
   */
  static KeyBudget ofKeys(int keys) {
    return new KeyBudget(Long.MAX_VALUE, keys);
  }

  /** Counts a writer, which must {@link #leave} once. */
  void join() {
    writers.incrementAndGet();
  }

  void leave() {
    writers.decrementAndGet();
  }

  /** Returns the maximum size of each writer's table of keys. */
  long bytesOfOne() {
    return bytes / Math.max(1, writers.get());
  }

  /** Returns the maximum number of keys in a generation of each writer; it has two. */
  int keysPerGeneration() {
    return Math.max(1, Math.min(mostKeys, KeyTable.mostKeys(bytesOfOne()) / 2));
  }
}
