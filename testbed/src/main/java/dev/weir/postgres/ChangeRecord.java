package dev.weir.postgres;

import dev.weir.record.Origin;
import dev.weir.record.RawRecord;
import dev.weir.record.RawRecord.Encoding;
import java.util.Map;
import org.apache.beam.io.debezium.SourceRecordMapper;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;
import org.joda.time.Duration;

/**
 * Wraps a change as JSON for DebeziumIO. DebeziumIO takes a record's event time from its field
 * {@code ts_ms} and the watermark from the latest event time, so {@code ts_ms} is set behind the
 * commit time by more than commits can be out of order.
 */
final class ChangeRecord implements SourceRecordMapper<RawRecord> {
  private static final long serialVersionUID = 1L;

  /** How far commit times may deviate from the order of the log. */
  static final Duration DISORDER = Duration.standardSeconds(1);

  private static final String TIME = "ts_ms";
  private static final String JSON = "json";
  private static final String POSITION = "position";
  private static final Schema SCHEMA =
      SchemaBuilder.struct()
          .field(TIME, Schema.INT64_SCHEMA)
          .field(JSON, Schema.BYTES_SCHEMA)
          .field(POSITION, Schema.INT64_SCHEMA)
          .build();

  private static final JsonConverter CONVERTER = new JsonConverter();

  static {
    // Keeps a null instead of the column's default.
    CONVERTER.configure(
        Map.of("schemas.enable", "false", "replace.null.with.default", "false"), false);
  }

  private final String source;

  /**
   * @param source name of the records' origin
   */
  ChangeRecord(String source) {
    this.source = source;
  }

  /**
   * Wraps a change as read by Debezium.
   *
   * @param snapshot the position of the snapshot before the change. A change may be written to the
   *     log before that position and still follows the rows that the snapshot read
   */
  static SourceRecord of(SourceRecord change, Map<String, ?> offset, long snapshot) {
    Struct committed = ((Struct) change.value()).getStruct("source");
    byte[] json = CONVERTER.fromConnectData(change.topic(), change.valueSchema(), change.value());
    long position = Math.max(snapshot, committed.getInt64("lsn"));
    return record(change.topic(), offset, committed.getInt64("ts_ms"), json, position);
  }

  /**
   * Returns a record without a change, which promises that no change before that time will follow.
   */
  static SourceRecord ofTime(long millis, String topic, Map<String, ?> offset) {
    return record(topic, offset, millis, new byte[0], 0);
  }

  private static SourceRecord record(
      String topic, Map<String, ?> offset, long time, byte[] json, long position) {
    Struct value =
        new Struct(SCHEMA)
            .put(TIME, time - DISORDER.getMillis())
            .put(JSON, json)
            .put(POSITION, position);
    return new SourceRecord(Map.of(), offset, topic, SCHEMA, value);
  }

  @Override
  public RawRecord mapSourceRecord(SourceRecord record) {
    Struct value = (Struct) record.value();
    return new RawRecord(
        value.getBytes(JSON), Encoding.JSON, Origin.ofTopic(source, 0, value.getInt64(POSITION)));
  }
}
