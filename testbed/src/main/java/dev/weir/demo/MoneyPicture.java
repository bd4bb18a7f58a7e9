package dev.weir.demo;

import java.util.List;
import java.util.Locale;

/** Renders the state of the money enrichment demo. */
record MoneyPicture(MoneyDemoState s) implements Picture {
  @Override
  public String line() {
    return String.format(
        Locale.ROOT,
        "%4ds  wallet %d (%.0f/s)  users %d  sessions %d  enriched %d (%.0f/s)  first %d  of known"
            + " users %d  session stream/service/unknown/unavailable/none %d/%d/%d/%d/%d"
            + "  duplicates %d  late %d  ignored %d  dead letters %d (wallet %d)  waiting %d"
            + "  in flight %d  service p50/p99 %s/%s ms  enriched p50/p99 %s/%s ms",
        s.running().toSeconds(),
        s.wallet(),
        s.walletPerSecond(),
        s.users(),
        s.sessions(),
        s.enriched(),
        s.enrichedPerSecond(),
        s.firsts(),
        s.ofKnownUsers(),
        s.from().stream(),
        s.from().service(),
        s.from().unknown(),
        s.from().unavailable(),
        s.from().none(),
        s.duplicates(),
        s.late(),
        s.ignored(),
        s.deadLetters(),
        s.walletDeadLetters(),
        s.waiting(),
        s.inFlight(),
        Picture.millis(s.serviceCall().p50()),
        Picture.millis(s.serviceCall().p99()),
        Picture.millis(s.enrichment().p50()),
        Picture.millis(s.enrichment().p99()));
  }

  @Override
  public List<String> lines() {
    return List.of(
        Picture.title("money enrichment", s.running()),
        "",
        Picture.count("payments in", s.wallet(), s.walletPerSecond()),
        Picture.count("users' changes in", s.users()),
        Picture.count("sessions in", s.sessions()),
        Picture.count("enriched out", s.enriched(), s.enrichedPerSecond()),
        Picture.count("  session from the stream", s.from().stream()),
        Picture.count("  session from the service", s.from().service()),
        String.format(
            Locale.ROOT,
            "  session unknown %d, unavailable %d, none %d",
            s.from().unknown(),
            s.from().unavailable(),
            s.from().none()),
        Picture.count("  of known users", s.ofKnownUsers()),
        Picture.count("  first of their kind", s.firsts()),
        Picture.count("duplicates", s.duplicates()),
        Picture.count("dead letters", s.deadLetters()) + "  wallet " + s.walletDeadLetters(),
        Picture.count("waiting", s.waiting()),
        Picture.count("late", s.late()),
        Picture.count("ignored", s.ignored()),
        "",
        Picture.latencies(),
        Picture.latency("a call to the session service", s.serviceCall()),
        Picture.latency("from event to enriched event", s.enrichment()),
        Picture.count("session requests in flight", s.inFlight()),
        "",
        Picture.log(s.log()));
  }
}
