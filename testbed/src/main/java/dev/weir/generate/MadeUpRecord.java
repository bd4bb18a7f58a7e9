package dev.weir.generate;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.loan.LoanApplication;
import java.time.Instant;

/**
 * One record of a generated topic or file.
 *
 * @param kind whether a pipeline must decide, drop or reject it
 * @param requestId unique in a run, except for duplicates; its UTF-8 is the record's key
 * @param ts the application's time; for a malformed record, the time at which it is due
 * @param value the record as bytes; must not be modified
 * @param application the same record as an object, for files that hold only whole objects. A
 *     malformed record's object breaks the contract too, if necessary in a different way than
 *     {@code value}
 */
@SuppressWarnings("ArrayRecordComponent")
public record MadeUpRecord(
    Kind kind, String requestId, Instant ts, byte[] value, LoanApplication application) {

  /** The correct handling of a record. */
  public enum Kind {
    /** Decides it. */
    FRESH,
    /** Drops it: the same record was sent before. */
    DUPLICATE,
    /** Rejects it: it is unreadable or breaks its contract. */
    MALFORMED
  }

  public byte[] key() {
    return requestId.getBytes(UTF_8);
  }

  MadeUpRecord again() {
    return new MadeUpRecord(Kind.DUPLICATE, requestId, ts, value, application);
  }

  /** Omits the applicant's data. */
  @Override
  public String toString() {
    return kind + " " + requestId + " at " + ts;
  }
}
