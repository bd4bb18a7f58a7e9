package dev.weir.kafka.registry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.beam.sdk.transforms.SerializableFunction;

/**
 * Writes records as Avro in the wire format of a schema registry. The schema is that of the record
 * without what is not published ({@link PublishedSchema}), in the subject {@code TOPIC-value}; it
 * is registered with the first record, unless it is. A registry that does not answer fails the
 * bundle.
 *
 * @param <T> a class generated from an Avro schema
 */
public final class AvroWireFormat<T extends SpecificRecordBase>
    implements SerializableFunction<T, byte[]> {
  private static final long serialVersionUID = 1L;

  private final SchemaRegistry registry;
  private final String topic;
  private transient Writing writing;

  private record Writing(byte[] header, Schema schema, GenericDatumWriter<IndexedRecord> writer) {}

  private AvroWireFormat(SchemaRegistry registry, String topic) {
    this.registry = registry;
    this.topic = topic;
  }

  /**
   * @param topic the topic that the values are for
   */
  public static <T extends SpecificRecordBase> AvroWireFormat<T> of(
      SchemaRegistry registry, String topic) {
    return new AvroWireFormat<>(registry, topic);
  }

  /** The subject of the schemas of a topic's values. */
  public static String subject(String topic) {
    return topic + "-value";
  }

  @Override
  public byte[] apply(T record) {
    if (writing == null) {
      writing = begin(record);
    }
    IndexedRecord published = new GenericData.Record(writing.schema);
    for (Schema.Field field : writing.schema.getFields()) {
      published.put(field.pos(), record.get(record.getSchema().getField(field.name()).pos()));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    bytes.writeBytes(writing.header);
    try {
      BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
      writing.writer.write(published, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private Writing begin(T record) {
    Schema schema = PublishedSchema.of(record.getSchema());
    int id = registry.client().register(subject(topic), schema);
    return new Writing(
        WireValue.header(id),
        schema,
        new GenericDatumWriter<>(schema, SpecificData.getForClass(record.getClass())));
  }
}
