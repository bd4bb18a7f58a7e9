package dev.weir.scoringservice;

import static dev.weir.scoringservice.Scorers.batch;
import static dev.weir.scoringservice.Scorers.prompt;
import static dev.weir.scoringservice.Scorers.transaction;
import static dev.weir.testing.Eventually.eventually;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import dev.weir.httpservice.Access;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ScoringLogTest {

  private static final String PRIVATE = "private-7";

  private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  private final Logger ours = (Logger) LoggerFactory.getLogger("dev.weir");
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final ScoringService service = Scorers.start(prompt());
  private final Client client = Client.of(service);

  @BeforeEach
  void listen() {
    ours.setLevel(Level.TRACE);
    ours.setAdditive(false);
    log.start();
    List.of(root, ours).forEach(logger -> logger.addAppender(log));
  }

  @AfterEach
  void stop() {
    service.close();
    List.of(root, ours).forEach(logger -> logger.detachAppender(log));
    ours.setAdditive(true);
    ours.setLevel(null);
  }

  @Test
  void everyRequestIsLoggedWithLatencyAndNothingOfItsOwn() {
    String transaction = transaction(PRIVATE, "1", PRIVATE).put("merchant", PRIVATE).toString();
    client.post("/predict?account=" + PRIVATE, transaction);
    client.post("/predict/batch", batch(List.of(Scorers.read(transaction))));
    client.post("/predict", PRIVATE + transaction);
    client.post("/predict", transaction("t", "1", "x").put("tx_time", PRIVATE).toString());
    client.post("/predict", PRIVATE.repeat(200_000));
    client.send("POST", "/predict", "Bearer " + PRIVATE, transaction);
    client.get("/" + PRIVATE);
    eventually(this::requestLines, hasSize(7));

    assertThat(
        requestLines(),
        contains(
            matchesPattern("method=POST path=/predict status=200 latency_ms=\\d+ entries=1"),
            matchesPattern("method=POST path=/predict/batch status=200 latency_ms=\\d+ entries=1"),
            matchesPattern("method=POST path=/predict status=400 latency_ms=\\d+ entries=0"),
            matchesPattern("method=POST path=/predict status=400 latency_ms=\\d+ entries=0"),
            matchesPattern("method=POST path=/predict status=413 latency_ms=\\d+ entries=0"),
            matchesPattern("method=POST path=/predict status=401 latency_ms=\\d+ entries=0"),
            matchesPattern("method=GET path=other status=404 latency_ms=\\d+ entries=0")));
    assertThat(lines(), everyItem(not(containsString(PRIVATE))));
    assertThat(lines(), everyItem(not(containsString(Client.TOKEN))));
    assertThat(Access.byToken(PRIVATE).toString(), not(containsString(PRIVATE)));
  }

  private List<String> requestLines() {
    return lines().stream().filter(line -> line.startsWith("method=")).toList();
  }

  private List<String> lines() {
    return List.copyOf(log.list).stream()
        .map(
            event ->
                event.getFormattedMessage()
                    + (event.getThrowableProxy() == null
                        ? ""
                        : ThrowableProxyUtil.asString(event.getThrowableProxy())))
        .toList();
  }
}
