package dev.weir.service;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;

/**
 * Sends requests to a service that answers several questions at once.
 *
 * @param <Q> a question
 * @param <A> an answer
 */
public interface ServiceCall<Q, A> extends AutoCloseable {

  /**
   * Sends one request with all questions and waits for the answers.
   *
   * @return one answer per question, in the order of the questions
   * @throws ServiceFault if the service responded to the request without answers to the questions
   * @throws java.net.SocketTimeoutException if the service did not respond in time
   * @throws IOException if the service could not be reached
   */
  List<Answer<A>> ask(List<Q> questions) throws IOException;

  @Override
  void close();

  /**
   * Opens the connections of one worker. Two equal openers share one {@link ServiceClient}.
   *
   * @param <Q> a question
   * @param <A> an answer
   */
  interface Opener<Q, A> extends Serializable {
    ServiceCall<Q, A> open(ClientPolicy policy);
  }
}
