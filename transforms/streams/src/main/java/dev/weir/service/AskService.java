package dev.weir.service;

import dev.weir.sharding.Fork;
import dev.weir.sharding.Shards;
import java.io.Serializable;
import java.util.Objects;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.values.PCollection;

/**
 * Asks a service about elements without blocking the stream: requests stay in flight across bundles
 * and checkpoints, and results are emitted as they arrive, each with its own element's timestamp
 * and window. Every element gives exactly one result, also across restarts.
 *
 * <p>On unbounded input an element stays in keyed state until its result is emitted, and a timer
 * that fires while any question is open collects the answers; a restart asks open questions again.
 * On bounded input, where a failed bundle starts over, questions are open only within their bundle.
 *
 * @param <T> an element
 * @param <Q> the question about it
 * @param <A> the answer
 * @param <R> the result of an element and its answer
 */
public final class AskService<T, Q, A, R> extends PTransform<PCollection<T>, PCollection<R>> {
  private static final long serialVersionUID = 1L;

  /**
   * Combines an element and its answer into a result.
   *
   * @param <T> an element
   * @param <A> an answer
   * @param <R> the result
   */
  @FunctionalInterface
  public interface Combiner<T, A, R> extends Serializable {
    /**
     * @param answer null if the element had no question
     */
    R combine(T element, Answer<A> answer);
  }

  /** The configuration that both ways of asking share. */
  record Spec<T, Q, A, R>(
      ServiceCall.Opener<Q, A> opener,
      ClientPolicy policy,
      SerializableFunction<T, Q> question,
      Combiner<T, A, R> combiner)
      implements Serializable {}

  private final Spec<T, Q, A, R> spec;
  private final Shards<T> shards;
  private final Coder<R> resultCoder;

  private AskService(Spec<T, Q, A, R> spec, Shards<T> shards, Coder<R> resultCoder) {
    this.spec = spec;
    this.shards = shards;
    this.resultCoder = resultCoder;
  }

  /**
   * @param question returns what to ask about an element; null if there is nothing to ask
   * @param shards how unbounded input is spread over keyed state
   */
  public static <T, Q, A, R> AskService<T, Q, A, R> of(
      ServiceCall.Opener<Q, A> opener,
      ClientPolicy policy,
      SerializableFunction<T, Q> question,
      Combiner<T, A, R> combiner,
      Shards<T> shards,
      Coder<R> resultCoder) {
    return new AskService<>(
        new Spec<>(
            Objects.requireNonNull(opener),
            Objects.requireNonNull(policy),
            Objects.requireNonNull(question),
            Objects.requireNonNull(combiner)),
        Objects.requireNonNull(shards),
        Objects.requireNonNull(resultCoder));
  }

  Spec<T, Q, A, R> spec() {
    return spec;
  }

  Coder<R> resultCoder() {
    return resultCoder;
  }

  @Override
  public PCollection<R> expand(PCollection<T> elements) {
    PCollection<R> results =
        Fork.of(
            elements,
            arriving ->
                arriving
                    .apply("KeyByShard", shards)
                    .apply(
                        "AskAcrossBundles",
                        ParDo.of(new AskAcrossBundles<>(spec, elements.getCoder()))),
            complete -> complete.apply("AskWithinBundles", ParDo.of(new AskWithinBundles<>(spec))));
    return results.setCoder(resultCoder);
  }
}
