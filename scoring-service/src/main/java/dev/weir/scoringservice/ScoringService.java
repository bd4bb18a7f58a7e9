package dev.weir.scoringservice;

import dev.weir.httpservice.Access;
import dev.weir.httpservice.Behaviour;
import dev.weir.httpservice.Conduct;
import dev.weir.httpservice.HttpService;
import dev.weir.httpservice.Listening;
import dev.weir.httpservice.Naming;
import dev.weir.httpservice.RunningService;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.slf4j.LoggerFactory;

/**
 * The fraud model, listening on HTTP/1.1.
 *
 * <ul>
 *   <li>{@code POST /predict} with a transaction returns its {@code txn_id}, {@code fraud_score},
 *       {@code fraud_category}, {@code risk_level} and {@code inference_timestamp}.
 *   <li>{@code POST /predict/batch} with {@code {"transactions":[…]}}, 1 to 100 of them, returns
 *       {@code {"predictions":[…]}} in the same order; an element that is not a transaction gets
 *       {@code {"txn_id":"…","error":"…"}} in its place, without the id if it has none.
 *   <li>{@code GET /health}, {@code GET /metrics} (Prometheus text) and {@code GET /openapi.json},
 *       the full contract, need no token.
 * </ul>
 *
 * <p>{@link FraudModel} defines the scores. An error is answered with {@code {"error":"…"}}: 400
 * for an unreadable body, 401 without the right token, 404, 405, 413 for more than 1 MiB and 503 as
 * configured in {@link Behaviour}, which applies only to readable requests of authorized clients.
 * No part of a request and no token is ever logged or repeated in an error. One event loop serves
 * all requests, and no request holds a thread while it waits.
 */
public final class ScoringService extends RunningService {

  private static final Naming NAMING =
      new Naming(
          "scoring", "Transactions asked about.", LoggerFactory.getLogger(ScoringService.class));

  private ScoringService(Conduct conduct, HttpService http) {
    super(conduct, http);
  }

  /** Returns a behaviour without faults that answers after 5 to 20 ms; the seed is 0. */
  public static Behaviour healthy() {
    return Behaviour.taking(Duration.ofMillis(5), Duration.ofMillis(20));
  }

  /** Starts a service on the loopback interface; see {@link #start(Behaviour, Listening)}. */
  public static ScoringService start(Behaviour behaviour, Access access, int port) {
    return start(behaviour, Listening.onLoopback(port).withAccess(access));
  }

  /**
   * Starts a service and returns once it listens.
   *
   * @throws UncheckedIOException if it cannot listen there, for example because the port is in use
   */
  public static ScoringService start(Behaviour behaviour, Listening listening) {
    Conduct conduct = new Conduct(behaviour);
    return new ScoringService(
        conduct, HttpService.start(NAMING, listening, new Questions(conduct)::on));
  }
}
