package dev.weir.kafka.once;

import java.util.Comparator;

/**
 * The number of a transaction of a writer group. A writer that starts gets the attempt after the
 * highest one that its group has published, and counts its transactions from 1.
 */
public record TransactionNumber(long attempt, long transaction)
    implements Comparable<TransactionNumber> {
  /** Before the first transaction of a group. */
  public static final TransactionNumber NONE = new TransactionNumber(0, 0);

  private static final Comparator<TransactionNumber> ORDER =
      Comparator.comparingLong(TransactionNumber::attempt)
          .thenComparingLong(TransactionNumber::transaction);

  /**
   * @throws NumberFormatException if the text is not {@code attempt.transaction}
   */
  static TransactionNumber parse(String text) {
    int point = text.indexOf('.');
    if (point < 0) {
      throw new NumberFormatException(text);
    }
    return new TransactionNumber(
        Long.parseLong(text.substring(0, point)), Long.parseLong(text.substring(point + 1)));
  }

  @Override
  public int compareTo(TransactionNumber other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return attempt + "." + transaction;
  }
}
