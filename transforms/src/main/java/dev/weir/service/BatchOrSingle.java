package dev.weir.service;

import dev.weir.service.ServiceFault.Kind;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a service that has a route for several questions, a route for one, or both. Several are
 * asked at once until the service answers that it does not have that route (404 or 405); from then
 * on each is asked in a request of its own. Where it has neither route, questions are refused, and
 * both routes are tried again for the next one. Thread-safe.
 *
 * @param <Q> a question
 * @param <A> an answer
 */
public final class BatchOrSingle<Q, A> {
  private static final Logger LOG = LoggerFactory.getLogger(BatchOrSingle.class);

  /**
   * Asks the route for several questions.
   *
   * @param <Q> a question
   * @param <A> an answer
   */
  @FunctionalInterface
  public interface BatchRoute<Q, A> {
    /** As {@link ServiceCall#ask}. */
    List<Answer<A>> ask(List<Q> questions) throws IOException;
  }

  /**
   * Asks the route for one question.
   *
   * @param <Q> a question
   * @param <A> an answer
   */
  @FunctionalInterface
  public interface SingleRoute<Q, A> {
    /** As {@link ServiceCall#ask}, for one question. */
    Answer<A> ask(Q question) throws IOException;
  }

  private final BatchRoute<Q, A> batch;
  private final SingleRoute<Q, A> single;
  private volatile boolean oneByOne;

  public BatchOrSingle(BatchRoute<Q, A> batch, SingleRoute<Q, A> single) {
    this.batch = batch;
    this.single = single;
  }

  /**
   * Asks, see {@link ServiceCall#ask}.
   *
   * @throws ServiceFault {@link Kind#ONE_BY_ONE} where there are several questions and the service
   *     has no route for them, {@link Kind#REFUSED} where it has no route at all
   */
  public List<Answer<A>> ask(List<Q> questions) throws IOException {
    if (!oneByOne) {
      try {
        return batch.ask(questions);
      } catch (ServiceFault e) {
        if (e.kind() != Kind.NO_ROUTE) {
          throw e;
        }
        oneByOne = true;
        LOG.info("the service has no route for several questions: each is asked by itself");
      }
    }
    if (questions.size() > 1) {
      throw ServiceFault.of(Kind.ONE_BY_ONE, "no route for several questions");
    }
    return List.of(ask(questions.get(0)));
  }

  private Answer<A> ask(Q question) throws IOException {
    try {
      return single.ask(question);
    } catch (ServiceFault e) {
      if (e.kind() != Kind.NO_ROUTE) {
        throw e;
      }
      oneByOne = false;
      throw ServiceFault.of(Kind.REFUSED, "the service has none of its routes");
    }
  }
}
