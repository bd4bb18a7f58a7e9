package dev.weir.demo;

import dev.weir.demo.DemoState.Latency;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Content for the screen, and the format of its numbers. */
interface Picture {
  /** Returns everything in one line, for output that cannot be updated in place. */
  String line();

  /** Returns at most 23 lines, which fit into a terminal. */
  List<String> lines();

  static String title(String name, Duration running) {
    long seconds = running.toSeconds();
    return Screen.BOLD
        + "Weir · "
        + name
        + Screen.PLAIN
        + Screen.DIM
        + String.format(
            Locale.ROOT, "   %02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60)
        + "  Ctrl-C stops"
        + Screen.PLAIN;
  }

  static String count(String name, long value) {
    return String.format(Locale.ROOT, "%-26s%,14d", name, value);
  }

  static String count(String name, long value, double perSecond) {
    return count(name, value) + String.format(Locale.ROOT, "%,14.1f /s", perSecond);
  }

  static String latencies() {
    return String.format(Locale.ROOT, "%-36s%10s%10s", "latency, last seconds", "p50", "p99");
  }

  static String latency(String name, Latency latency) {
    return String.format(
        Locale.ROOT,
        "%-36s%10s%10s",
        name,
        millis(latency.p50()) + " ms",
        millis(latency.p99()) + " ms");
  }

  static String millis(long value) {
    return value < 0 ? "-" : Long.toString(value);
  }

  static String log(String file) {
    return Screen.DIM + "log: " + file + Screen.PLAIN;
  }
}
