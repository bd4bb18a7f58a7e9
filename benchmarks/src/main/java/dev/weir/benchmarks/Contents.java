package dev.weir.benchmarks;

import dev.weir.benchmarks.compare.Comparison;
import dev.weir.benchmarks.loans.BureauStages;
import dev.weir.benchmarks.loans.WholeJobs;
import dev.weir.benchmarks.page.Layout;
import dev.weir.benchmarks.page.Section;
import dev.weir.benchmarks.publish.Publishing;
import dev.weir.benchmarks.publish.Recoveries;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;

/** All comparisons, in the order of the page, and the words that select them. */
final class Contents {
  static final String ALL = "all";

  /** The headings of the sections, by the first part of the ids of their comparisons. */
  private static final Map<String, String> HEADINGS = new LinkedHashMap<>();

  static {
    HEADINGS.put("bureau", "The bureau stage");
    HEADINGS.put("loans", "The whole loan job");
    HEADINGS.put("ledger", "The ledger and Iceberg's Flink sink");
    HEADINGS.put("spend", "Spend windows");
    HEADINGS.put("money", "Money enrichment");
    HEADINGS.put("publish", "Publishing exactly once");
    HEADINGS.put("backfill", "Backfills");
    HEADINGS.put(SmallComparison.SECTION, "The speed guard");
  }

  private final List<Comparison> comparisons = new ArrayList<>();

  Contents() {
    comparisons.add(BureauStages.throughput());
    comparisons.add(BureauStages.latency());
    comparisons.add(WholeJobs.throughput());
    comparisons.add(WholeJobs.latency());
    comparisons.add(LedgerSinks.append());
    comparisons.add(LedgerSinks.upsert());
    comparisons.add(LedgerSinks.beam());
    comparisons.addAll(SpendWindows.all());
    comparisons.add(MoneyJobs.onTheHeap());
    comparisons.add(MoneyJobs.inRocksDb());
    comparisons.add(Publishing.throughput());
    comparisons.add(Publishing.latency());
    comparisons.add(new Recoveries());
    comparisons.add(new Backfills.OfApplications());
    comparisons.add(new Backfills.OfCardChanges());
    comparisons.addAll(SmallComparison.all());
  }

  /** Returns the sections of the page. */
  List<Section> sections() {
    return HEADINGS.entrySet().stream()
        .map(
            heading ->
                new Section(
                    heading.getKey(),
                    heading.getValue(),
                    layouts(layout -> layout.section().equals(heading.getKey()))))
        .toList();
  }

  private List<Layout> layouts(Predicate<Layout> which) {
    return comparisons.stream().map(Comparison::layout).filter(which).toList();
  }

  /**
   * Returns the comparisons that words select, in the order of the page. A word is a section, a
   * name in any section (such as {@code latency}), an id (such as {@code publish/latency}), or
   * {@code all}, which selects everything except the small comparisons of the speed guard.
   *
   * @throws IllegalArgumentException if a word selects nothing
   */
  List<Comparison> selected(List<String> words) {
    for (String word : words) {
      if (comparisons.stream().noneMatch(comparison -> selects(word, comparison.layout()))) {
        throw new IllegalArgumentException("'" + word + "' selects nothing; write " + words());
      }
    }
    return comparisons.stream()
        .filter(comparison -> words.stream().anyMatch(word -> selects(word, comparison.layout())))
        .toList();
  }

  private static boolean selects(String word, Layout layout) {
    boolean isSmall = layout.section().equals(SmallComparison.SECTION);
    return word.equals(layout.section())
        || word.equals(layout.id())
        || (!isSmall && (word.equals(ALL) || word.equals(layout.name())));
  }

  /** Lists the words. */
  String words() {
    return ALL
        + ", one of "
        + String.join(", ", HEADINGS.keySet())
        + ", or one of "
        + String.join(
            ", ", new TreeSet<>(layouts(layout -> true).stream().map(Layout::id).toList()));
  }
}
