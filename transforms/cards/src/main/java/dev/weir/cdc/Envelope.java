package dev.weir.cdc;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.record.Origin;
import dev.weir.record.RawRecord;
import dev.weir.record.StrictJson;
import dev.weir.record.UnreadableRecord;
import dev.weir.record.UnreadableRecord.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Debezium change event (1.9 to 3.x) as Kafka Connect's JSON converter writes it, with or without
 * its schema part.
 *
 * @param operation what happened to the row
 * @param commit when the database committed the change, to the millisecond
 * @param lsn the position of the change in the database's log; -1 if unknown
 * @param lastCommitLsn the position of the last commit before that of the change; -1 if unknown
 * @param row the row after the change; for a deletion, only the primary key is reliable
 */
public record Envelope(
    Operation operation, Instant commit, long lsn, long lastCommitLsn, ChangedRow row) {
  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

  /** 64 PiB: no log is longer, and one larger position would make all later changes seem old. */
  private static final long LAST_LSN = 1L << 56;

  private static final Pattern SEQUENCE = Pattern.compile("\\[\\s*\"?(\\d{1,18})\"?\\s*,[^,]*]");

  /**
   * @param bytes UTF-8; an empty array or the JSON {@code null} is a tombstone
   * @return empty for a tombstone, which only repeats the delete before it
   * @throws UnreadableRecord if the bytes are not a change of a row
   */
  public static Optional<Envelope> read(byte[] bytes) throws UnreadableRecord {
    if (isTombstone(bytes)) {
      return Optional.empty();
    }
    JsonNode record = StrictJson.object(bytes);
    boolean wrapped = record.has("payload") && record.has("schema");
    JsonNode envelope = wrapped ? record.get("payload") : record;
    if (wrapped && envelope.isNull()) {
      return Optional.empty();
    }
    JsonNode schema = wrapped ? record.get("schema") : null;
    Instant commit = commit(envelope.path("source").get("ts_ms"));
    try {
      Operation operation = operation(envelope.get("op"));
      String side = operation == Operation.d ? "before" : "after";
      JsonNode row = envelope.get(side);
      if (row == null || !row.isObject()) {
        throw new UnreadableRecord(Reason.MISSING_FIELD, side + " is missing");
      }
      long lsn = lsn(envelope.path("source").get("lsn"));
      return Optional.of(
          new Envelope(
              operation,
              commit,
              lsn,
              lastCommitLsn(envelope.path("source").get("sequence")),
              ChangedRow.of(row, schema, side, commit)));
    } catch (UnreadableRecord e) {
      throw e.at(joda(commit));
    }
  }

  /** Returns the part of the envelope that is kept with the row. */
  public ChangeSource source(Origin origin) {
    return new ChangeSource(
        operation,
        commit.toEpochMilli(),
        lsn,
        origin.source(),
        origin.partition(),
        origin.position(),
        lastCommitLsn,
        null);
  }

  /** Returns the source of a change whose row could not be read. */
  public ChangeSource source(Origin origin, UnreadableRecord why) {
    ChangeSource source = source(origin);
    source.setUnreadable(new UnreadableChange(why.reason().name(), why.getMessage()));
    return source;
  }

  /** The key and the source of a change whose row could not be read. */
  public record Keyed(String key, ChangeSource source) {}

  /**
   * Reads the key and the source of a change that is a dead letter.
   *
   * @param column the primary key
   * @return empty if the key or the source cannot be read
   */
  public static Optional<Keyed> keyed(RawRecord raw, String column, UnreadableRecord why) {
    try {
      Optional<Envelope> envelope = read(raw.bytes());
      return envelope.isEmpty()
          ? Optional.empty()
          : Optional.of(
              new Keyed(
                  envelope.get().row().requiredId(column),
                  envelope.get().source(raw.origin(), why)));
    } catch (UnreadableRecord unknown) {
      return Optional.empty();
    }
  }

  private static boolean isTombstone(byte[] bytes) {
    // Longer values are not decoded twice.
    return bytes.length == 0
        || (bytes.length < 32 && new String(bytes, StandardCharsets.UTF_8).strip().equals("null"));
  }

  private static Operation operation(JsonNode op) throws UnreadableRecord {
    if (op == null || op.isNull()) {
      throw new UnreadableRecord(Reason.MISSING_FIELD, "op is missing");
    }
    for (Operation operation : Operation.values()) {
      if (operation.name().equals(op.textValue())) {
        return operation;
      }
    }
    // For example a truncate: it names no row, and keeping the rows silently would be wrong.
    throw new UnreadableRecord(Reason.INVALID_VALUE, "op is not one of c, r, u, d");
  }

  private static Instant commit(JsonNode millis) throws UnreadableRecord {
    if (millis == null || millis.isNull()) {
      throw new UnreadableRecord(Reason.MISSING_FIELD, "source.ts_ms is missing");
    }
    if (!millis.isIntegralNumber() || !millis.canConvertToLong()) {
      throw new UnreadableRecord(Reason.WRONG_TYPE, "source.ts_ms is not a whole number");
    }
    Instant commit = Instant.ofEpochMilli(millis.longValue());
    if (commit.isBefore(EARLIEST) || commit.isAfter(LATEST)) {
      throw new UnreadableRecord(
          Reason.INVALID_VALUE, "source.ts_ms is outside the years 1 to 9999");
    }
    return commit;
  }

  private static long lsn(JsonNode lsn) throws UnreadableRecord {
    if (lsn == null || lsn.isNull()) {
      return -1;
    }
    if (!lsn.isIntegralNumber()
        || !lsn.canConvertToLong()
        || lsn.longValue() < 0
        || lsn.longValue() > LAST_LSN) {
      throw new UnreadableRecord(Reason.WRONG_TYPE, "source.lsn is not a position in a log");
    }
    return lsn.longValue();
  }

  /**
   * Returns the first of the two numbers in Debezium's {@code source.sequence}, a string such as
   * {@code ["24023119","24023128"]}; -1 if unknown.
   */
  private static long lastCommitLsn(JsonNode sequence) {
    if (sequence == null || !sequence.isTextual()) {
      return -1;
    }
    Matcher numbers = SEQUENCE.matcher(sequence.textValue());
    return numbers.matches() ? Long.parseLong(numbers.group(1)) : -1;
  }

  static org.joda.time.Instant joda(Instant time) {
    return org.joda.time.Instant.ofEpochMilli(time.toEpochMilli());
  }
}
