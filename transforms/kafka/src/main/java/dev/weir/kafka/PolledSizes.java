package dev.weir.kafka;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Counts the records that a consumer has polled and that Beam's reader has not emitted yet: the
 * reader can only be asked for the next record, and then waits for it. One thread polls, another
 * one reads.
 */
final class PolledSizes {
  private final Queue<Integer> unread = new ConcurrentLinkedQueue<>();

  /** The records left of the poll that is being read. */
  private int left;

  /** Called with the size of each poll before the reader can see its records. */
  void polled(int records) {
    if (records > 0) {
      unread.add(records);
    }
  }

  /**
   * Called for each record that is read.
   *
   * @throws IllegalStateException if it belongs to a poll that was not counted
   */
  void read() {
    if (left == 0) {
      Integer next = unread.poll();
      if (next == null) {
        throw new IllegalStateException("a record was read whose poll was not counted");
      }
      left = next;
    }
    left--;
  }

  /** Returns whether the poll that is being read has further records. */
  boolean hasNext() {
    return left > 0;
  }
}
