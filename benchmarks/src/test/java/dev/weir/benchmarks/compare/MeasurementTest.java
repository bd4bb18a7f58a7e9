package dev.weir.benchmarks.compare;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.is;

import dev.weir.benchmarks.figures.Measured;
import dev.weir.benchmarks.page.Column;
import dev.weir.benchmarks.page.Layout;
import dev.weir.benchmarks.page.Row;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MeasurementTest {
  private final List<String> events = new ArrayList<>();

  /** Gives the number of the run as its figure. */
  private final Comparison comparison =
      new Comparison() {
        @Override
        public Layout layout() {
          return Layout.of(
              "a/b", "title", List.of(Column.WEIR, Column.NATIVE), List.of(Row.PER_SECOND));
        }

        @Override
        public int rounds() {
          return 2;
        }

        @Override
        public Sides open(Bench bench) {
          return new Sides() {
            @Override
            public Outcome run(String side) {
              events.add(side);
              return new Outcome().with("per_second", events.size());
            }

            @Override
            public void close() {
              events.add("closed");
            }
          };
        }
      };

  private Measured measured(boolean quick) throws Exception {
    return new Measurement(new Bench(Path.of(""), quick)).measure(comparison);
  }

  @Test
  void everySecondRoundIsInTheOppositeOrder() throws Exception {
    Measured measured = measured(false);

    assertThat(events, contains("weir", "native", "native", "weir", "closed"));
    assertThat(
        measured.rounds(),
        contains(
            Map.of("weir", Map.of("per_second", 1.0), "native", Map.of("per_second", 2.0)),
            Map.of("weir", Map.of("per_second", 4.0), "native", Map.of("per_second", 3.0))));
  }

  @Test
  void aQuickRunHasOneRound() throws Exception {
    Measured measured = measured(true);

    assertThat(events, contains("weir", "native", "closed"));
    assertThat(measured.quick(), is(true));
  }
}
