package dev.weir.demo;

import java.time.Duration;
import java.util.Locale;

/**
 * State of the loan decisions demo at one moment. Every number comes from a source that a user can
 * read too: the topics, the bureau, the job's metrics.
 *
 * @param applications records on the input topic
 * @param duplicates dropped, as reported by the job
 * @param ledger the table as a reader sees it
 * @param waiting applications that are not yet decided, duplicates or dead letters
 */
record LoanDemoState(
    Duration running,
    long applications,
    long decisions,
    long approved,
    long denied,
    long referred,
    long duplicates,
    long deadLetters,
    long waiting,
    DemoLake.TableState ledger,
    double applicationsPerSecond,
    double decisionsPerSecond,
    long inFlight,
    Latency bureauCall,
    Latency askedDecision,
    Latency notAskedDecision,
    String log)
    implements DemoState {

  /**
   * Returns whether every application is decided, a duplicate or a dead letter, and every decision
   * a row.
   */
  @Override
  public boolean addsUp() {
    return applications == decisions + duplicates + deadLetters && ledger.rows() == decisions;
  }

  @Override
  public long open() {
    return waiting + decisions - ledger.rows();
  }

  @Override
  public Picture picture() {
    return new LoanPicture(this);
  }

  @Override
  public String summary() {
    return String.format(
        Locale.ROOT,
        "%d applications %s %d decisions (%d approved, %d denied, %d referred) + %d duplicates + %d"
            + " dead letters; %d decisions %s %d rows in table %s, %d snapshots%s",
        applications(),
        waiting() == 0 ? "=" : "≠",
        decisions(),
        approved(),
        denied(),
        referred(),
        duplicates(),
        deadLetters(),
        decisions(),
        ledger().rows() == decisions() ? "=" : "≠",
        ledger().rows(),
        LoanDemo.TABLE_NAME,
        ledger().snapshots(),
        addsUp() ? "" : ": " + unaccounted() + " unaccounted for");
  }

  private long unaccounted() {
    return Math.abs(waiting()) + Math.abs(decisions() - ledger().rows());
  }
}
