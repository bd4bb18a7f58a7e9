package dev.weir.generate;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;

/**
 * One record of a generated topic or file of money-enrichment.
 *
 * @param userId its UTF-8 is the record's key, even if the record does not name its user
 * @param at the event's time; for a malformed record, the time at which it is due
 * @param value the record as JSON on one line; must not be modified
 */
@SuppressWarnings("ArrayRecordComponent")
public record MoneyRecord(MoneyStream stream, Kind kind, String userId, Instant at, byte[] value) {

  /** The correct handling of a record. */
  public enum Kind {
    /** Uses it; it is no further behind than the disorder allows. */
    EVENT,
    /** Uses it, but it is too late to wait for anything. */
    LATE,
    /** Drops it: the same record was sent before. It may also be late by now. */
    DUPLICATE,
    /** Skips it: it is valid, but its type is not relevant. */
    IGNORED,
    /** Rejects it: it is unreadable or breaks its contract. */
    MALFORMED
  }

  public byte[] key() {
    return userId.getBytes(UTF_8);
  }

  MoneyRecord again() {
    return new MoneyRecord(stream, Kind.DUPLICATE, userId, at, value);
  }

  /** Omits the user's data except the id. */
  @Override
  public String toString() {
    return kind + " of " + stream + ", " + userId + " at " + at;
  }
}
