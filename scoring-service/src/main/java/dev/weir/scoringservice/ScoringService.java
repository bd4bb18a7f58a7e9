package dev.weir.scoringservice;

import dev.weir.httpservice.Conduct;
import dev.weir.httpservice.HttpService;
import dev.weir.httpservice.Naming;
import dev.weir.httpservice.RunningService;
import dev.weir.httpservice.ServiceStats;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * The fraud model, listening on HTTP/1.1.
 *
 * <ul>
 *   <li>{@code POST /predict} with a transaction answers its {@code txn_id}, {@code fraud_score},
 *       {@code fraud_category}, {@code risk_level} and {@code inference_timestamp}.
 *   <li>{@code POST /predict/batch} with {@code {"transactions":[…]}}, 1 to 100 of them, answers
 *       {@code {"predictions":[…]}} in the same order; an element that is no transaction is
 *       answered {@code {"txn_id":"…","error":"…"}} in its place, without the id if it has none.
 *   <li>{@code GET /health}, {@code GET /metrics} (Prometheus text) and {@code GET /openapi.json},
 *       which is the contract in full, need no token.
 * </ul>
 *
 * <p>What the scores are says {@link FraudModel}. Whatever is wrong is answered with {@code
 * {"error":"…"}}: 400 for an unreadable body, 401 without the right token, 404, 405, 413 for more
 * than 1 MiB and 503 as the {@link ScoringBehaviour} says. No part of a request and no token is
 * ever logged or repeated in an error. One event loop serves all requests, and none of them holds a
 * thread while it waits.
 */
public final class ScoringService implements RunningService {

  private static final Naming NAMING =
      new Naming("scoring", "Transactions asked.", LoggerFactory.getLogger(ScoringService.class));

  private final Conduct<ScoringBehaviour> conduct;
  private final HttpService http;

  private ScoringService(ScoringBehaviour behaviour, Access access, String host, int port) {
    this.conduct = new Conduct<>(behaviour, ScoringBehaviour::faults);
    this.http = HttpService.start(NAMING, host, port, new Questions(conduct, access)::on);
  }

  /**
   * Starts a service on the loopback interface; see {@link #start(ScoringBehaviour, Access, String,
   * int)}.
   */
  public static ScoringService start(ScoringBehaviour behaviour, Access access, int port) {
    return start(behaviour, access, HttpService.LOOPBACK, port);
  }

  /**
   * Starts a service and returns once it listens.
   *
   * @param host the address to listen on, {@code 0.0.0.0} for every interface
   * @param port the port to listen on, 0 for a free one
   * @throws UncheckedIOException if it cannot listen there, for example because the port is in use
   * @throws IllegalArgumentException if there is no such port
   */
  public static ScoringService start(
      ScoringBehaviour behaviour, Access access, String host, int port) {
    return new ScoringService(behaviour, access, host, port);
  }

  /** The port it listens on. */
  public int port() {
    return http.port();
  }

  @Override
  public URI uri() {
    return http.uri();
  }

  /** What it did so far. */
  public ServiceStats stats() {
    return http.stats();
  }

  /** All that it answers, each as a method and a path, such as {@code POST /predict}. */
  public List<String> routes() {
    return http.routes();
  }

  /**
   * Behaves differently from the next request on; the seed begins anew. Requests in flight keep
   * their fate.
   *
   * @return the behaviour until now
   */
  public ScoringBehaviour behave(ScoringBehaviour behaviour) {
    return conduct.behave(behaviour);
  }

  @Override
  public void close() {
    http.close();
  }
}
