package dev.weir.encoding;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.values.TypeDescriptor;

/**
 * Encodes an Avro record in Avro's single-object encoding: a marker, the fingerprint of the schema
 * it was written with, and the body. The bytes name their schema, so that a record that was in
 * keyed state while its class gained a field is still read correctly: its past schemas are kept in
 * {@code schemas/} on the class path. Many threads may use one coder.
 *
 * @param <T> a class generated from an Avro schema
 */
public final class SingleObjectCoder<T extends SpecificRecordBase> extends CustomCoder<T> {
  private static final long serialVersionUID = 2L;

  private final RecordType<T> type;
  private transient volatile ThreadLocal<RecordCodec<T>> codecs;

  private SingleObjectCoder(RecordType<T> type) {
    this.type = type;
  }

  public static <T extends SpecificRecordBase> SingleObjectCoder<T> of(Class<T> type) {
    return new SingleObjectCoder<>(new RecordType<>(type));
  }

  @Override
  public void encode(T record, OutputStream out) throws IOException {
    if (record == null) {
      throw new CoderException("cannot encode a null " + type.name());
    }
    codec().encode(record, out);
  }

  /**
   * @throws CoderException if the bytes have a schema that the record never had
   */
  @Override
  public T decode(InputStream in) throws IOException {
    byte[] bytes = RecordCodec.take(in);
    T record = codec().decode(bytes);
    if (record == null) {
      throw RecordCodec.unknown(bytes, type.name());
    }
    return record;
  }

  private RecordCodec<T> codec() {
    ThreadLocal<RecordCodec<T>> mine = codecs;
    if (mine == null) {
      mine = ThreadLocal.withInitial(() -> new RecordCodec<>(type.load()));
      codecs = mine;
    }
    return mine.get();
  }

  @Override
  public void verifyDeterministic() {
    // A record of named fields has one encoding per schema; no schema here contains a map.
  }

  @Override
  public TypeDescriptor<T> getEncodedTypeDescriptor() {
    return TypeDescriptor.of(type.load());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SingleObjectCoder<?> that && type.equals(that.type);
  }

  @Override
  public int hashCode() {
    return type.hashCode();
  }
}
