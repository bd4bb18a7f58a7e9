package dev.weir.benchmarks.page;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import dev.weir.benchmarks.figures.Spread;
import dev.weir.benchmarks.figures.Term;
import org.junit.jupiter.api.Test;

class GoalTest {
  private static final Goal AT_LEAST = Goal.atLeast(1.0, "line", "a/b", "rate", "weir", "native");
  private static final Goal AT_MOST =
      Goal.atMost(30, " ms", "line", "a/b", new Term("weir", "p50"));

  @Test
  void theMedianDecides() {
    assertThat(AT_LEAST.isReachedBy(new Spread(1.0, 0.5, 1.2, 5)), is(true));
    assertThat(AT_LEAST.isReachedBy(new Spread(0.99, 0.9, 2.0, 5)), is(false));
    assertThat(AT_MOST.isReachedBy(new Spread(30, 20, 99, 5)), is(true));
    assertThat(AT_MOST.isReachedBy(new Spread(31, 1, 99, 5)), is(false));
  }

  @Test
  void eachRoundCountsIfTheGoalSaysSo() {
    Goal goal = AT_LEAST.andEach(0.8);

    assertThat(goal.isReachedBy(new Spread(1.1, 0.8, 1.2, 5)), is(true));
    assertThat(goal.isReachedBy(new Spread(1.1, 0.79, 1.2, 5)), is(false));
  }
}
