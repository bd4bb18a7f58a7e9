package dev.weir.record;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.is;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OriginTest {
  @Test
  void linesOfAFileAreOrderedByNumberAndNotByText() {
    assertThat(
        Stream.of(Origin.ofFile("a", 10), Origin.ofFile("a", 9), Origin.ofFile("A", 11))
            .sorted()
            .toList(),
        contains(Origin.ofFile("A", 11), Origin.ofFile("a", 9), Origin.ofFile("a", 10)));
  }

  @Test
  void recordsOfATopicAreOrderedByPartitionAndOffset() {
    assertThat(
        Stream.of(
                Origin.ofTopic("t", 10, 1),
                Origin.ofTopic("t", 9, 1L << 40),
                Origin.ofTopic("t", 9, 2),
                Origin.ofTopic("s", 99, 99))
            .sorted()
            .toList(),
        contains(
            Origin.ofTopic("s", 99, 99),
            Origin.ofTopic("t", 9, 2),
            Origin.ofTopic("t", 9, 1L << 40),
            Origin.ofTopic("t", 10, 1)));
  }

  @Test
  void onlyAnOriginOfAFileIsAFile() {
    assertThat(Origin.ofFile("f", 1).isFile(), is(true));
    assertThat(Origin.ofTopic("t", 0, 0).isFile(), is(false));
  }
}
