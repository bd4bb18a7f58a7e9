package dev.weir.benchmarks.page;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;

import dev.weir.benchmarks.figures.Environment;
import dev.weir.benchmarks.figures.Figures;
import dev.weir.benchmarks.figures.Measured;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PageTest {
  private static final Environment MACHINE =
      new Environment(2, 24, "JVM 17", "Linux", Map.of("Beam", "2.70.0"));
  private static final Environment OTHER =
      new Environment(8, 64, "JVM 17", "Linux", Map.of("Beam", "2.70.0"));
  private static final Section LOANS =
      new Section(
          "loans",
          "The whole loan job",
          List.of(
              Layout.of(
                  "loans/throughput",
                  "Kafka to Kafka",
                  List.of(Column.WEIR, Column.NATIVE),
                  List.of(Row.PER_SECOND, Row.HEAP, Row.count("records", "records"))),
              Layout.of(
                  "loans/latency", "latency", List.of(Column.WEIR), List.of(Row.PER_SECOND))));

  private static Figures figures(Measured throughput) {
    return Figures.none().with("loans/throughput", throughput);
  }

  private static Measured throughput(boolean quick, Environment environment, String note) {
    return new Measured(
        "2026-01-31", quick, environment, note, List.of(round(900, 1000), round(2200, 2000)));
  }

  private static Map<String, Map<String, Double>> round(double weir, double other) {
    return Map.of(
        "weir",
        Map.of("per_second", weir, "records", 5_000.0),
        "native",
        Map.of("per_second", other, "records", 5_000.0));
  }

  private static String page(Figures figures) {
    return new Page(List.of(LOANS), figures).text();
  }

  @Test
  void aTableHasMediansAndRatiosWithTheirSpread() {
    assertThat(
        page(figures(throughput(false, MACHINE, "By hand."))),
        containsString(
            """
            | Kafka to Kafka | Weir | native Flink | Weir ÷ native Flink |
            | --- | ---: | ---: | ---: |
            | records per second | 1,550 | 1,500 | 1.00 (0.90–1.10) |
            | records | 5,000 | 5,000 |  |

            *2026-01-31, 2 rounds.* By hand.

            *Not measured yet:* latency.

            ### What was tried: the whole loan job
            """));
  }

  @Test
  void theTableOfGoalsSaysWhatIsReached() {
    String page = page(figures(throughput(false, MACHINE, "")));

    assertThat(
        page,
        containsString(
            "| whole loan job, throughput ÷ native Flink | 1.00 | 0.90–1.10 | ≥ 1.00 | yes |"));
    assertThat(
        page, containsString("| ledger, appends ÷ FlinkSink |  |  | ≥ 1.00 | not measured |"));
  }

  @Test
  void aQuickRunIsMarked() {
    String page = page(figures(throughput(true, MACHINE, "")));

    assertThat(page, containsString("*2026-01-31, 2 rounds of a quick run.*\n"));
    assertThat(page, containsString("| ≥ 1.00 | yes, in a quick run |"));
  }

  @Test
  void aTableOfAnotherMachineNamesIt() {
    Figures figures =
        figures(throughput(false, OTHER, ""))
            .with("loans/latency", new Measured("2026-02-01", false, MACHINE, "", List.of()));

    String page = page(figures);

    assertThat(
        page,
        containsString(
            "Unless a table says otherwise, all figures were measured on 2 cores, 24 GiB of memory,"
                + " JVM 17, Linux, with Beam 2.70.0."));
    assertThat(page, containsString("2 rounds.* On 8 cores, 64 GiB of memory, JVM 17, Linux.\n"));
    assertThat(page, not(containsString("* On 2 cores")));
  }
}
