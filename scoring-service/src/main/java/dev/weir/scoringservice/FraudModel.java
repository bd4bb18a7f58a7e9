package dev.weir.scoringservice;

import java.math.BigDecimal;

/**
 * Judges a transaction: the first of four rules that holds decides. Amounts compare as decimals,
 * whatever their scale.
 */
public final class FraudModel {

  private static final BigDecimal ANOMALY = BigDecimal.valueOf(1000);
  private static final BigDecimal HIGH_VALUE = BigDecimal.valueOf(500);
  private static final String ONLINE = "ONLINE";

  /** How risky a transaction is. */
  public enum Risk {
    LOW,
    MEDIUM,
    HIGH
  }

  /** The verdicts, one for each rule. */
  public enum Verdict {
    /** The amount is above 1000. */
    AMOUNT_ANOMALY("0.7", Risk.HIGH),
    /** The amount is above 500 and the location is {@code ONLINE}, in any case. */
    ONLINE_HIGH_VALUE("0.5", Risk.MEDIUM),
    /** The amount is above 500. */
    HIGH_VALUE("0.3", Risk.MEDIUM),
    /** None of the above. */
    NORMAL("0.1", Risk.LOW);

    private final BigDecimal score;
    private final Risk risk;

    Verdict(String score, Risk risk) {
      this.score = new BigDecimal(score);
      this.risk = risk;
    }

    /** From 0, no fraud, to 1. */
    public BigDecimal score() {
      return score;
    }

    public Risk risk() {
      return risk;
    }
  }

  private FraudModel() {}

  /**
   * @param location null if unknown
   */
  public static Verdict judge(BigDecimal amount, String location) {
    if (amount.compareTo(ANOMALY) > 0) {
      return Verdict.AMOUNT_ANOMALY;
    }
    if (amount.compareTo(HIGH_VALUE) > 0) {
      return ONLINE.equalsIgnoreCase(location) ? Verdict.ONLINE_HIGH_VALUE : Verdict.HIGH_VALUE;
    }
    return Verdict.NORMAL;
  }
}
