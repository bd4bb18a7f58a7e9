package dev.weir.bureaumock;

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
 * A mock credit bureau that listens on HTTP/1.1.
 *
 * <ul>
 *   <li>{@code POST /v1/score} with {@code {"ssn":"…"}} returns {@code {"score":n}}.
 *   <li>{@code POST /v1/scores} with {@code {"ssns":["…",…]}}, 1 to 100 of them, returns {@code
 *       {"scores":[{"score":n},…]}} in the same order; an entry that is not a non-blank string gets
 *       {@code {"error":"…"}} in its place.
 *   <li>{@code GET /health} returns {@code {"status":"UP"}}.
 *   <li>{@code GET /metrics} returns the Prometheus text format.
 * </ul>
 *
 * <p>{@code n} is {@link Scores#of}. An error is answered with {@code {"error":"…"}}: 400 for an
 * unreadable body, 401 without the right token if the bureau requires one, 404, 405, 413 for more
 * than 1 MiB, and 429 (with {@code Retry-After: 1}) and 503 as configured in {@link Behaviour}. No
 * ssn is ever logged or repeated in an error, unless Vert.x's own TRACE log is on, which writes the
 * URI of each request. One event loop serves all requests, and no request holds a thread while it
 * waits.
 */
public final class BureauMock extends RunningService {

  private static final Naming NAMING =
      new Naming(
          "bureau",
          "Social security numbers asked about.",
          LoggerFactory.getLogger(BureauMock.class));

  private final Questions questions;

  private BureauMock(Conduct conduct, Questions questions, HttpService http) {
    super(conduct, http);
    this.questions = questions;
  }

  /** Returns a behaviour without faults that answers after 200 to 1000 ms; the seed is 0. */
  public static Behaviour healthy() {
    return Behaviour.taking(Duration.ofMillis(200), Duration.ofMillis(1000));
  }

  /** Starts a bureau on the loopback interface; see {@link #start(Behaviour, Listening)}. */
  public static BureauMock start(Behaviour behaviour, int port) {
    return start(behaviour, Listening.onLoopback(port));
  }

  /**
   * Starts a bureau and returns once it listens.
   *
   * @throws UncheckedIOException if it cannot listen there, for example because the port is in use
   */
  public static BureauMock start(Behaviour behaviour, Listening listening) {
    Conduct conduct = new Conduct(behaviour);
    Questions questions = new Questions(conduct);
    return new BureauMock(conduct, questions, HttpService.start(NAMING, listening, questions::on));
  }

  /** Changes whether the answers are well-formed, from the next request on. */
  public void answer(Answers answers) {
    questions.answer(answers);
  }
}
