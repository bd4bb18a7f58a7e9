package dev.weir.scoring;

/**
 * The fraud model's assessment of a transaction.
 *
 * @param score from 0 (no fraud) to 1
 * @param category the reason, not blank, such as {@code AMOUNT_ANOMALY}
 * @param risk the severity, not blank, such as {@code HIGH}
 */
public record FraudScore(double score, String category, String risk) {
  public FraudScore {
    if (!(score >= 0 && score <= 1)) {
      throw new IllegalArgumentException("a score must be between 0 and 1, not " + score);
    }
    if (category.isBlank() || risk.isBlank()) {
      throw new IllegalArgumentException("category and risk must not be blank");
    }
  }
}
