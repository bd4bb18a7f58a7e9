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
 * Asks a service about elements without holding the stream back: requests stay in flight across
 * bundles and checkpoints, results leave as they come, each with its own element's timestamp and
 * window. Every element gives exactly one result, also across restarts.
 *
 * <p>On unbounded input an element lies in keyed state until its result is out, and a timer that
 * fires while anything is open collects the answers; a restart asks again for what was open. On
 * bounded input, where a failed bundle starts over, elements are open only within their bundle.
 *
 * @param <T> an element
 * @param <Q> the question about it
 * @param <A> the answer
 * @param <R> what element and answer make together
 */
public final class AskService<T, Q, A, R> extends PTransform<PCollection<T>, PCollection<R>> {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the result of an element and its answer.
   *
   * @param <T> an element
   * @param <A> an answer
   * @param <R> the result
   */
  @FunctionalInterface
  public interface Combiner<T, A, R> extends Serializable {
    /**
     * @param answer null where the element had no question
     */
    R combine(T element, Answer<A> answer);
  }

  /** All that the two ways of asking need. */
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
   * @param question what to ask about an element; null where nothing is to be asked
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
