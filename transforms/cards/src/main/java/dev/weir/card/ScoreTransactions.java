package dev.weir.card;

import dev.weir.encoding.SingleObjectCoder;
import dev.weir.scoring.AskScorer;
import dev.weir.scoring.FraudScore;
import dev.weir.scoring.TransactionQuestion;
import dev.weir.service.Answer;
import dev.weir.service.ClientPolicy;
import dev.weir.service.ServiceAddress;
import dev.weir.sharding.Shards;
import java.util.Map;
import java.util.Objects;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;

/**
 * Asks the fraud scorer about settled transactions. Every version is emitted once, with a score if
 * the scorer returned one, and counted by risk.
 */
public final class ScoreTransactions
    extends PTransform<PCollection<TransactionVersion>, PCollection<TransactionVersion>> {
  private static final long serialVersionUID = 1L;
  private static final Counter UNSCORED = Metrics.counter("weir", "risk_unknown");
  private static final Counter OTHER = Metrics.counter("weir", "risk_other");
  private static final Map<String, Counter> RISKS =
      Map.of(
          "LOW", Metrics.counter("weir", "risk_low"),
          "MEDIUM", Metrics.counter("weir", "risk_medium"),
          "HIGH", Metrics.counter("weir", "risk_high"));

  private final ServiceAddress scorer;
  private final ClientPolicy policy;
  private final int shards;

  private ScoreTransactions(ServiceAddress scorer, ClientPolicy policy, int shards) {
    this.scorer = scorer;
    this.policy = policy;
    this.shards = shards;
  }

  /**
   * @param scorer the address of the scorer
   * @param shards the number of shards for open questions on unbounded input
   */
  public static ScoreTransactions by(ServiceAddress scorer, ClientPolicy policy, int shards) {
    return new ScoreTransactions(
        Objects.requireNonNull(scorer), Objects.requireNonNull(policy), shards);
  }

  @Override
  public PCollection<TransactionVersion> expand(PCollection<TransactionVersion> versions) {
    return versions.apply(
        "AskScorer",
        AskScorer.at(
            scorer,
            policy,
            ScoreTransactions::question,
            ScoreTransactions::scored,
            Shards.of(shards, TransactionVersion::getTxnId),
            SingleObjectCoder.of(TransactionVersion.class)));
  }

  private static TransactionQuestion question(TransactionVersion version) {
    Transaction transaction = version.getTransaction();
    return transaction == null
        ? null
        : new TransactionQuestion(
            transaction.getTxnId(),
            transaction.getAccountNumber(),
            transaction.getAmount(),
            transaction.getMerchant(),
            transaction.getLocation(),
            transaction.getTimestamp());
  }

  private static TransactionVersion scored(TransactionVersion version, Answer<FraudScore> answer) {
    if (answer == null) {
      return version;
    }
    if (!answer.isPresent()) {
      UNSCORED.inc();
      return version;
    }
    FraudScore score = answer.value();
    RISKS.getOrDefault(score.risk(), OTHER).inc();
    return TransactionVersion.newBuilder(version)
        .setFraudScore(score.score())
        .setFraudCategory(score.category())
        .setRiskLevel(score.risk())
        .build();
  }
}
