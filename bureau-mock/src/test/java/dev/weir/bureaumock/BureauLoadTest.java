package dev.weir.bureaumock;

import static dev.weir.bureaumock.Bureaus.asking;
import static dev.weir.bureaumock.Bureaus.prompt;
import static dev.weir.testing.Eventually.eventually;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.is;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BureauLoadTest {
  private static final int WAITING = 2000;
  private static final int ASKED = 100;

  @Test
  void twoThousandRequestsWaitWhileOthersAreAnswered() {
    try (BureauMock bureau = BureauMock.start(prompt().withHangRate(1), 0)) {
      Client client = Client.of(bureau);

      var waiting =
          Stream.generate(() -> client.postLater("/v1/score", asking("1"))).limit(WAITING).toList();
      eventually(() -> bureau.stats().questions(), is((long) WAITING));
      client.get("/health"); // The one event loop has decided the fate of the last by now.
      bureau.behave(prompt());
      var asked =
          Stream.generate(() -> client.postLater("/v1/score", asking("1"))).limit(ASKED).toList();
      List<Integer> statuses = asked.stream().map(answer -> answer.join().statusCode()).toList();

      assertThat(statuses, everyItem(is(200)));
      eventually(() -> bureau.stats().inFlight(), is((long) WAITING));
      waiting.forEach(request -> request.cancel(true));
      eventually(() -> bureau.stats().inFlight(), is(0L));
      assertThat(bureau.stats().abandoned(), is((long) WAITING));
    }
  }
}
