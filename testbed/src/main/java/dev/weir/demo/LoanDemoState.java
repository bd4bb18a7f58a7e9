package dev.weir.demo;

import java.time.Duration;

/**
 * What the demo of loan decisions shows at one moment. Every number is read from where a user could
 * read it too: the topics, the bureau, the job's metrics.
 *
 * @param applications on the input topic
 * @param duplicates that the job says it dropped
 * @param ledger what a reader of the table sees
 * @param waiting applications that are neither decided, nor duplicates, nor dead letters yet
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

  /** Whether every application has become exactly one of the three, and every decision a row. */
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
