package dev.weir.generate;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.loan.LoanApplication;
import java.time.Instant;

/**
 * One record of a made-up topic or file.
 *
 * @param kind whether it is to be decided, dropped or refused
 * @param requestId unique in a run, but for duplicates; its UTF-8 is the record's key
 * @param ts the record's time: the application's, and for a malformed record that of its turn
 * @param value the record as bytes; treat it as immutable
 * @param application the same as an object, for files that hold whole objects only. A malformed
 *     record's breaks its contract too, if need be in another way than {@code value} does
 */
@SuppressWarnings("ArrayRecordComponent")
public record MadeUpRecord(
    Kind kind, String requestId, Instant ts, byte[] value, LoanApplication application) {

  /** What a correct pipeline does with a record. */
  public enum Kind {
    /** Decides it. */
    FRESH,
    /** Drops it: the very record was sent before. */
    DUPLICATE,
    /** Refuses it: it cannot be read or breaks its contract. */
    MALFORMED
  }

  public byte[] key() {
    return requestId.getBytes(UTF_8);
  }

  MadeUpRecord again() {
    return new MadeUpRecord(Kind.DUPLICATE, requestId, ts, value, application);
  }

  /** Shows nothing of the applicant. */
  @Override
  public String toString() {
    return kind + " " + requestId + " at " + ts;
  }
}
