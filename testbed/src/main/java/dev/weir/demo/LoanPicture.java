package dev.weir.demo;

import java.util.List;
import java.util.Locale;

/** Renders the state of the loan decisions demo. */
record LoanPicture(LoanDemoState s) implements Picture {
  @Override
  public String line() {
    return String.format(
        Locale.ROOT,
        "%4ds  applications %d (%.0f/s)  decisions %d (%.0f/s)  approved %d  denied %d  referred %d"
            + "  duplicates %d  dead letters %d  waiting %d  rows %d  snapshots %d  in flight %d  bureau p50/p99 %s/%s ms"
            + "  decision p50/p99 %s/%s ms",
        s.running().toSeconds(),
        s.applications(),
        s.applicationsPerSecond(),
        s.decisions(),
        s.decisionsPerSecond(),
        s.approved(),
        s.denied(),
        s.referred(),
        s.duplicates(),
        s.deadLetters(),
        s.waiting(),
        s.ledger().rows(),
        s.ledger().snapshots(),
        s.inFlight(),
        Picture.millis(s.bureauCall().p50()),
        Picture.millis(s.bureauCall().p99()),
        Picture.millis(s.askedDecision().p50()),
        Picture.millis(s.askedDecision().p99()));
  }

  @Override
  public List<String> lines() {
    return List.of(
        Picture.title("loan decisions", s.running()),
        "",
        Picture.count("applications in", s.applications(), s.applicationsPerSecond()),
        Picture.count("decisions out", s.decisions(), s.decisionsPerSecond()),
        Picture.count("  approved", s.approved()),
        Picture.count("  denied", s.denied()),
        Picture.count("  referred", s.referred()),
        Picture.count("duplicates", s.duplicates()),
        Picture.count("dead letters", s.deadLetters()),
        Picture.count("waiting", s.waiting()),
        "",
        Picture.count("rows in the Iceberg table", s.ledger().rows()),
        Picture.count("  snapshots", s.ledger().snapshots()),
        "",
        Picture.latencies(),
        Picture.latency("a call to the bureau", s.bureauCall()),
        Picture.latency("a decision that needs one", s.askedDecision()),
        Picture.latency("a decision that needs none", s.notAskedDecision()),
        "",
        Picture.count("bureau requests in flight", s.inFlight()),
        "",
        Picture.log(s.log()));
  }
}
