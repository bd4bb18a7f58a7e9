package dev.weir.httpservice;

import static dev.weir.httpservice.EchoService.PROMPT;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A service whose clients need a token. */
class AccessTest {
  private static EchoService service;

  @BeforeAll
  static void start() {
    service =
        EchoService.start(PROMPT, Listening.onLoopback(0).withAccess(Access.byToken("s3cret")));
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @ParameterizedTest
  @CsvSource({"GET, /echo/a", "POST, /lengths"})
  void everyRouteThatAnswersQuestionsNeedsTheToken(String method, String path) throws Exception {
    HttpResponse<String> denied = send(method, path, null);

    assertThat(denied.statusCode(), is(401));
    assertThat(denied.body(), is("{\"error\":\"the bearer token is missing or wrong\"}"));
    assertThat(denied.headers().firstValue("WWW-Authenticate").get(), is("Bearer"));
    assertThat(send(method, path, "Bearer s3cret2").statusCode(), is(401));
    assertThat(send(method, path, "Basic s3cret").statusCode(), is(401));
    assertThat(send(method, path, "Bearer s3cret").statusCode(), is(200));
    assertThat(send(method, path, "bearer  s3cret").statusCode(), is(200));
  }

  @Test
  void healthAndMetricsNeedNone() throws Exception {
    assertThat(send("GET", "/health", null).statusCode(), is(200));
    assertThat(send("GET", "/metrics", null).statusCode(), is(200));
  }

  private static HttpResponse<String> send(String method, String path, String authorization)
      throws Exception {
    URI place = service.uri().resolve(path);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(place).method(method, BodyPublishers.ofString(""));
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
  }
}
