package dev.weir.bureaumock;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import java.util.IntSummaryStatistics;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoresTest {

  private static final int[] SCORES =
      IntStream.range(0, 100_000).map(n -> Scores.of(n + "-0")).toArray();

  @ParameterizedTest
  @CsvSource({
    "123-45-6780, 679",
    "123-45-6781, 466",
    "000-00-0000, 453",
    "987654321, 565",
    "é, 685"
  })
  void anSsnAlwaysHasTheSameScore(String ssn, int score) {
    assertThat(Scores.of(ssn), is(score));
  }

  @ParameterizedTest
  @CsvSource({"123-45-6789", "9", "000000009"})
  void anSsnThatEndsInNineScores450(String ssn) {
    assertThat(Scores.of(ssn), is(450));
  }

  @Test
  void scoresAreUniformFrom300To850() {
    IntSummaryStatistics scores = IntStream.of(SCORES).summaryStatistics();

    assertThat(scores.getMin(), is(300));
    assertThat(scores.getMax(), is(850));
    assertThat(scores.getAverage(), is(closeTo(575, 3)));
  }

  @Test
  void everyTenthOfTheRangeIsEquallyLikely() {
    int[] tenths = new int[10];
    IntStream.of(SCORES).forEach(score -> tenths[(score - 300) * 10 / 551]++);

    for (int count : tenths) {
      assertThat(count, is(allOf(greaterThanOrEqualTo(9_500), lessThanOrEqualTo(10_500))));
    }
  }
}
