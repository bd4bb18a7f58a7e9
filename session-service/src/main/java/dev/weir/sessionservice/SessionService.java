package dev.weir.sessionservice;

import dev.weir.httpservice.Behaviour;
import dev.weir.httpservice.Conduct;
import dev.weir.httpservice.Exchange;
import dev.weir.httpservice.HttpService;
import dev.weir.httpservice.Listening;
import dev.weir.httpservice.Naming;
import dev.weir.httpservice.Routes;
import dev.weir.httpservice.RunningService;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/**
 * A mock session service that listens on HTTP/1.1.
 *
 * <ul>
 *   <li>{@code GET /sessions/{id}} returns {@code {"clientCountryCode":"UY"}}, or 404 if there is
 *       no such session. The id is one segment of the path, percent-encoded UTF-8.
 *   <li>{@code GET /health} returns {@code {"status":"UP"}}.
 *   <li>{@code GET /metrics} returns the Prometheus text format.
 * </ul>
 *
 * <p>The country is {@link Countries#of}. An error is answered with {@code {"error":"…"}}: 400 for
 * an unreadable path, 401 without the right token if the service requires one, 404, 405, and 429
 * (with {@code Retry-After: 1}) and 503 as configured in {@link Behaviour}. No session id is ever
 * logged or repeated in an error, unless Vert.x's own TRACE log is on, which writes the URI of each
 * request. One event loop serves all requests, and no request holds a thread while it waits.
 */
public final class SessionService extends RunningService {

  private static final String SESSIONS = "/sessions/";
  private static final Naming NAMING =
      new Naming("session", "Sessions asked about.", LoggerFactory.getLogger(SessionService.class));

  private SessionService(Conduct conduct, HttpService http) {
    super(conduct, http);
  }

  /** Returns a behaviour without faults that answers after 20 to 200 ms; the seed is 0. */
  public static Behaviour healthy() {
    return Behaviour.taking(Duration.ofMillis(20), Duration.ofMillis(200));
  }

  /** Starts a service on the loopback interface; see {@link #start(Behaviour, Listening)}. */
  public static SessionService start(Behaviour behaviour, int port) {
    return start(behaviour, Listening.onLoopback(port));
  }

  /**
   * Starts a service and returns once it listens.
   *
   * @throws UncheckedIOException if it cannot listen there, for example because the port is in use
   */
  public static SessionService start(Behaviour behaviour, Listening listening) {
    Conduct conduct = new Conduct(behaviour);
    return new SessionService(
        conduct,
        HttpService.start(
            NAMING,
            listening,
            routes -> routes.find(SESSIONS + ":id", context -> find(context, conduct))));
  }

  private static void find(RoutingContext context, Conduct conduct) {
    String segment = context.normalizedPath().substring(SESSIONS.length());
    if (segment.endsWith("/")) {
      // The router ignores a slash at the end; it is not part of an id.
      Routes.refuse(context, 404, "there is nothing at this path");
      return;
    }
    Optional<String> id = Segment.decode(segment);
    if (id.isEmpty()) {
      Routes.refuse(context, 400, "the session id is not percent-encoded UTF-8");
      return;
    }
    Exchange exchange = Exchange.of(context);
    exchange.asks(1);
    exchange.meet(
        conduct.next(),
        "the session service refuses to answer",
        () -> answer(context, Countries.of(id.get())));
  }

  private static void answer(RoutingContext context, Optional<String> country) {
    if (country.isPresent()) {
      JsonObject session = new JsonObject().put("clientCountryCode", country.get());
      Routes.reply(context, 200, Routes.JSON, session.encode());
    } else {
      Routes.refuse(context, 404, "there is no such session");
    }
  }
}
