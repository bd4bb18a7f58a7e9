package dev.weir.record;

import java.util.Optional;
import org.joda.time.Instant;

/**
 * The only exception that turns a record into a dead letter: the record cannot be read or breaks
 * its contract. Its message names fields and never contains a value, so it can be logged and
 * published.
 */
public final class UnreadableRecord extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why a record cannot be used. */
  public enum Reason {
    /** The record is not in the expected encoding, is truncated, or has trailing bytes. */
    MALFORMED,
    /** The record is Avro with an unknown schema. */
    UNKNOWN_SCHEMA,
    /** A field is absent, null or blank. */
    MISSING_FIELD,
    /** A field is present but not of its type. */
    WRONG_TYPE,
    /** A field holds a value that its contract excludes. */
    INVALID_VALUE,
    /** The record, or a string in it, exceeds the maximum length. */
    TOO_LONG,
    /** The record would change something so old that it is no longer kept in state. */
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
   * @param detail one clause for a human reader; names fields and quotes no value
   */
  public UnreadableRecord(Reason reason, String detail) {
    this(reason, detail, null);
  }

  /**
   * Returns a copy with the event time of the record, for a record that could be read but breaks
   * its contract.
   */
  public UnreadableRecord at(Instant time) {
    return new UnreadableRecord(reason, getMessage(), time);
  }

  public Reason reason() {
    return reason;
  }

  /** The record's own time, if it could be read. */
  public Optional<Instant> eventTime() {
    return Optional.ofNullable(eventTime);
  }
}
