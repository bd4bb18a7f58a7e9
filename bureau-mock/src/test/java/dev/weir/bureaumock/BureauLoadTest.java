package dev.weir.bureaumock;

import static dev.weir.bureaumock.Bureaus.asking;
import static dev.weir.bureaumock.Bureaus.taking;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BureauLoadTest {

  /** Long enough for the slowest machine to ask everything before the first answer. */
  private static final Duration LATENCY = Duration.ofSeconds(3);

  @Test
  void twoThousandRequestsWaitAtOnceAndAllAreAnswered() {
    try (BureauMock bureau = BureauMock.start(taking(LATENCY.toMillis()), 0)) {
      Client client = Client.of(bureau);
      long began = System.nanoTime();

      var asked =
          Stream.generate(() -> client.postLater("/v1/score", asking("1"))).limit(2000).toList();
      List<Integer> statuses = asked.stream().map(answer -> answer.join().statusCode()).toList();

      assertThat(statuses, everyItem(is(200)));
      assertThat(bureau.stats().maxInFlight(), is(2000L));
      assertThat(bureau.stats().inFlight(), is(0L));
      assertThat(
          Duration.ofNanos(System.nanoTime() - began),
          is(lessThan(LATENCY.plus(Duration.ofSeconds(12)))));
    }
  }
}
