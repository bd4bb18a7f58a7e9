package dev.weir.httpservice;

import static dev.weir.httpservice.EchoService.PROMPT;
import static dev.weir.testing.Eventually.eventually;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one client may take from a service, and from where it can be reached. */
@Timeout(120)
class LimitsTest {
  private static final Listening LOOPBACK = Listening.onLoopback(0);
  private static final String HEALTH = "GET /health HTTP/1.1\r\nHost: echo\r\n\r\n";

  /** Another address of this machine. */
  private static final String OTHER = "127.0.0.2";

  // sizes

  @Test
  void aBodyOverTheLimitIsA413WithAReason() {
    try (EchoService service = EchoService.start(0)) {
      HttpResponse<String> answer =
          new Client(service.uri()).post("/lengths", "1".repeat((1 << 20) + 1));

      assertThat(answer.statusCode(), is(413));
      assertThat(answer.body(), is("{\"error\":\"the body exceeds 1 MiB\"}"));
    }
  }

  @Test
  void headersOverTheLimitAreA431WithAReasonAndTheEndOfTheConnection() throws IOException {
    String header = "X-Long: " + "a".repeat(9_000) + "\r\n";

    assertThat(
        answer("GET /health HTTP/1.1\r\nHost: echo\r\n" + header + "\r\n"),
        allOf(
            startsWith("HTTP/1.1 431 "),
            endsWith("\r\n\r\n{\"error\":\"the headers exceed 8 KiB\"}")));
  }

  @Test
  void aFirstLineOverTheLimitIsA414WithAReasonAndTheEndOfTheConnection() throws IOException {
    assertThat(
        answer("GET /" + "a".repeat(5_000) + " HTTP/1.1\r\nHost: echo\r\n\r\n"),
        allOf(
            startsWith("HTTP/1.0 414 "),
            endsWith("\r\n\r\n{\"error\":\"the first line exceeds 4 KiB\"}")));
  }

  /** Everything that the service sends until it closes the connection. */
  private static String answer(String request) throws IOException {
    try (EchoService service = EchoService.start(0);
        Socket connection = new Client(service.uri()).write(request)) {
      return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  // idle connections

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "GET /hea",
        "GET /health HTTP/1.1\r\nHost: e",
        "POST /lengths HTTP/1.1\r\nHost: echo\r\nContent-Length: 9\r\n\r\n1"
      })
  void aConnectionWithoutACompleteRequestIsClosed(String request) throws IOException {
    try (EchoService service = EchoService.start(PROMPT, LOOPBACK.withLimits(idle(50)));
        Socket connection = new Client(service.uri()).write(request)) {
      assertThat(connection.getInputStream().read(), is(-1));
      eventually(() -> service.stats().inFlight(), is(0L));
    }
  }

  @Test
  void aConnectionThatIsIdleAfterItsAnswerIsClosed() throws IOException {
    try (EchoService service = EchoService.start(PROMPT, LOOPBACK.withLimits(idle(2_000)));
        Socket connection = new Client(service.uri()).write(HEALTH)) {
      String all = new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(all, startsWith("HTTP/1.1 200 OK"));
    }
  }

  @Test
  void aRequestThatWaitsForItsAnswerIsNotIdle() {
    Duration latency = Duration.ofSeconds(5);
    try (EchoService service =
        EchoService.start(PROMPT.withLatency(latency, latency), LOOPBACK.withLimits(idle(2_000)))) {
      assertThat(new Client(service.uri()).get("/echo/a").statusCode(), is(200));
    }
  }

  private static Limits idle(long millis) {
    return Limits.standard().withIdle(Duration.ofMillis(millis));
  }

  // connections

  @Test
  void aConnectionOverTheLimitIsClosedAndOneThatEndsMakesRoom() throws IOException {
    // Nothing is closed because it is idle.
    Limits two = new Limits(Duration.ofHours(1), 2);
    try (EchoService service = EchoService.start(PROMPT, LOOPBACK.withLimits(two))) {
      Client client = new Client(service.uri());
      try (Socket stays = client.write(HEALTH)) {
        assertThat(stays.getInputStream().read(), is((int) 'H'));
        try (Socket ends = client.write(HEALTH);
            Socket third = client.write("")) {
          assertThat(ends.getInputStream().read(), is((int) 'H'));
          assertThat(third.getInputStream().read(), is(-1));
        }
        eventually(() -> firstByte(client), is((int) 'H'));
      }
    }
  }

  private static int firstByte(Client client) {
    try (Socket connection = client.write(HEALTH)) {
      return connection.getInputStream().read();
    } catch (IOException e) {
      // A connection that is closed while it is written to.
      return -1;
    }
  }

  // addresses

  @Test
  @EnabledOnOs(OS.LINUX) // Elsewhere there is only one address in 127.0.0.0/8.
  void aServiceOnLoopbackIsNotReachableOnAnotherAddress() throws IOException {
    try (EchoService everywhere = EchoService.start(PROMPT, LOOPBACK.withHost("0.0.0.0"));
        Socket connection = new Socket(OTHER, everywhere.port())) {
      assertThat(connection.isConnected(), is(true));
    }
    try (EchoService service = EchoService.start(PROMPT, LOOPBACK)) {
      Assertions.assertThrows(
          ConnectException.class, () -> new Socket(OTHER, service.port()).close());
    }
  }

  @Test
  void aServiceListensOnAnIpv6Address() {
    try (EchoService service = EchoService.start(PROMPT, LOOPBACK.withHost("::1"))) {
      assertThat(service.uri().toString(), is("http://[::1]:" + service.port()));
      assertThat(new Client(service.uri()).get("/health").statusCode(), is(200));
    }
  }
}
