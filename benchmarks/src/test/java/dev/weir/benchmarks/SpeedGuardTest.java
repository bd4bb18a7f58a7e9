package dev.weir.benchmarks;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import dev.weir.benchmarks.figures.Environment;
import dev.weir.benchmarks.figures.Measured;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class SpeedGuardTest {
  private static final SmallComparison LOANS = SmallComparison.all().get(0);

  /** Rounds with these ratios to a side that does 1,000 per second. */
  private static Measured ratios(double... ratios) {
    List<Map<String, Map<String, Double>>> rounds =
        DoubleStream.of(ratios)
            .mapToObj(
                ratio ->
                    Map.of(
                        "weir", Map.of("per_second", ratio * 1_000),
                        "native", Map.of("per_second", 1_000.0)))
            .toList();
    return new Measured(
        "2026-01-31", false, new Environment(2, 24, "JVM", "Linux", Map.of()), "", rounds);
  }

  private static Optional<String> complaint(Measured kept, Measured measured) {
    return SpeedGuard.complaint(LOANS, kept, measured);
  }

  @Test
  void aRatioThatHasClearlyFallenIsReportedWithHowToRenewIt() {
    assertThat(
        complaint(ratios(0.9, 1.0, 1.1), ratios(0.8, 0.84, 0.89)),
        is(
            Optional.of(
                "loans, throughput: Weir ÷ native Flink is 0.84 (0.80–0.89), but 1.00"
                    + " (0.90–1.10) on 2026-01-31 is kept in benchmarks/figures.json; if the"
                    + " change is worth it, renew the figures with mvn -q process-classes"
                    + " exec:java -Pbenchmarks -Dexec.args=speed/loans")));
  }

  @Test
  void aMedianWithinTheToleranceIsNot() {
    assertThat(complaint(ratios(0.99, 1.0, 1.1), ratios(0.8, 0.86, 0.9)), is(Optional.empty()));
  }

  @Test
  void aRoundThatReachesTheLowestKeptOneSavesTheOthers() {
    assertThat(complaint(ratios(0.9, 1.0, 1.1), ratios(0.5, 0.6, 0.9)), is(Optional.empty()));
  }

  @Test
  void aHigherRatioIsFine() {
    assertThat(complaint(ratios(0.9, 1.0, 1.1), ratios(2, 2, 2)), is(Optional.empty()));
  }
}
