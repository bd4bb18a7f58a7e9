package dev.weir.bureaumock;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The bureau's score of an applicant: a pure function of the ssn, the same on every machine. */
public final class Scores {

  /** The lowest score. */
  public static final int WORST = 300;

  /** The highest score. */
  public static final int BEST = 850;

  /** The score of every ssn that ends in {@code 9}, so that a test can choose a poor applicant. */
  public static final int ENDS_IN_NINE = 450;

  private Scores() {}

  /**
   * Scores one applicant. The score depends only on the characters of the ssn; over many ssns it is
   * uniform.
   *
   * @param ssn any text; its format is not checked
   * @return a score from {@value #WORST} to {@value #BEST}; {@value #ENDS_IN_NINE} if the ssn ends
   *     in {@code 9}
   */
  public static int of(String ssn) {
    if (ssn.endsWith("9")) {
      return ENDS_IN_NINE;
    }
    long bits = ByteBuffer.wrap(sha256(ssn)).getLong();
    return WORST + (int) Long.remainderUnsigned(bits, BEST - WORST + 1);
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
