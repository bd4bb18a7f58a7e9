package dev.weir.sessionservice;

import static dev.weir.sessionservice.Eventually.eventually;
import static dev.weir.sessionservice.Sessions.KNOWN;
import static dev.weir.sessionservice.Sessions.taking;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.is;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SessionLoadTest {
  private static final int REQUESTS = 2000;

  @Test
  void twoThousandRequestsWaitAtOnceAndAsManyAreAnsweredBesideThem() {
    try (SessionService service = SessionService.start(taking(0).withHangRate(1), 0)) {
      Client client = Client.of(service);

      var waiting =
          Stream.generate(() -> client.getLater("/sessions/" + KNOWN)).limit(REQUESTS).toList();
      eventually(() -> service.stats().inFlight(), is((long) REQUESTS));
      service.behave(taking(0));
      var asked =
          Stream.generate(() -> client.getLater("/sessions/" + KNOWN)).limit(REQUESTS).toList();
      List<Integer> statuses = asked.stream().map(answer -> answer.join().statusCode()).toList();

      assertThat(statuses, everyItem(is(200)));
      eventually(() -> service.stats().inFlight(), is((long) REQUESTS));
      waiting.forEach(request -> request.cancel(true));
      eventually(() -> service.stats().inFlight(), is(0L));
      assertThat(service.stats().abandoned(), is((long) REQUESTS));
    }
  }
}
