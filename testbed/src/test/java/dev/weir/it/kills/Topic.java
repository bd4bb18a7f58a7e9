package dev.weir.it.kills;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.it.Tape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** A topic that a job publishes to, as a consumer reads it that waits for commits. */
final class Topic implements AutoCloseable {
  private static final String HEADER = "weir";

  /** The revision of a row, at the end of the header. */
  private static final Pattern REVISION = Pattern.compile(".* r(-?\\d+)\\.(-?\\d+)");

  private static final long[] LOWEST = {Long.MIN_VALUE, Long.MIN_VALUE};

  private final Tape tape;

  Topic(String brokers, String name) {
    tape = new Tape(brokers, name);
  }

  /** Returns the number of records so far. */
  int size() {
    return tape.records().size();
  }

  /** Returns the values so far as text, null for a tombstone; each partition in its order. */
  List<String> values() {
    return tape.records().stream().map(Topic::value).toList();
  }

  /** Returns the last value of each key, without keys whose last record is a tombstone. */
  Map<String, String> last() {
    Map<String, String> last = new LinkedHashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : tape.records()) {
      String key = new String(record.key(), UTF_8);
      if (record.value() == null) {
        last.remove(key);
      } else {
        last.put(key, value(record));
      }
    }
    return last;
  }

  /** Returns the records by key, each with its place and its headers, for error messages too. */
  Map<String, List<String>> byKey() {
    Map<String, List<String>> byKey = new LinkedHashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : tape.records()) {
      byKey
          .computeIfAbsent(new String(record.key(), UTF_8), key -> new ArrayList<>())
          .add(place(record));
    }
    return byKey;
  }

  /**
   * Returns the records of a changelog whose revision is not above those of all records before them
   * of the same key, or that have none.
   */
  List<String> outOfOrder() {
    List<String> outOfOrder = new ArrayList<>();
    Map<String, long[]> highest = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : tape.records()) {
      String key = new String(record.key(), UTF_8);
      Matcher revision = REVISION.matcher(header(record));
      long[] before = highest.getOrDefault(key, LOWEST);
      if (revision.matches()) {
        long[] now = {Long.parseLong(revision.group(1)), Long.parseLong(revision.group(2))};
        if (Arrays.compare(before, now) < 0) {
          highest.put(key, now);
          continue;
        }
      }
      outOfOrder.add(key + " at " + place(record) + " after " + Arrays.toString(before));
    }
    return outOfOrder;
  }

  private static String place(ConsumerRecord<byte[], byte[]> record) {
    return record.partition()
        + "@"
        + record.offset()
        + " "
        + value(record)
        + " ["
        + header(record)
        + "]";
  }

  private static String value(ConsumerRecord<byte[], byte[]> record) {
    return record.value() == null ? null : new String(record.value(), UTF_8);
  }

  private static String header(ConsumerRecord<byte[], byte[]> record) {
    Header header = record.headers().lastHeader(HEADER);
    return header == null ? "" : new String(header.value(), UTF_8);
  }

  @Override
  public void close() {
    tape.close();
  }
}
