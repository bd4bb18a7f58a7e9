package dev.weir.loan;

import dev.weir.record.Origin;
import java.math.BigDecimal;
import java.time.Instant;

/**
 * A loan application that meets its contract.
 *
 * @param requestId the id of the request
 * @param type whether the lender knows the applicant
 * @param amount above 0, up to 1e9, scale 2
 * @param ssn the applicant's social security number
 * @param ts when the applicant applied
 * @param origin where the application was read from
 */
public record Application(
    String requestId, ApplicantType type, BigDecimal amount, Ssn ssn, Instant ts, Origin origin) {

  /** Returns whether a credit bureau must be asked about the applicant. */
  public boolean needsScore() {
    return type == ApplicantType.UNKNOWN;
  }

  /** Returns {@link #ts} as a Joda-Time instant, which Beam uses. */
  public org.joda.time.Instant time() {
    return org.joda.time.Instant.ofEpochMilli(ts.toEpochMilli());
  }
}
