package dev.weir.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.changelog.RowKey;
import dev.weir.record.UnreadableRecord;
import dev.weir.record.UnreadableRecord.Reason;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * What the records of an output are: their class, what identifies one, and whether later records of
 * a key replace earlier ones.
 *
 * @param <T> a class generated from an Avro schema
 */
public final class OutputKind<T extends SpecificRecordBase> {
  private final Class<T> type;
  private final List<String> identity;
  private final RowKey changelogKey;
  private final List<String> key;
  private final String timeField;
  private final Duration window;
  private final List<String> erasable;
  private final Predicate<T> erased;

  private OutputKind(
      Class<T> type,
      List<String> identity,
      RowKey changelogKey,
      List<String> key,
      String timeField,
      Duration window,
      List<String> erasable,
      Predicate<T> erased) {
    this.type = type;
    this.identity = identity;
    this.changelogKey = changelogKey;
    this.key = key;
    this.timeField = timeField;
    this.window = window;
    this.erasable = erasable;
    this.erased = erased;
  }

  /**
   * Records of which each is written once.
   *
   * @param identity the paths of the fields that identify a record, such as {@code money/id}; a
   *     field that is null or missing is not part of the identity
   * @param key the paths of the fields that are the key on a topic
   */
  public static <T extends SpecificRecordBase> OutputKind<T> ofRecords(
      Class<T> type, List<String> identity, List<String> key) {
    return new OutputKind<>(
        type, List.copyOf(identity), null, List.copyOf(key), null, null, List.of(), row -> false);
  }

  /** The current row per key. */
  public static <T extends SpecificRecordBase> OutputKind<T> ofChangelog(
      Class<T> type, RowKey key) {
    return new OutputKind<>(
        type, key.columns(), key, key.columns(), null, null, List.of(), row -> false);
  }

  /**
   * Records of one identity whose times differ by more than this are different records.
   *
   * @param field the field with the time, in ISO-8601
   */
  public OutputKind<T> repeatableAfter(String field, Duration time) {
    return new OutputKind<>(type, identity, changelogKey, key, field, time, erasable, erased);
  }

  /**
   * A row of a table may lack these fields although the topic has them.
   *
   * @param fields the fields that the erasure of a person sets to null
   * @param rows the rows of persons that were erased
   */
  public OutputKind<T> erasing(List<String> fields, Predicate<T> rows) {
    return new OutputKind<>(
        type, identity, changelogKey, key, timeField, window, List.copyOf(fields), rows);
  }

  Class<T> type() {
    return type;
  }

  Optional<RowKey> changelogKey() {
    return Optional.ofNullable(changelogKey);
  }

  boolean hasTime() {
    return window != null;
  }

  Duration window() {
    return window;
  }

  boolean hasErasure() {
    return !erasable.isEmpty();
  }

  boolean isErased(SpecificRecordBase row) {
    return erased.test(type.cast(row));
  }

  /** The names of the identity's fields, for messages. */
  String identityName() {
    return String.join("/", identity.stream().map(OutputKind::lastName).toList());
  }

  private static String lastName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /**
   * @throws UnreadableRecord if the record has none
   */
  String identity(JsonNode record) throws UnreadableRecord {
    return joined(values(record, identity));
  }

  /**
   * Returns the key that the record has on a topic.
   *
   * @throws UnreadableRecord if the record has none
   */
  String key(JsonNode record) throws UnreadableRecord {
    List<String> values = values(record, key);
    return changelogKey == null ? String.join("/", values) : joined(values);
  }

  private static List<String> values(JsonNode record, List<String> paths) throws UnreadableRecord {
    List<String> values = new ArrayList<>(paths.size());
    for (String path : paths) {
      JsonNode value = record.at("/" + path);
      if (value.isValueNode() && !value.isNull()) {
        values.add(value.asText());
      }
    }
    if (values.isEmpty()) {
      throw new UnreadableRecord(Reason.MISSING_FIELD, "has no " + lastName(paths.get(0)));
    }
    return values;
  }

  /** Joins the values of several fields as {@link RowKey} does, so that no two are equal. */
  static String joined(List<String> values) {
    return values.size() == 1
        ? values.get(0)
        : String.join(
            "/", values.stream().map(v -> v.replace("%", "%25").replace("/", "%2F")).toList());
  }

  /**
   * Returns the time in epoch milliseconds; 0 for a kind without one.
   *
   * @throws UnreadableRecord if the record has none
   */
  long time(JsonNode record) throws UnreadableRecord {
    if (window == null) {
      return 0;
    }
    try {
      return Instant.parse(record.path(timeField).asText()).toEpochMilli();
    } catch (DateTimeException e) {
      throw new UnreadableRecord(Reason.MISSING_FIELD, "has no " + timeField);
    }
  }

  /** Returns the record without the fields that can be erased. */
  JsonNode withoutErasable(JsonNode record) {
    return ((ObjectNode) record.deepCopy()).without(erasable);
  }

  /** Returns the values that can be erased as one text; empty if all are null. */
  String erasableOf(JsonNode record) {
    boolean none = erasable.stream().allMatch(field -> record.path(field).isNull());
    return none ? "" : ((ObjectNode) record.deepCopy()).retain(erasable).toString();
  }
}
