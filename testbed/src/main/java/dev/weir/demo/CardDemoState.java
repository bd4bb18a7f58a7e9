package dev.weir.demo;

import dev.weir.demo.DemoLake.TableState;
import java.time.Duration;

/**
 * What the demo of card transactions shows at one moment. Every number is read from where a user
 * could read it too: the database, the lake, the job's metrics.
 *
 * @param written changes committed in the database
 * @param read changes the job has read
 * @param stale changes the job has dropped since it had a later one of the same row
 * @param settledChanges how often a transaction was settled, or a settled one corrected
 * @param pendingChanges how often a transaction was pending
 * @param bank rows in the database
 * @param oldestUnread milliseconds since the oldest change was committed that is not read; 0 where
 *     all are. The job says once per checkpoint what it has read
 * @param visible from the commit of a change to its snapshot
 */
record CardDemoState(
    Duration running,
    long written,
    double writtenPerSecond,
    Changes read,
    double readPerSecond,
    long stale,
    long deadLetters,
    long settledChanges,
    long pendingChanges,
    Risks risks,
    BankWatch.Rows bank,
    Tables tables,
    long oldestUnread,
    Latency visible,
    String log)
    implements DemoState {

  /**
   * @param snapshot rows that were there before anybody followed the changes
   */
  record Changes(long created, long updated, long deleted, long snapshot) {
    long all() {
      return created + updated + deleted + snapshot;
    }
  }

  /** Settled transactions by what the scorer says of them. */
  record Risks(long low, long medium, long high, long unknown) {}

  /** The lake. */
  record Tables(
      TableState customers,
      TableState settled,
      TableState pending,
      TableState spend,
      TableState deletions) {}

  /** Whether every change was read, and the lake has the rows that the database has. */
  @Override
  public boolean addsUp() {
    return open() == 0;
  }

  @Override
  public long open() {
    return Math.abs(written - read.all())
        + Math.abs(bank.customers() - tables.customers().rows())
        + Math.abs(bank.settled() - tables.settled().rows())
        + Math.abs(bank.pending() - tables.pending().rows());
  }

  @Override
  public Picture picture() {
    return new CardPicture(this);
  }
}
