package dev.weir.service;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Questions that travel together.
 *
 * @param trials what was tried with them so far
 */
record Batch<Q, A>(List<Question<Q, A>> questions, Trials trials) {

  /** A question and the place for its answer. */
  record Question<Q, A>(Q text, CompletableFuture<Answer<A>> answer) {}

  /** Questions that were not asked yet. */
  static <Q, A> Batch<Q, A> of(List<Question<Q, A>> questions) {
    return new Batch<>(questions, Trials.NONE);
  }

  Batch<Q, A> after(Trials more) {
    return new Batch<>(questions, more);
  }

  /** Whether it holds one question only. */
  boolean isSingle() {
    return questions.size() == 1;
  }

  /** The first and the second half of a batch that is not single. */
  List<Batch<Q, A>> halves() {
    int half = questions.size() / 2;
    return List.of(
        new Batch<>(questions.subList(0, half), trials),
        new Batch<>(questions.subList(half, questions.size()), trials));
  }

  /** A batch for each of the different questions, the one that was asked last first. */
  List<Batch<Q, A>> singles() {
    List<Batch<Q, A>> singles = new ArrayList<>();
    askers().values().forEach(ofOne -> singles.add(new Batch<>(ofOne, trials)));
    Collections.reverse(singles);
    return singles;
  }

  /** Who waits for the answer to each of the different questions, in the order of asking. */
  Map<Q, List<Question<Q, A>>> askers() {
    Map<Q, List<Question<Q, A>>> askers = new LinkedHashMap<>();
    for (Question<Q, A> question : questions) {
      askers.computeIfAbsent(question.text(), q -> new ArrayList<>(1)).add(question);
    }
    return askers;
  }
}
