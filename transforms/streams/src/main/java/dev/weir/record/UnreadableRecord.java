package dev.weir.record;

import java.util.Optional;
import org.joda.time.Instant;

/**
 * The one kind of exception that makes a record a dead letter: the record cannot be read or breaks
 * its contract. Its message names fields and never holds a value, so that it can be logged and
 * published.
 */
public final class UnreadableRecord extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why a record cannot be used. */
  public enum Reason {
    /** Not in the expected encoding, or cut off, or with bytes left over. */
    MALFORMED,
    /** Avro, but of a schema that is not known here. */
    UNKNOWN_SCHEMA,
    /** A field is absent, null or blank. */
    MISSING_FIELD,
    /** A field is there and is not of its type. */
    WRONG_TYPE,
    /** A field holds a value that its contract excludes. */
    INVALID_VALUE,
    /** The record, or a text in it, is longer than any real one. */
    TOO_LONG,
    /** The record would change what is so long ago that it is not remembered. */
    TOO_LATE
  }

  private final Reason reason;
  private final Instant eventTime;

  private UnreadableRecord(Reason reason, String detail, Instant eventTime) {
    super(detail, null, false, false);
    this.reason = reason;
    this.eventTime = eventTime;
  }

  /**
   * @param detail one clause for a human reader that names fields and quotes no value
   */
  public UnreadableRecord(Reason reason, String detail) {
    this(reason, detail, null);
  }

  /** The same with the record's own time, for a record that was read and breaks its contract. */
  public UnreadableRecord at(Instant time) {
    return new UnreadableRecord(reason, getMessage(), time);
  }

  public Reason reason() {
    return reason;
  }

  /** The record's own time, where it could be read. */
  public Optional<Instant> eventTime() {
    return Optional.ofNullable(eventTime);
  }
}
