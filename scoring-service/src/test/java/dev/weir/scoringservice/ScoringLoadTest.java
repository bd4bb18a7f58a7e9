package dev.weir.scoringservice;

import static dev.weir.scoringservice.Eventually.eventually;
import static dev.weir.scoringservice.Scorers.taking;
import static dev.weir.scoringservice.Scorers.transaction;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.is;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ScoringLoadTest {
  private static final int REQUESTS = 2000;
  private static final Duration HOUR = Duration.ofHours(1);

  @Test
  void twoThousandRequestsWaitAtOnceAndAsManyAreAnsweredBesideThem() {
    try (ScoringService service = Scorers.start(taking(HOUR.toMillis()))) {
      Client client = Client.of(service);
      String question = transaction("t1", "1", "Paris").toString();

      var waiting =
          Stream.generate(() -> client.postLater("/predict", question)).limit(REQUESTS).toList();
      eventually(() -> service.stats().inFlight(), is((long) REQUESTS));
      service.behave(taking(0));
      var asked =
          Stream.generate(() -> client.postLater("/predict", question)).limit(REQUESTS).toList();
      List<Integer> statuses = asked.stream().map(answer -> answer.join().statusCode()).toList();

      assertThat(statuses, everyItem(is(200)));
      eventually(() -> service.stats().inFlight(), is((long) REQUESTS));
      waiting.forEach(request -> request.cancel(true));
      eventually(() -> service.stats().inFlight(), is(0L));
      assertThat(service.stats().abandoned(), is((long) REQUESTS));
    }
  }
}
