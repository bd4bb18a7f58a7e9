package dev.weir.bureaumock;

import static dev.weir.bureaumock.Bureaus.asking;
import static dev.weir.bureaumock.Bureaus.prompt;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.httpservice.Behaviour;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BureauFaultsTest {

  private static final Duration HOUR = Duration.ofHours(1);

  private final BureauMock bureau = BureauMock.start(prompt(), 0);
  private final Client client = Client.of(bureau);

  @AfterEach
  void stop() {
    bureau.close();
  }

  @Test
  void inAnOutageEveryRequestIsAnswered503EvenAMalformedOne() {
    bureau.behave(prompt().withOutage(Duration.ZERO, HOUR));
    assertThat(client.post("/v1/score", asking("1")).statusCode(), is(503));
    assertThat(client.post("/v1/scores", "nonsense").statusCode(), is(503));

    Behaviour before = bureau.behave(prompt());

    assertThat(before, is(prompt().withOutage(Duration.ZERO, HOUR)));
    assertThat(client.post("/v1/score", asking("1")).statusCode(), is(200));
  }

  @Test
  void garbageIsA200ThatIsNotJson() {
    bureau.answer(Answers.GARBAGE);

    HttpResponse<String> answer = client.post("/v1/score", asking("1"));

    assertThat(answer.statusCode(), is(200));
    assertThrows(DecodeException.class, () -> new JsonObject(answer.body()));
  }

  @Test
  void aShortAnswerLacksItsLastEntry() {
    bureau.answer(Answers.SHORT);

    assertThat(
        client.post("/v1/scores", "{\"ssns\":[\"19\",\"29\",\"3\"]}").body(),
        is("{\"scores\":[{\"score\":450},{\"score\":450}]}"));
    assertThat(client.post("/v1/score", asking("9")).body(), is("{\"score\":450}"));
  }

  @Test
  void aRefusingBureauAnswersEveryRequestWithItsStatus() {
    bureau.behave(prompt().refusing(400));

    HttpResponse<String> answer = client.post("/v1/score", asking("1"));

    assertThat(answer.statusCode(), is(400));
    assertThat(new JsonObject(answer.body()).fieldNames(), is(Set.of("error")));
  }
}
