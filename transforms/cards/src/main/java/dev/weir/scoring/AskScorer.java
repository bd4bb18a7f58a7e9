package dev.weir.scoring;

import dev.weir.service.AskService;
import dev.weir.service.ClientPolicy;
import dev.weir.sharding.Shards;
import java.net.URI;
import java.util.Objects;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.values.PCollection;

/**
 * Asks the fraud model about elements; every element comes out once, combined with its score or
 * with the reason why there is none. See {@link AskService} for how, {@link ScoringCalls} for the
 * token.
 *
 * @param <T> an element
 * @param <R> what element and score make together
 */
public final class AskScorer<T, R> extends PTransform<PCollection<T>, PCollection<R>> {
  private static final long serialVersionUID = 1L;

  private final AskService<T, TransactionQuestion, FraudScore, R> ask;

  private AskScorer(AskService<T, TransactionQuestion, FraudScore, R> ask) {
    this.ask = ask;
  }

  /**
   * @param scoring the address of the model, such as {@code http://host:port}
   * @param policy how it is asked; in batches of at most {@value ScoringCalls#LARGEST_BATCH}
   * @param question what to ask about an element; null where nothing is to be asked
   * @param combiner makes the result; its answer is null where nothing was asked
   * @param shards how unbounded input is spread over keyed state
   * @throws IllegalArgumentException if the policy's batches are larger than the model takes
   */
  public static <T, R> AskScorer<T, R> at(
      URI scoring,
      ClientPolicy policy,
      SerializableFunction<T, TransactionQuestion> question,
      AskService.Combiner<T, FraudScore, R> combiner,
      Shards<T> shards,
      Coder<R> resultCoder) {
    if (policy.batch() > ScoringCalls.LARGEST_BATCH) {
      throw new IllegalArgumentException(
          "a batch for the scorer has at most "
              + ScoringCalls.LARGEST_BATCH
              + " transactions, not "
              + policy.batch());
    }
    return new AskScorer<>(
        AskService.of(
            new ScoringCalls.Opener(Objects.requireNonNull(scoring)),
            policy,
            question,
            combiner,
            shards,
            resultCoder));
  }

  @Override
  public PCollection<R> expand(PCollection<T> elements) {
    return elements.apply("AskService", ask);
  }
}
