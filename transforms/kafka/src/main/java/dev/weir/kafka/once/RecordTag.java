package dev.weir.kafka.once;

import dev.weir.changelog.Position;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The header {@value #HEADER} of a published record, which identifies its writer: text in UTF-8,
 * its fields separated by one space: sink id, writer group, {@code attempt.transaction}, event time
 * in epoch milliseconds, and the record's identity. The identity is {@code =} if it is the record's
 * key, {@code i} followed by any other identity, or {@code r} followed by the revision {@code
 * major.minor} in a changelog, whose identity is key and revision.
 *
 * @param sinkId the sink id of the job
 * @param group the writer group within the sink and topic, from 0
 * @param transaction the transaction that published the record
 * @param eventTime the timestamp of the element, epoch milliseconds
 * @param identity null if the identity is the key, and in a changelog
 * @param revision the revision of the key; null unless the record is part of a changelog
 */
public record RecordTag(
    String sinkId,
    int group,
    TransactionNumber transaction,
    long eventTime,
    String identity,
    Position revision) {
  /** The name of the header. */
  public static final String HEADER = "weir";

  /**
   * The name of the header with the fields of a row that are not part of the value: a JSON object.
   */
  public static final String MORE = "weir-more";

  private static final int FIELDS = 5;

  /** Returns whether a writer group of a sink has published the record. */
  boolean isOf(String sink, int writerGroup) {
    return group == writerGroup && sinkId.equals(sink);
  }

  /** Returns the tag of a record; empty if the record was not published exactly once. */
  public static Optional<RecordTag> of(Headers headers) {
    Header header = headers.lastHeader(HEADER);
    return header == null || header.value() == null ? Optional.empty() : parse(header.value());
  }

  /** Returns the tag in the value of a header; empty if it is not one. */
  static Optional<RecordTag> parse(byte[] header) {
    String[] fields = new String(header, StandardCharsets.UTF_8).split(" ", FIELDS);
    if (fields.length < FIELDS || fields[4].isEmpty()) {
      return Optional.empty();
    }
    try {
      String rest = fields[4].substring(1);
      return Optional.of(
          new RecordTag(
              fields[0],
              Integer.parseInt(fields[1]),
              TransactionNumber.parse(fields[2]),
              Long.parseLong(fields[3]),
              fields[4].charAt(0) == 'i' ? rest : null,
              fields[4].charAt(0) == 'r' ? position(rest) : null));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  byte[] toBytes() {
    return toBytes(prefix(sinkId, group, transaction), eventTime, identity, revision);
  }

  /** The bytes that the headers of all records of a transaction begin with. */
  static byte[] prefix(String sinkId, int group, TransactionNumber transaction) {
    return (sinkId + ' ' + group + ' ' + transaction + ' ').getBytes(StandardCharsets.UTF_8);
  }

  /** The header of a record of a transaction. */
  static byte[] toBytes(byte[] prefix, long eventTime, String identity, Position revision) {
    String rest;
    if (revision != null) {
      rest = eventTime + " r" + revision.major() + '.' + revision.minor();
    } else if (identity != null) {
      rest = eventTime + " i" + identity;
    } else {
      rest = eventTime + " =";
    }
    byte[] end = rest.getBytes(StandardCharsets.UTF_8);
    byte[] header = Arrays.copyOf(prefix, prefix.length + end.length);
    System.arraycopy(end, 0, header, prefix.length, end.length);
    return header;
  }

  private static Position position(String text) {
    int point = text.indexOf('.');
    if (point < 0) {
      throw new NumberFormatException(text);
    }
    return new Position(
        Long.parseLong(text.substring(0, point)), Long.parseLong(text.substring(point + 1)));
  }
}
