package dev.weir.kafka.registry;

import dev.weir.changelog.RowKey;
import dev.weir.encoding.PlainJsonReader;
import dev.weir.record.UnreadableRecord;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * Reads what {@link AvroWireFormat} wrote back into records of the same class, which may have
 * gained fields with defaults since. A registry that does not answer fails the bundle. Thread-safe.
 *
 * @param <T> a class generated from an Avro schema
 */
public final class AvroWireReader<T extends SpecificRecordBase> implements Serializable {
  private static final long serialVersionUID = 1L;

  private final SchemaRegistry registry;
  private final Class<T> type;
  private transient volatile Reading reading;

  /**
   * @param published the fields of the class that are published, in a record of another name: no
   *     class is generated from it, so that it is read as a generic record with the same values
   * @param unpublished the names of all other fields
   */
  private record Reading(
      Schema published,
      List<String> unpublished,
      BinaryMessageDecoder<IndexedRecord> decoder,
      Map<Integer, Projection> projections) {}

  private AvroWireReader(SchemaRegistry registry, Class<T> type) {
    this.registry = registry;
    this.type = type;
  }

  public static <T extends SpecificRecordBase> AvroWireReader<T> of(
      SchemaRegistry registry, Class<T> type) {
    return new AvroWireReader<>(registry, type);
  }

  /**
   * @param value in the wire format
   * @param more the fields that are not published, as {@link dev.weir.encoding.PlainJson} writes
   *     them; null if there are none
   * @throws IllegalArgumentException if the value or {@code more} cannot be read as the class; the
   *     message names fields and quotes no value
   */
  public T read(byte[] value, byte[] more) {
    Reading now = reading();
    IndexedRecord published;
    try {
      WireValue wire = WireValue.of(value);
      published = now.decoder.decode(projection(now, wire.id()).of(wire));
    } catch (UnreadableRecord | IOException e) {
      throw new IllegalArgumentException(
          "cannot read a value of " + type.getSimpleName() + ": " + e.getMessage(), e);
    }
    T record = type.cast(SpecificData.newInstance(type, SpecificData.get().getSchema(type)));
    for (Schema.Field field : now.published.getFields()) {
      record.put(field.name(), published.get(field.pos()));
    }
    PlainJsonReader.readMore(record, now.unpublished, more);
    return record;
  }

  private Projection projection(Reading now, int id) throws UnreadableRecord {
    Projection known = now.projections.get(id);
    if (known == null) {
      RegisteredSchema writer = registry.client().schema(id);
      if (writer.isJson()) {
        throw new UnreadableRecord(
            UnreadableRecord.Reason.UNKNOWN_SCHEMA,
            "the schema " + id + " of the registry is not an Avro schema");
      }
      known = new Projection(id, writer.avro(), now.published);
      now.projections.put(id, known);
    }
    return known;
  }

  private Reading reading() {
    Reading now = reading;
    if (now == null) {
      now = begin();
      reading = now;
    }
    return now;
  }

  private Reading begin() {
    SpecificData model = SpecificData.getForClass(type);
    Schema all = model.getSchema(type);
    List<String> names = RowKey.published(all);
    Schema published =
        Schema.createRecord(all.getName() + "Published", null, all.getNamespace(), false);
    published.setFields(
        names.stream().map(all::getField).map(f -> new Schema.Field(f, f.schema())).toList());
    List<String> unpublished =
        all.getFields().stream().map(Schema.Field::name).filter(n -> !names.contains(n)).toList();
    return new Reading(
        published,
        unpublished,
        new BinaryMessageDecoder<>(model, published),
        new ConcurrentHashMap<>());
  }
}
