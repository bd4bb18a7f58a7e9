package dev.weir.benchmarks;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import dev.weir.benchmarks.figures.Environment;
import dev.weir.benchmarks.figures.Measured;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class SpeedGuardTest {
  private static final SmallComparison LOANS = SmallComparison.all().get(0);
  private static final Environment MACHINE = new Environment(2, 24, "JVM", "Linux", Map.of());

  /** Rounds with these ratios of throughput, to a side that uses as much processor time. */
  private static Measured throughput(double... ratios) {
    return measured(DoubleStream.of(ratios).mapToObj(r -> round(r, 1)).toList());
  }

  /** Rounds with these ratios of processor time, to a side that is as fast. */
  private static Measured processor(double... ratios) {
    return measured(DoubleStream.of(ratios).mapToObj(r -> round(1, r)).toList());
  }

  private static Map<String, Map<String, Double>> round(double perSecond, double processor) {
    return Map.of(
        "weir", Map.of("per_second", perSecond, "processor_micros", processor),
        "native", Map.of("per_second", 1.0, "processor_micros", 1.0));
  }

  private static Measured measured(List<Map<String, Map<String, Double>>> rounds) {
    return new Measured("2026-01-31", false, MACHINE, "", rounds);
  }

  private static List<String> complaints(Measured kept, Measured measured) {
    return SpeedGuard.complaints(LOANS, kept, measured);
  }

  @Test
  void aRatioThatHasClearlyFallenIsReportedWithHowToRenewIt() {
    assertThat(
        complaints(throughput(0.9, 1.0, 1.1), throughput(0.8, 0.84, 0.89)),
        contains(
            "loans, throughput, records per second: Weir ÷ native Flink is 0.84 (0.80–0.89), but"
                + " 1.00 (0.90–1.10) on 2026-01-31 is kept in benchmarks/figures.json; if the"
                + " change is worth it, renew the figures with mvn -q process-classes exec:java"
                + " -Pbenchmarks -Dexec.args=speed/loans"));
  }

  @Test
  void moreProcessorTimePerRecordIsReportedAsALowerRatio() {
    assertThat(
        complaints(processor(1.0, 1.0, 1.0), processor(1.25, 1.25, 1.25)),
        contains(
            "loans, throughput, processor time of the process per record, µs: native Flink ÷ Weir"
                + " is 0.80 (0.80–0.80), but 1.00 (1.00–1.00) on 2026-01-31 is kept in"
                + " benchmarks/figures.json; if the change is worth it, renew the figures with"
                + " mvn -q process-classes exec:java -Pbenchmarks -Dexec.args=speed/loans"));
  }

  @Test
  void aMedianWithinTheToleranceIsNot() {
    assertThat(complaints(throughput(0.99, 1.0, 1.1), throughput(0.8, 0.86, 0.9)), is(empty()));
    assertThat(complaints(processor(1, 1, 1), processor(1.15, 1.15, 1.15)), is(empty()));
  }

  @Test
  void aRoundThatReachesTheLowestKeptOneSavesTheOthers() {
    assertThat(complaints(throughput(0.9, 1.0, 1.1), throughput(0.5, 0.6, 0.9)), is(empty()));
  }

  @Test
  void aBetterRatioIsFine() {
    assertThat(complaints(throughput(0.9, 1.0, 1.1), throughput(2, 2, 2)), is(empty()));
    assertThat(complaints(processor(1, 1, 1), processor(0.5, 0.5, 0.5)), is(empty()));
  }
}
