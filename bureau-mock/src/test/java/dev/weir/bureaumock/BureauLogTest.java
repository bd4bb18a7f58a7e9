package dev.weir.bureaumock;

import static dev.weir.bureaumock.Bureaus.asking;
import static dev.weir.bureaumock.Bureaus.prompt;
import static dev.weir.testing.Eventually.eventually;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import dev.weir.httpservice.Behaviour;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.hamcrest.Matcher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class BureauLogTest {

  private static final String SSN = "123-45-6780";

  private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  private final Logger ours = (Logger) LoggerFactory.getLogger("dev.weir");
  private final Logger vertx = (Logger) LoggerFactory.getLogger("io.vertx");
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final BureauMock bureau = BureauMock.start(prompt(), 0);
  private final Client client = Client.of(bureau);

  @BeforeEach
  void listen() {
    ours.setLevel(Level.TRACE);
    ours.setAdditive(false);
    vertx.setLevel(Level.DEBUG); // On TRACE it writes the URI of every request.
    vertx.setAdditive(false);
    log.start();
    List.of(root, ours, vertx).forEach(logger -> logger.addAppender(log));
  }

  @AfterEach
  void stop() {
    bureau.close();
    for (Logger logger : List.of(root, ours, vertx)) {
      logger.detachAppender(log);
      logger.setAdditive(true);
    }
    ours.setLevel(null);
    vertx.setLevel(null);
  }

  @Test
  void everyRequestIsLoggedWithItsStatusLatencyAndEntries() throws Exception {
    client.post("/v1/scores", "{\"ssns\":[\"" + SSN + "\",\"2\"]}");
    client.get("/health");
    client.get("/" + SSN);
    bureau.behave(prompt().withHangRate(1));
    try (RawConnection connection = new RawConnection(bureau).ask(SSN)) {
      eventually(() -> bureau.stats().inFlight(), is(1L));
      connection.disconnect();
    }
    eventually(this::requestLines, hasSize(4));

    assertThat(
        requestLines(),
        contains(
            matchesPattern("method=POST path=/v1/scores status=200 latency_ms=\\d+ entries=2"),
            matchesPattern("method=GET path=/health status=200 latency_ms=\\d+ entries=0"),
            matchesPattern("method=GET path=other status=404 latency_ms=\\d+ entries=0"),
            matchesPattern("method=POST path=/v1/score status=none latency_ms=\\d+ entries=1")));
  }

  @Test
  void noSsnIsEverLoggedOrRepeated() throws Exception {
    List<HttpResponse<String>> answers = new ArrayList<>();
    answers.add(client.post("/v1/score", asking(SSN)));
    answers.add(client.post("/v1/scores", "{\"ssns\":[\"" + SSN + "\", 1]}"));
    answers.add(client.post("/v1/score?ssn=" + SSN, asking(SSN)));
    answers.add(client.post("/v1/score/" + SSN, SSN));
    answers.add(client.post("/v1/score", SSN));
    answers.add(client.post("/v1/score", "{\"ssn\":\"" + SSN));
    answers.add(client.post("/v1/score", "{\"" + SSN + "\":1}"));
    answers.add(client.post("/v1/score", asking(SSN.repeat(100_000))));
    answers.add(client.send(SSN, "/v1/score", ""));
    for (Behaviour faulty :
        List.of(
            prompt().withErrorRate(1),
            prompt().withOutage(Duration.ZERO, Duration.ofHours(1)),
            prompt().refusing(429))) {
      bureau.behave(faulty);
      answers.add(client.post("/v1/score", asking(SSN)));
    }
    bureau.behave(prompt());
    for (Answers faulty : List.of(Answers.GARBAGE, Answers.SHORT)) {
      bureau.answer(faulty);
      answers.add(client.post("/v1/score", asking(SSN)));
    }
    eventually(this::requestLines, hasSize(answers.size()));

    assertThat(answers.stream().map(HttpResponse::body).toList(), everyItem(not(holdsTheSsn())));
    assertThat(lines(), everyItem(not(holdsTheSsn())));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /%zz" + SSN + " HTTP/1.1\r\nHost: bureau\r\n\r\n",
        SSN + "\r\n\r\n",
        "POST /v1/score HTTP/1.1\r\nHost: bureau\r\nContent-Length: " + SSN + "\r\n\r\n",
        "POST /v1/score HTTP/1.1\r\nHost: bureau\r\nTransfer-Encoding: chunked\r\n\r\n"
            + SSN
            + "\r\n"
      })
  void noSsnInWhatIsNotEvenHttpIsLogged(String request) throws Exception {
    try (RawConnection connection = new RawConnection(bureau).write(request)) {
      assertThat(connection.readLine(), not(holdsTheSsn()));
    }
    eventually(() -> bureau.stats().inFlight(), is(0L));

    assertThat(client.get("/health").statusCode(), is(200));
    assertThat(lines(), everyItem(not(holdsTheSsn())));
  }

  private static Matcher<String> holdsTheSsn() {
    return containsString(SSN.substring(0, 6));
  }

  private List<String> requestLines() {
    return lines().stream().filter(line -> line.startsWith("method=")).toList();
  }

  private List<String> lines() {
    return List.copyOf(log.list).stream()
        .map(event -> event.getFormattedMessage() + trace(event))
        .toList();
  }

  private static String trace(ILoggingEvent event) {
    return event.getThrowableProxy() == null
        ? ""
        : ThrowableProxyUtil.asString(event.getThrowableProxy());
  }
}
