package dev.weir.bureaumock;

import dev.weir.httpservice.Conduct;
import dev.weir.httpservice.HttpService;
import dev.weir.httpservice.Naming;
import dev.weir.httpservice.RunningService;
import dev.weir.httpservice.ServiceStats;
import java.io.UncheckedIOException;
import java.net.URI;
import org.slf4j.LoggerFactory;

/**
 * A mock credit bureau that listens on HTTP/1.1.
 *
 * <ul>
 *   <li>{@code POST /v1/score} with {@code {"ssn":"…"}} answers {@code {"score":n}}.
 *   <li>{@code POST /v1/scores} with {@code {"ssns":["…",…]}}, 1 to 100 of them, answers {@code
 *       {"scores":[{"score":n},…]}} in the same order; an entry that is not a non-blank string is
 *       answered {@code {"error":"…"}} in its place.
 *   <li>{@code GET /health} answers {@code {"status":"UP"}}.
 *   <li>{@code GET /metrics} answers the Prometheus text format.
 * </ul>
 *
 * <p>{@code n} is {@link Scores#of}. Whatever is wrong is answered with {@code {"error":"…"}}: 400
 * for an unreadable body, 404, 405, 413 for more than 1 MiB, and 429 (with {@code Retry-After: 1})
 * and 503 as the {@link BureauBehaviour} says. No ssn is ever logged or repeated in an error (with
 * Vert.x's own TRACE log off, which writes the address of each request). One event loop serves all
 * requests, and none of them holds a thread while it waits.
 */
public final class BureauMock implements RunningService {

  private static final Naming NAMING =
      new Naming(
          "bureau", "Social security numbers asked.", LoggerFactory.getLogger(BureauMock.class));

  private final Conduct<BureauBehaviour> conduct;
  private final HttpService http;

  private BureauMock(BureauBehaviour behaviour, String host, int port) {
    this.conduct = new Conduct<>(behaviour, BureauBehaviour::faults);
    this.http = HttpService.start(NAMING, host, port, new Questions(conduct)::on);
  }

  /**
   * Starts a bureau on the loopback interface; see {@link #start(BureauBehaviour, String, int)}.
   */
  public static BureauMock start(BureauBehaviour behaviour, int port) {
    return start(behaviour, HttpService.LOOPBACK, port);
  }

  /**
   * Starts a bureau and returns once it listens.
   *
   * @param host the address to listen on, {@code 0.0.0.0} for every interface
   * @param port the port to listen on, 0 for a free one
   * @throws UncheckedIOException if it cannot listen there, for example because the port is in use
   * @throws IllegalArgumentException if there is no such port
   */
  public static BureauMock start(BureauBehaviour behaviour, String host, int port) {
    return new BureauMock(behaviour, host, port);
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

  /**
   * Behaves differently from the next request on: the seed and the rate limit begin anew, an outage
   * is still measured from the start. Requests in flight keep their fate, so that one that hangs
   * goes on hanging.
   *
   * @return the behaviour until now
   */
  public BureauBehaviour behave(BureauBehaviour behaviour) {
    return conduct.behave(behaviour);
  }

  @Override
  public void close() {
    http.close();
  }
}
