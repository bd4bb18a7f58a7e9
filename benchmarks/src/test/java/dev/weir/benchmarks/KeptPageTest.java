package dev.weir.benchmarks;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import dev.weir.benchmarks.compare.Checkout;
import dev.weir.benchmarks.figures.Figures;
import dev.weir.benchmarks.page.Column;
import dev.weir.benchmarks.page.Goal;
import dev.weir.benchmarks.page.Goals;
import dev.weir.benchmarks.page.Layout;
import dev.weir.benchmarks.page.Page;
import dev.weir.benchmarks.page.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Docs, figures and code must not drift apart. */
class KeptPageTest {
  private final Contents contents = new Contents();
  private final Map<String, Layout> layouts =
      contents.sections().stream()
          .flatMap(section -> section.tables().stream())
          .collect(Collectors.toMap(Layout::id, Function.identity()));

  @Test
  void thePageIsRenderedFromTheKeptFiguresAndTheFragments() throws IOException {
    String page = Files.readString(Checkout.page());

    assertThat(
        "docs/benchmarks.md is generated: write it with"
            + " mvn -q process-classes exec:java -Pbenchmarks -Dexec.args=render",
        page,
        is(new Page(contents.sections(), Figures.read(Checkout.figures())).text()));
  }

  @Test
  void everyKeptFigureIsOnThePage() throws IOException {
    Figures figures = Figures.read(Checkout.figures());
    Set<String> unknown = new HashSet<>();
    for (String id : figures.comparisons()) {
      Layout layout = layouts.get(id);
      figures.of(id).orElseThrow().rounds().stream()
          .flatMap(round -> round.entrySet().stream())
          .forEach(
              side ->
                  side.getValue().keySet().stream()
                      .filter(figure -> !has(layout, side.getKey(), figure))
                      .forEach(figure -> unknown.add(id + " " + side.getKey() + " " + figure)));
    }
    assertThat(unknown, is(empty()));
  }

  @Test
  void everyGoalIsAboutFiguresOfATable() {
    List<Goal> unknown =
        Goals.all().stream()
            .filter(
                goal -> {
                  Layout layout = layouts.get(goal.comparison());
                  return !has(layout, goal.of().side(), goal.of().figure())
                      || (goal.to() != null && !has(layout, goal.to().side(), goal.to().figure()));
                })
            .toList();
    assertThat(unknown, is(empty()));
  }

  private static boolean has(Layout layout, String side, String figure) {
    return layout != null
        && layout.columns().stream().map(Column::side).anyMatch(side::equals)
        && layout.rows().stream().map(Row::figure).anyMatch(figure::equals);
  }
}
