package dev.weir.benchmarks.figures;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SpreadTest {
  @Test
  void anOddNumberOfValuesHasOneInTheMiddle() {
    assertThat(Spread.of(List.of(3.0, 9.0, 1.0)), is(Optional.of(new Spread(3, 1, 9, 3))));
  }

  @Test
  void theMedianOfAnEvenNumberIsBetweenTheTwoInTheMiddle() {
    assertThat(Spread.of(List.of(8.0, 2.0, 4.0, 1.0)), is(Optional.of(new Spread(3, 1, 8, 4))));
  }

  @Test
  void noValuesHaveNoSpread() {
    assertThat(Spread.of(List.of()), is(Optional.empty()));
  }
}
