package dev.weir.demo;

import java.time.Duration;
import java.util.Locale;

/**
 * State of the money enrichment demo at one moment. Every number comes from a source that a user
 * can read too: the topics, the session service, the job's metrics.
 *
 * @param wallet payments and transactions on their topic
 * @param users users' changes on their topic
 * @param sessions sessions on their topic
 * @param firsts enriched events that were the first of their user and type of money
 * @param ofKnownUsers enriched events of users with known facts
 * @param from origin of the enriched events' sessions
 * @param duplicates dropped from the wallet, as reported by the job
 * @param late events that arrived too late to wait for anything, as reported by the job
 * @param ignored events that the job skipped
 * @param deadLetters dead letters of all streams
 * @param walletDeadLetters dead letters of payments and transactions
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
   * Number of enriched events by where their session was found.
   *
   * @param stream as reported by the job; this count may be ahead of the output topic
   * @param service all other events with a known session
   * @param unknown events whose session is not known anywhere
   * @param unavailable events for which the service did not answer
   * @param none events that name no session
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

  /** Payments and transactions that are not yet enriched, duplicates or dead letters. */
  long waiting() {
    return wallet - enriched - duplicates - walletDeadLetters;
  }

  /** Returns whether every payment and transaction is enriched, a duplicate or a dead letter. */
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

  @Override
  public String summary() {
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
