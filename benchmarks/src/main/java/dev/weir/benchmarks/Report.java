package dev.weir.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Prints the rows of a Markdown table that compares Weir with native Flink. */
final class Report {
  private Report() {}

  /** Figures of one run of one side. */
  record Sample(double perSecond, long p50, long p99, long mebibytes) {}

  static void header(String title) {
    row(title, "Weir", "native Flink", "ratio");
    row("---", "---:", "---:", "---:");
  }

  /** The ratio is the median of those of the pairs. */
  static void throughput(String name, List<Sample> weir, List<Sample> byHand) {
    double ours = median(weir.stream().map(Sample::perSecond).toList());
    double theirs = median(byHand.stream().map(Sample::perSecond).toList());
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < weir.size(); i++) {
      ratios.add(weir.get(i).perSecond() / byHand.get(i).perSecond());
    }
    row(
        name,
        String.format(Locale.ROOT, "%.0f", ours),
        String.format(Locale.ROOT, "%.0f", theirs),
        String.format(Locale.ROOT, "%.2f", median(ratios)));
  }

  static void heap(List<Sample> weir, List<Sample> byHand) {
    double ours = median(weir.stream().map(s -> (double) s.mebibytes()).toList());
    double theirs = median(byHand.stream().map(s -> (double) s.mebibytes()).toList());
    row(
        "peak heap of the process, MiB",
        String.format(Locale.ROOT, "%.0f", ours),
        String.format(Locale.ROOT, "%.0f", theirs),
        String.format(Locale.ROOT, "%.2f", ours / theirs));
  }

  static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  static void row(String... cells) {
    System.out.println("| " + String.join(" | ", cells) + " |");
  }
}
