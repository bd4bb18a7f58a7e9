package dev.weir.kafka.once;

import java.util.Objects;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.beam.sdk.transforms.SerializableFunction;

/**
 * A stream of records, each of which has an identity.
 *
 * @param <T> a class generated from an Avro schema
 */
public final class StreamForm<T extends SpecificRecordBase> implements PublishedForm<T> {
  private static final long serialVersionUID = 1L;

  private final SerializableFunction<T, String> key;
  private final SerializableFunction<T, String> identity;
  private final ValueFormat<T> values;

  private StreamForm(
      SerializableFunction<T, String> key,
      SerializableFunction<T, String> identity,
      ValueFormat<T> values) {
    this.key = key;
    this.identity = identity;
    this.values = values;
  }

  /**
   * @param key the key of the topic's record, which is the identity too
   */
  public static <T extends SpecificRecordBase> StreamForm<T> of(
      SerializableFunction<T, String> key, ValueFormat<T> values) {
    return new StreamForm<>(Objects.requireNonNull(key), null, Objects.requireNonNull(values));
  }

  /** Records whose identity is not their key. */
  public StreamForm<T> identifiedBy(SerializableFunction<T, String> function) {
    return new StreamForm<>(key, Objects.requireNonNull(function), values);
  }

  @Override
  public String key(T record) {
    return key.apply(record);
  }

  @Override
  public byte[] value(T record) {
    return values.write(record);
  }

  @Override
  public String identity(T record) {
    return identity == null ? null : identity.apply(record);
  }

  @Override
  public byte[] more(T record) {
    return UnpublishedFields.write(record);
  }

  @Override
  public T read(String recordKey, byte[] value, byte[] more, RecordTag tag) {
    return values.read(value, more);
  }
}
