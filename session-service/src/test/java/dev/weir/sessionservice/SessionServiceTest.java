package dev.weir.sessionservice;

import static dev.weir.sessionservice.Sessions.KNOWN;
import static dev.weir.sessionservice.Sessions.UNKNOWN;
import static dev.weir.testing.Eventually.eventually;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import dev.weir.httpservice.Behaviour;
import dev.weir.httpservice.ServiceStats;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionServiceTest {

  private final SessionService service = SessionService.start(Sessions.prompt(), 0);
  private final Client client = Client.of(service);

  @AfterEach
  void stop() {
    service.close();
  }

  @Test
  void aHealthyServiceTakes20To200MsAndHasNoFaults() {
    assertThat(
        SessionService.healthy(),
        is(Behaviour.taking(Duration.ofMillis(20), Duration.ofMillis(200))));
  }

  @Test
  void aKnownSessionIsAnsweredWithItsCountry() {
    HttpResponse<String> answer = client.get("/sessions/" + KNOWN);

    assertThat(answer.statusCode(), is(200));
    assertThat(answer.headers().firstValue("Content-Type").get(), is("application/json"));
    assertThat(answer.body(), is("{\"clientCountryCode\":\"" + Countries.of(KNOWN).get() + "\"}"));
  }

  @Test
  void anUnknownSessionIsA404WithAReason() {
    HttpResponse<String> answer = client.get("/sessions/" + UNKNOWN);

    assertThat(answer.statusCode(), is(404));
    assertThat(answer.body(), is("{\"error\":\"there is no such session\"}"));
    assertThat(service.stats().questions(), is(1L));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a b",
        "a/b",
        "../health",
        "a/../b",
        "..a",
        "%",
        "a%2Fb",
        "a?b=c#d",
        "a+b",
        "é😀",
        "\u0000",
        "-._~!$&'()*,;=:@",
        "x//y"
      })
  void anIdOfAnyCharactersIsOneSegment(String id) {
    String segment = URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");

    HttpResponse<String> answer = client.get("/sessions/" + segment);

    assertThat(
        answer.body(),
        is(
            Countries.of(id)
                .map(country -> "{\"clientCountryCode\":\"" + country + "\"}")
                .orElse("{\"error\":\"there is no such session\"}")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/sessions/%FF", "/sessions/%zz", "/sessions/a%2", "/sessions/é", "/%zz"})
  void aPathThatCannotBeDecodedIsA400(String path) throws Exception {
    try (RawConnection connection = new RawConnection(service).get(path)) {
      assertThat(connection.readLine(), startsWith("HTTP/1.1 400"));
    }
    assertThat(service.stats().questions(), is(0L));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/sessions",
        "/sessions/",
        "/sessions/a/b",
        "/sessions/a/",
        "/sessions/..",
        "/sessions/%2E%2E",
        "/v1/sessions/a"
      })
  void anUnknownPathIsA404WithAReason(String path) throws Exception {
    try (RawConnection connection = new RawConnection(service).get(path)) {
      assertThat(connection.readLine(), startsWith("HTTP/1.1 404"));
    }
    assertThat(
        new JsonObject(client.get(path).body()).getString("error"),
        is("there is nothing at this path"));
    assertThat(service.stats().questions(), is(0L));
  }

  @Test
  void aQueryIsNotPartOfTheId() {
    assertThat(
        client.get("/sessions/" + KNOWN + "?more=1").body(),
        containsString(Countries.of(KNOWN).get()));
  }

  @Test
  void aWrongMethodIsA405() {
    assertThat(client.send("POST", "/sessions/a").statusCode(), is(405));
    assertThat(client.send("DELETE", "/sessions/a").statusCode(), is(405));
    assertThat(client.send("POST", "/sessions/a").headers().firstValue("Allow").get(), is("GET"));
    assertThat(service.stats().requests(), is(0L));
  }

  @Test
  void metricsCountSessionsAndNameNone() {
    client.get("/sessions/" + KNOWN);
    client.get("/sessions/" + UNKNOWN);
    client.get("/health");

    String page = client.get("/metrics").body();

    assertThat(
        page.lines().filter(line -> line.startsWith("session_requests_total")).toList(),
        is(
            List.of(
                "session_requests_total{path=\"/health\",status=\"200\"} 1.0",
                "session_requests_total{path=\"/sessions/:id\",status=\"200\"} 1.0",
                "session_requests_total{path=\"/sessions/:id\",status=\"404\"} 1.0")));
    assertThat(page, containsString("session_questions_total 2.0\n"));
  }

  @Test
  void anAnswerTakesItsLatencyEvenForAnUnknownSession() {
    service.behave(Sessions.taking(120));

    for (String id : new String[] {KNOWN, UNKNOWN}) {
      long began = System.nanoTime();
      client.get("/sessions/" + id);
      assertThat(System.nanoTime() - began, greaterThanOrEqualTo(Duration.ofMillis(120).toNanos()));
    }
    assertThat(service.stats().latencyP50(), greaterThanOrEqualTo(Duration.ofMillis(120)));
  }

  @Test
  void aFaultIsAnsweredInsteadOfTheCountry() {
    service.behave(Sessions.prompt().refusing(503));

    HttpResponse<String> answer = client.get("/sessions/" + KNOWN);

    assertThat(answer.statusCode(), is(503));
    assertThat(answer.body(), is("{\"error\":\"the session service refuses to answer\"}"));
  }

  @Test
  void aRequestThatWaitsHoldsUpNoOther() {
    service.behave(Sessions.prompt().withHangRate(1));
    var waiting = client.getLater("/sessions/" + KNOWN);
    eventually(() -> service.stats().questions(), is(1L));
    client.get("/health"); // The one event loop has decided the fate of the first by now.
    service.behave(Sessions.prompt());

    assertThat(client.get("/sessions/" + KNOWN).statusCode(), is(200));
    assertThat(waiting.isDone(), is(false));
  }

  @Test
  void theStatsCountRequestsAndAnswers() {
    client.get("/sessions/" + KNOWN);
    client.get("/sessions/" + KNOWN);
    client.get("/sessions/" + UNKNOWN);
    client.get("/health");

    ServiceStats stats = service.stats();
    assertThat(stats.requests(), is(3L));
    assertThat(stats.questions(), is(3L));
    assertThat(stats.inFlight(), is(0L));
    assertThat(stats.maxInFlight(), is(1L));
    assertThat(stats.answered(200), is(2L));
    assertThat(stats.answered(404), is(1L));
  }
}
