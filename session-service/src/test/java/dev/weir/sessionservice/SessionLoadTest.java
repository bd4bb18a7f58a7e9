package dev.weir.sessionservice;

import static dev.weir.sessionservice.Sessions.KNOWN;
import static dev.weir.sessionservice.Sessions.taking;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SessionLoadTest {

  /** Long enough for the slowest machine to ask everything before the first answer. */
  private static final Duration LATENCY = Duration.ofSeconds(6);

  @Test
  void twoThousandRequestsWaitAtOnceAndAllAreAnswered() {
    try (SessionService service = SessionService.start(taking(LATENCY.toMillis()), 0)) {
      Client client = Client.of(service);
      long began = System.nanoTime();

      var asked = Stream.generate(() -> client.getLater("/sessions/" + KNOWN)).limit(2000).toList();
      List<Integer> statuses = asked.stream().map(answer -> answer.join().statusCode()).toList();

      assertThat(statuses, everyItem(is(200)));
      assertThat(service.stats().maxInFlight(), is(2000L));
      assertThat(service.stats().inFlight(), is(0L));
      assertThat(
          Duration.ofNanos(System.nanoTime() - began),
          is(lessThan(LATENCY.plus(Duration.ofSeconds(30)))));
    }
  }
}
