package dev.weir.demo;

import java.time.Duration;

/**
 * State of the loan decisions demo at one moment. Every number comes from a source that a user can
 * read too: the topics, the bureau, the job's metrics.
 *
 * @param applications on the input topic
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
}
