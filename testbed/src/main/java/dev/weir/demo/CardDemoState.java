package dev.weir.demo;

import dev.weir.demo.DemoLake.TableState;
import java.time.Duration;
import java.util.Locale;

/**
 * State of the card transactions demo at one moment. Every number comes from a source that a user
 * can read too: the database, the lake, the job's metrics.
 *
 * @param written changes committed in the database
 * @param read changes that the job has read
 * @param stale changes that the job dropped because it already had a later one of the same row
 * @param settledChanges how often a transaction was settled, or a settled one corrected
 * @param pendingChanges how often a transaction was pending
 * @param bank rows in the database
 * @param oldestUnread milliseconds since the commit of the oldest change that is not read; 0 if all
 *     are read. The job reports what it has read once per checkpoint
 * @param visible latency from the commit of a change to its snapshot
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
   * @param snapshot rows that existed before the job followed the changes
   */
  record Changes(long created, long updated, long deleted, long snapshot) {
    long all() {
      return created + updated + deleted + snapshot;
    }
  }

  /** Settled transactions by the risk that the scorer returned. */
  record Risks(long low, long medium, long high, long unknown) {}

  /** The tables in the lake. */
  record Tables(
      TableState customers,
      TableState settled,
      TableState pending,
      TableState spend,
      TableState deletions) {}

  /** Returns whether every change was read and the lake has the same rows as the database. */
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

  @Override
  public String summary() {
    return String.format(
        Locale.ROOT,
        "%d transactions in PostgreSQL %s %d settled + %d pending rows in Iceberg; %d customers %s"
            + " %d rows; %d changes %s %d read (%d stale, %d dead letters); %d windows%s",
        bank.transactions(),
        sign(
            bank.settled() == tables.settled().rows() && bank.pending() == tables.pending().rows()),
        tables.settled().rows(),
        tables.pending().rows(),
        bank.customers(),
        sign(bank.customers() == tables.customers().rows()),
        tables.customers().rows(),
        written(),
        sign(written() == read().all()),
        read().all(),
        stale(),
        deadLetters(),
        tables.spend().rows(),
        addsUp() ? "" : ": " + open() + " unaccounted for");
  }

  private static String sign(boolean equal) {
    return equal ? "=" : "≠";
  }
}
