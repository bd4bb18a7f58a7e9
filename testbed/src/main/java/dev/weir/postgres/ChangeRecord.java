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
 * A change in the form in which it goes through DebeziumIO, which takes a record's event time from
 * a field {@code ts_ms} and its watermark from the latest event time: as JSON, under a {@code
 * ts_ms} that is behind the commit by more than commits are out of order.
 */
final class ChangeRecord implements SourceRecordMapper<RawRecord> {
  private static final long serialVersionUID = 1L;

  /** How far commit times may be out of the order of the log. */
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
    // A null is a null, and not the column's default.
    CONVERTER.configure(
        Map.of("schemas.enable", "false", "replace.null.with.default", "false"), false);
  }

  private final String source;

  /**
   * @param source what the records' origin is called
   */
  ChangeRecord(String source) {
    this.source = source;
  }

  /**
   * A change as Debezium reads it.
   *
   * @param snapshot the position of the snapshot before it: a change may be written to the log
   *     before that, and still comes after the rows that the snapshot read
   */
  static SourceRecord of(SourceRecord change, Map<String, ?> offset, long snapshot) {
    Struct committed = ((Struct) change.value()).getStruct("source");
    byte[] json = CONVERTER.fromConnectData(change.topic(), change.valueSchema(), change.value());
    long position = Math.max(snapshot, committed.getInt64("lsn"));
    return record(change.topic(), offset, committed.getInt64("ts_ms"), json, position);
  }

  /** No change, and none to come from before that time. */
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
