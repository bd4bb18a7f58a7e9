package dev.weir.generate;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;

/**
 * One record of a made-up topic or file of money-enrichment.
 *
 * @param userId its UTF-8 is the record's key, also of a record that does not say whose it is
 * @param at the event's time; of a malformed record, the time its turn came
 * @param value the record as JSON on one line; treat it as immutable
 */
@SuppressWarnings("ArrayRecordComponent")
public record MoneyRecord(MoneyStream stream, Kind kind, String userId, Instant at, byte[] value) {

  /** What a correct pipeline does with a record. */
  public enum Kind {
    /** Uses it, and finds it no further behind than the disorder allows. */
    EVENT,
    /** Uses it, and finds it too late to wait for anything. */
    LATE,
    /** Drops it: the very record was sent before. By now it may be late as well. */
    DUPLICATE,
    /** Skips it: it is right, but of a type that does not matter. */
    IGNORED,
    /** Refuses it: it cannot be read or breaks its contract. */
    MALFORMED
  }

  public byte[] key() {
    return userId.getBytes(UTF_8);
  }

  MoneyRecord again() {
    return new MoneyRecord(stream, Kind.DUPLICATE, userId, at, value);
  }

  /** Shows nothing of the user but the id. */
  @Override
  public String toString() {
    return kind + " of " + stream + ", " + userId + " at " + at;
  }
}
