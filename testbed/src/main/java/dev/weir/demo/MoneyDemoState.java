package dev.weir.demo;

import java.time.Duration;
import java.util.Locale;

/**
 * What the demo of money enrichment shows at one moment. Every number is read from where a user
 * could read it too: the topics, the session service, the job's metrics.
 *
 * @param wallet payments and transactions on their topic
 * @param users users' changes on their topic
 * @param sessions sessions on their topic
 * @param firsts enriched events that were the first of their user and type of money
 * @param ofKnownUsers enriched events of users of whom something is known
 * @param from where the sessions of the enriched events came from
 * @param duplicates that the job says it dropped from the wallet
 * @param late that the job found too late to wait for anything
 * @param ignored that the job skipped
 * @param deadLetters of all streams
 * @param walletDeadLetters of payments and transactions
 */
record MoneyDemoState(
    Duration running,
    long wallet,
    long users,
    long sessions,
    double walletPerSecond,
    long enriched,
    double enrichedPerSecond,
    long firsts,
    long ofKnownUsers,
    Origins from,
    long duplicates,
    long late,
    long ignored,
    long deadLetters,
    long walletDeadLetters,
    long inFlight,
    Latency serviceCall,
    Latency enrichment,
    String log)
    implements DemoState {

  /**
   * How many enriched events know their session from where.
   *
   * @param stream as the job says; its count may be ahead of what is on the topic
   * @param service the others that know it
   * @param unknown nobody knows the session
   * @param unavailable the service did not answer
   * @param none the event names no session
   */
  record Origins(long stream, long service, long unknown, long unavailable, long none) {
    static Origins of(long fromStream, MoneyTally tally) {
      long known = tally.enriched(MoneyTally.Session.KNOWN);
      long stream = Math.min(fromStream, known);
      return new Origins(
          stream,
          known - stream,
          tally.enriched(MoneyTally.Session.UNKNOWN),
          tally.enriched(MoneyTally.Session.UNAVAILABLE),
          tally.enriched(MoneyTally.Session.NONE));
    }
  }

  /** Payments and transactions that are not enriched, nor duplicates, nor dead letters yet. */
  long waiting() {
    return wallet - enriched - duplicates - walletDeadLetters;
  }

  /** Whether every payment and transaction has become exactly one of the three. */
  @Override
  public boolean addsUp() {
    return waiting() == 0;
  }

  @Override
  public long open() {
    return waiting();
  }

  @Override
  public Picture picture() {
    return new MoneyPicture(this);
  }

  /** In one line, where everything went. */
  String summary() {
    return String.format(
        Locale.ROOT,
        "%d payments and transactions %s %d enriched (session %d from the stream, %d from the"
            + " service, %d unknown, %d unavailable, %d none) + %d duplicates + %d dead letters%s",
        wallet,
        addsUp() ? "=" : "≠",
        enriched,
        from.stream(),
        from.service(),
        from.unknown(),
        from.unavailable(),
        from.none(),
        duplicates,
        walletDeadLetters,
        addsUp() ? "" : ": " + Math.abs(waiting()) + " unaccounted for");
  }
}
