package dev.weir.service;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Questions that are sent in one request.
 *
 * @param trials the attempts that failed so far
 */
record Batch<Q, A>(List<Question<Q, A>> questions, Trials trials) {

  /** A question and the future of its answer. */
  record Question<Q, A>(Q text, CompletableFuture<Answer<A>> answer) {}

  /** Creates a batch of questions that were not asked yet. */
  static <Q, A> Batch<Q, A> of(List<Question<Q, A>> questions) {
    return new Batch<>(questions, Trials.NONE);
  }

  Batch<Q, A> after(Trials more) {
    return new Batch<>(questions, more);
  }

  /** Returns whether the batch has only one question. */
  boolean isSingle() {
    return questions.size() == 1;
  }

  /** Splits a batch that is not single into its first and second half. */
  List<Batch<Q, A>> halves() {
    int half = questions.size() / 2;
    return List.of(
        new Batch<>(questions.subList(0, half), trials),
        new Batch<>(questions.subList(half, questions.size()), trials));
  }

  /** Returns one batch per distinct question, in reverse order of asking. */
  List<Batch<Q, A>> singles() {
    List<Batch<Q, A>> singles = new ArrayList<>();
    askers().values().forEach(ofOne -> singles.add(new Batch<>(ofOne, trials)));
    Collections.reverse(singles);
    return singles;
  }

  /**
   * Groups the questions by distinct text, in order of asking: each group waits for the same
   * answer.
   */
  Map<Q, List<Question<Q, A>>> askers() {
    Map<Q, List<Question<Q, A>>> askers = new LinkedHashMap<>();
    for (Question<Q, A> question : questions) {
      askers.computeIfAbsent(question.text(), q -> new ArrayList<>(1)).add(question);
    }
    return askers;
  }
}
