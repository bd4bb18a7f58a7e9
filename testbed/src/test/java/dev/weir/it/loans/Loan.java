package dev.weir.it.loans;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.bureaumock.Scores;
import dev.weir.loan.LoanApplication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;

/**
 * A loan application in all its encodings, and its decision. All of it is written by hand here,
 * independent of the code under test.
 */
public record Loan(String requestId, String type, String amount, String ssn, Instant ts) {

  /** The time at which all tests start. */
  public static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");

  private static final int SSNS = 49 * 9999 * 100;

  /** An application of a known applicant at noon, over 100.00. */
  public static Loan aLoan(String requestId) {
    return new Loan(requestId, "KNOWN", "100.00", "900-01-0001", NOON);
  }

  /**
   * The {@code n}-th of generated applications, a second apart from noon on; each has its own ssn.
   */
  public static Loan madeUp(String run, int n, Random random) {
    return new Loan(
        run + "-" + n,
        random.nextBoolean() ? "KNOWN" : "UNKNOWN",
        BigDecimal.valueOf(100_00 + random.nextInt(4900_00 + 1), 2).toPlainString(),
        ssn(n),
        NOON.plusSeconds(n));
  }

  static Loan of(LoanApplication record) {
    return new Loan(
        record.getRequestId(),
        record.getApplicantType(),
        BigDecimal.valueOf(record.getAmount()).setScale(2).toPlainString(),
        record.getSsn(),
        record.getTs());
  }

  public Loan known() {
    return new Loan(requestId, "KNOWN", amount, ssn, ts);
  }

  public Loan unknown() {
    return new Loan(requestId, "UNKNOWN", amount, ssn, ts);
  }

  public Loan type(String name) {
    return new Loan(requestId, name, amount, ssn, ts);
  }

  public Loan amount(String decimal) {
    return new Loan(requestId, type, decimal, ssn, ts);
  }

  public Loan ssn(String number) {
    return new Loan(requestId, type, amount, number, ts);
  }

  public Loan requestId(String text) {
    return new Loan(text, type, amount, ssn, ts);
  }

  public Loan at(Instant time) {
    return new Loan(requestId, type, amount, ssn, time);
  }

  public Loan later(Duration wait) {
    return at(ts.plus(wait));
  }

  boolean isKnown() {
    return type.equals("KNOWN");
  }

  public byte[] key() {
    return requestId.getBytes(UTF_8);
  }

  LoanApplication record() {
    return new LoanApplication(requestId, type, Double.parseDouble(amount), ssn, ts);
  }

  /** Returns Avro's single-object encoding, as on a topic. */
  public byte[] avro() {
    try {
      return LoanApplication.getEncoder().encode(record()).array();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the JSON, as in a file of JSON Lines. */
  String json() {
    return "{\"request_id\":\"%s\",\"applicant_type\":\"%s\",\"amount\":%s,\"ssn\":\"%s\",\"ts\":\"%s\"}"
        .formatted(requestId, type, amount, ssn, ts);
  }

  /** Returns the decision if the bureau answers. */
  public String decision() {
    if (isKnown()) {
      return decision("APPROVED", "Internal Customer Check", "null");
    }
    int score = Scores.of(ssn);
    return decision(
        score > 700 ? "APPROVED" : "DENIED",
        "Based on External Bureau Score: " + score,
        Integer.toString(score));
  }

  /** Returns the decision if the bureau does not answer, with the reason. */
  String referral(String why) {
    return isKnown() ? decision() : decision("REFERRED", "Bureau Unavailable: " + why, "null");
  }

  private String decision(String status, String reason, String score) {
    return ("{\"request_id\":\"%s\",\"status\":\"%s\",\"reason\":\"%s\",\"applicant_type\":\"%s\","
            + "\"amount\":%s,\"score\":%s,\"ts\":\"%s\"}")
        .formatted(requestId, status, reason, type, amount, score, ts);
  }

  private static String ssn(int n) {
    int m = Math.floorMod(n * 7919, SSNS);
    return "%03d-%02d-%04d".formatted(900 + m % 100, 1 + m / 100 % 49, 1 + m / 4900);
  }
}
