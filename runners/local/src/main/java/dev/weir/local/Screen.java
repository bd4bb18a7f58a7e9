package dev.weir.local;

import dev.weir.local.DemoState.Latency;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** Shows the demo: one screen that updates in place, or a line per second where there is none. */
final class Screen {
  private static final String HOME = "\033[H";
  private static final String CLEAR = "\033[2J";
  private static final String CLEAR_LINE = "\033[K";
  private static final String CLEAR_BELOW = "\033[J";
  private static final String BOLD = "\033[1m";
  private static final String DIM = "\033[2m";
  private static final String PLAIN = "\033[0m";

  private final PrintStream out;
  private final boolean inPlace;
  private boolean drawn;

  Screen(PrintStream out, boolean inPlace) {
    this.out = out;
    this.inPlace = inPlace;
  }

  /** On a terminal that can move its cursor, in place; else line by line. */
  static Screen onConsole() {
    String terminal = System.getenv().getOrDefault("TERM", "dumb");
    return new Screen(System.out, System.console() != null && !terminal.equals("dumb"));
  }

  boolean isInPlace() {
    return inPlace;
  }

  /** A line of its own: progress before the first picture, the summary after the last. */
  void say(String line) {
    out.println(line);
    out.flush();
  }

  void show(DemoState state) {
    if (!inPlace) {
      say(line(state));
      return;
    }
    StringBuilder picture = new StringBuilder(drawn ? HOME : CLEAR + HOME);
    for (String line : picture(state)) {
      picture.append(line).append(CLEAR_LINE).append('\n');
    }
    out.print(picture.append(CLEAR_BELOW));
    out.flush();
    drawn = true;
  }

  static String line(DemoState s) {
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
        millis(s.bureauCall().p50()),
        millis(s.bureauCall().p99()),
        millis(s.askedDecision().p50()),
        millis(s.askedDecision().p99()));
  }

  private static List<String> picture(DemoState s) {
    return List.of(
        BOLD + "Weir · loan decisions" + PLAIN + DIM + clock(s) + "  Ctrl-C stops" + PLAIN,
        "",
        count("applications in", s.applications(), s.applicationsPerSecond()),
        count("decisions out", s.decisions(), s.decisionsPerSecond()),
        count("  approved", s.approved()),
        count("  denied", s.denied()),
        count("  referred", s.referred()),
        count("duplicates", s.duplicates()),
        count("dead letters", s.deadLetters()),
        count("waiting", s.waiting()),
        "",
        count("rows in the Iceberg table", s.ledger().rows()),
        count("  snapshots", s.ledger().snapshots()),
        "",
        String.format(Locale.ROOT, "%-36s%10s%10s", "latency, last seconds", "p50", "p99"),
        latency("a call to the bureau", s.bureauCall()),
        latency("a decision that needs one", s.askedDecision()),
        latency("a decision that needs none", s.notAskedDecision()),
        "",
        count("bureau requests in flight", s.inFlight()),
        "",
        DIM + "log: " + s.log() + PLAIN);
  }

  private static String clock(DemoState s) {
    long seconds = s.running().toSeconds();
    return String.format("   %02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  }

  private static String count(String name, long value) {
    return String.format(Locale.ROOT, "%-26s%,14d", name, value);
  }

  private static String count(String name, long value, double perSecond) {
    return count(name, value) + String.format(Locale.ROOT, "%,14.1f /s", perSecond);
  }

  private static String latency(String name, Latency latency) {
    return String.format(
        Locale.ROOT,
        "%-36s%10s%10s",
        name,
        millis(latency.p50()) + " ms",
        millis(latency.p99()) + " ms");
  }

  private static String millis(long value) {
    return value < 0 ? "-" : Long.toString(value);
  }
}
