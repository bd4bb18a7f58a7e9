package dev.weir.sessionservice;

import static dev.weir.sessionservice.Sessions.prompt;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class SessionLogTest {

  private static final String ID = "7c1f9a52-secret";

  private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  private final Logger ours = (Logger) LoggerFactory.getLogger("dev.weir");
  private final Logger vertx = (Logger) LoggerFactory.getLogger("io.vertx");
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final SessionService service = SessionService.start(prompt(), 0);
  private final Client client = Client.of(service);

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
    service.close();
    for (Logger logger : List.of(root, ours, vertx)) {
      logger.detachAppender(log);
      logger.setAdditive(true);
    }
    ours.setLevel(null);
    vertx.setLevel(null);
  }

  @Test
  void everyRequestIsLoggedWithItsStatusAndLatency() throws Exception {
    client.get("/sessions/" + Sessions.KNOWN);
    client.get("/sessions/" + Sessions.UNKNOWN);
    client.get("/" + ID);
    service.behave(prompt().withHangRate(1));
    try (RawConnection connection = new RawConnection(service).get("/sessions/" + ID)) {
      eventually(() -> service.stats().inFlight(), is(1L));
      connection.disconnect();
    }
    eventually(this::requestLines, hasSize(4));

    assertThat(
        requestLines(),
        contains(
            matchesPattern("method=GET path=/sessions/:id status=200 latency_ms=\\d+ entries=1"),
            matchesPattern("method=GET path=/sessions/:id status=404 latency_ms=\\d+ entries=1"),
            matchesPattern("method=GET path=other status=404 latency_ms=\\d+ entries=0"),
            matchesPattern("method=GET path=/sessions/:id status=none latency_ms=\\d+ entries=1")));
  }

  @Test
  void noSessionIdIsEverLoggedOrRepeated() throws Exception {
    List<HttpResponse<String>> answers = new ArrayList<>();
    answers.add(client.get("/sessions/" + ID));
    answers.add(client.get("/sessions/" + ID + "?id=" + ID));
    answers.add(client.get("/sessions/" + ID + "/" + ID));
    answers.add(client.get("/sessions/" + ID + "%FF"));
    answers.add(client.get("/" + ID));
    answers.add(client.send(ID, "/sessions/" + ID));
    for (Behaviour faulty :
        List.of(
            prompt().withErrorRate(1),
            prompt().withOutage(Duration.ZERO, Duration.ofHours(1)),
            prompt().refusing(429))) {
      service.behave(faulty);
      answers.add(client.get("/sessions/" + ID));
    }
    eventually(this::requestLines, hasSize(answers.size()));
    try (RawConnection connection = new RawConnection(service).get("/sessions/%zz" + ID)) {
      assertThat(connection.readLine(), is("HTTP/1.1 400 Bad Request"));
    }
    try (RawConnection connection =
        new RawConnection(service).get("/sessions/" + ID.repeat(10_000))) {
      assertThat(connection.readLine(), containsString(" 414 "));
    }
    eventually(() -> service.stats().inFlight(), is(0L));

    assertThat(
        answers.stream().map(HttpResponse::body).toList(), everyItem(not(containsString("7c1f"))));
    assertThat(lines(), everyItem(not(containsString("7c1f"))));
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
