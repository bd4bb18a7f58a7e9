package dev.weir.scoring;

import dev.weir.service.AskService;
import dev.weir.service.ClientPolicy;
import dev.weir.service.ServiceAddress;
import dev.weir.sharding.Shards;
import java.util.Objects;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.values.PCollection;

/**
 * Asks the fraud model about elements. Every element is emitted once, combined with its score or
 * with the reason why there is none. See {@link AskService} for the calls and {@link ScoringCalls}
 * for the token.
 *
 * @param <T> an element
 * @param <R> the combination of element and score
 */
public final class AskScorer<T, R> extends PTransform<PCollection<T>, PCollection<R>> {
  private static final long serialVersionUID = 1L;

  private final AskService<T, TransactionQuestion, FraudScore, R> ask;

  private AskScorer(AskService<T, TransactionQuestion, FraudScore, R> ask) {
    this.ask = ask;
  }

  /**
   * @param scoring the address of the model
   * @param policy how the model is called; a batch has at most {@value ScoringCalls#LARGEST_BATCH}
   *     transactions
   * @param question returns the question about an element; null if there is none
   * @param combiner combines an element with its answer, which is null if there was no question
   * @param shards the shards of unbounded input
   * @throws IllegalArgumentException if the policy's batches are larger than the model accepts
   */
  public static <T, R> AskScorer<T, R> at(
      ServiceAddress scoring,
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
