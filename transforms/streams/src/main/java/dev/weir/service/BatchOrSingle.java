package dev.weir.service;

import dev.weir.service.ServiceFault.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a service that has a route for several questions, a route for one, or both. Sends several
 * questions in one request until the service answers that it does not have that route (404 or 405).
 * Then it asks each question in its own request and tries the batch route again every ten minutes:
 * one wrong answer of a gateway must not disable batches for a long run. If there is no route for
 * one question either, the question is rejected. Thread-safe.
 *
 * @param <Q> a question
 * @param <A> an answer
 */
public final class BatchOrSingle<Q, A> {
  private static final Logger LOG = LoggerFactory.getLogger(BatchOrSingle.class);

  /** How long to wait before a missing route is tried again. */
  static final Duration PAUSE = Duration.ofMinutes(10);

  /**
   * Asks one route as {@link ServiceCall#ask} does.
   *
   * @param <I> one question, or several
   * @param <O> the answer, or one for each question
   */
  @FunctionalInterface
  public interface Route<I, O> {
    O ask(I question) throws IOException;
  }

  private final Route<List<Q>, List<Answer<A>>> batch;
  private final Route<Q, Answer<A>> single;
  private final LongSupplier nanoClock;

  /** When the batch route was last found to be missing; null if it is not known to be missing. */
  private volatile Long missingSince;

  public BatchOrSingle(Route<List<Q>, List<Answer<A>>> batch, Route<Q, Answer<A>> single) {
    this(batch, single, System::nanoTime);
  }

  BatchOrSingle(
      Route<List<Q>, List<Answer<A>>> batch, Route<Q, Answer<A>> single, LongSupplier nanoClock) {
    this.batch = batch;
    this.single = single;
    this.nanoClock = nanoClock;
  }

  /**
   * Asks the questions; see {@link ServiceCall#ask}.
   *
   * @throws ServiceFault {@link Kind#ONE_BY_ONE} if there are several questions and the service has
   *     no route for them, {@link Kind#REFUSED} if it has no route for one question either
   */
  public List<Answer<A>> ask(List<Q> questions) throws IOException {
    if (mayHaveBatchRoute()) {
      try {
        List<Answer<A>> answers = batch.ask(questions);
        missingSince = null;
        return answers;
      } catch (ServiceFault e) {
        if (e.kind() != Kind.NO_ROUTE) {
          throw e;
        }
        if (missingSince == null) {
          LOG.warn("the service has no batch route: each question is sent in a request of its own");
        }
        missingSince = nanoClock.getAsLong();
      }
    }
    if (questions.size() > 1) {
      throw ServiceFault.of(Kind.ONE_BY_ONE, "no batch route");
    }
    return List.of(ask(questions.get(0)));
  }

  private boolean mayHaveBatchRoute() {
    Long since = missingSince;
    return since == null || nanoClock.getAsLong() - since >= PAUSE.toNanos();
  }

  private Answer<A> ask(Q question) throws IOException {
    try {
      return single.ask(question);
    } catch (ServiceFault e) {
      throw e.kind() == Kind.NO_ROUTE
          ? ServiceFault.of(Kind.REFUSED, "no route for a single question, or no answer to it")
          : e;
    }
  }
}
