package dev.weir.scoringservice;

import static dev.weir.scoringservice.Scorers.taking;
import static dev.weir.scoringservice.Scorers.transaction;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ScoringLoadTest {

  /** Long enough for the slowest machine to ask everything before the first answer. */
  private static final Duration LATENCY = Duration.ofSeconds(3);

  @Test
  void twoThousandRequestsWaitAtOnceAndAllAreAnswered() {
    try (ScoringService service = Scorers.start(taking(LATENCY.toMillis()))) {
      Client client = Client.of(service);
      String question = transaction("t1", "1", "Paris").toString();
      long began = System.nanoTime();

      var asked =
          Stream.generate(() -> client.postLater("/predict", question)).limit(2000).toList();
      List<Integer> statuses = asked.stream().map(answer -> answer.join().statusCode()).toList();

      assertThat(statuses, everyItem(is(200)));
      assertThat(service.stats().maxInFlight(), is(2000L));
      assertThat(service.stats().inFlight(), is(0L));
      assertThat(
          Duration.ofNanos(System.nanoTime() - began),
          is(lessThan(LATENCY.plus(Duration.ofSeconds(12)))));
    }
  }
}
