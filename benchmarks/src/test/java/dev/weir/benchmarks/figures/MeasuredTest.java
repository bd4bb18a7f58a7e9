package dev.weir.benchmarks.figures;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MeasuredTest {
  private static final Environment MACHINE = new Environment(2, 24, "JVM 17", "Linux", Map.of());
  private static final Term OURS = new Term("ours", "rate");
  private static final Term THEIRS = new Term("theirs", "rate");

  private static Measured of(List<Map<String, Map<String, Double>>> rounds) {
    return new Measured("2026-01-31", false, MACHINE, "", rounds);
  }

  private static Map<String, Map<String, Double>> round(double ours, double theirs) {
    return Map.of("ours", Map.of("rate", ours), "theirs", Map.of("rate", theirs));
  }

  @Test
  void ratiosAreComputedRoundByRound() {
    Measured measured = of(List.of(round(1, 2), round(30, 10), round(4, 4)));

    // The ratio of the medians would be 4 ÷ 4, too; their extremes would not.
    assertThat(measured.ratios(OURS, THEIRS), is(Optional.of(new Spread(1, 0.5, 3, 3))));
    assertThat(measured.values(OURS), is(Optional.of(new Spread(4, 1, 30, 3))));
  }

  @Test
  void aRoundWithoutOneOfTheFiguresHasNoRatio() {
    Measured measured = of(List.of(round(1, 2), Map.of("ours", Map.of("rate", 9.0))));

    assertThat(measured.ratios(OURS, THEIRS), is(Optional.of(new Spread(0.5, 0.5, 0.5, 1))));
  }

  @Test
  void nothingIsDividedByZero() {
    assertThat(of(List.of(round(1, 0))).ratios(OURS, THEIRS), is(Optional.empty()));
  }
}
