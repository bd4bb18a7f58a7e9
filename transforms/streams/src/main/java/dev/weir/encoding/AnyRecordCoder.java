package dev.weir.encoding;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.values.TypeDescriptor;

/**
 * Encodes Avro records of several types, such as the values of one map in keyed state. Each record
 * is in Avro's single-object encoding, as written by {@link SingleObjectCoder}: its fingerprint
 * identifies its type and the schema of that type it was written with. Adding a type does not
 * affect the others; a type that was ever written must stay. Many threads may use one coder.
 */
public final class AnyRecordCoder extends CustomCoder<SpecificRecordBase> {
  private static final long serialVersionUID = 1L;

  private final List<RecordType<?>> types;
  private transient volatile ThreadLocal<Codecs> codecs;

  private AnyRecordCoder(List<RecordType<?>> types) {
    this.types = types;
  }

  /**
   * @param types classes generated from Avro schemas, in any order
   */
  @SafeVarargs
  public static AnyRecordCoder of(Class<? extends SpecificRecordBase>... types) {
    if (types.length == 0) {
      throw new IllegalArgumentException("a coder needs at least one record type");
    }
    // Sorted by name, because the order of the types is part of the coder's equality.
    Map<String, RecordType<?>> byName = new TreeMap<>();
    for (Class<? extends SpecificRecordBase> type : types) {
      byName.put(type.getName(), new RecordType<>(type));
    }
    return new AnyRecordCoder(List.copyOf(byName.values()));
  }

  @Override
  public void encode(SpecificRecordBase record, OutputStream out) throws IOException {
    if (record == null) {
      throw new CoderException("cannot encode null");
    }
    codecs().encode(record, out);
  }

  /**
   * @throws CoderException if the bytes have a schema that none of the types ever had
   */
  @Override
  public SpecificRecordBase decode(InputStream in) throws IOException {
    return codecs().decode(RecordCodec.take(in));
  }

  Codecs codecs() {
    ThreadLocal<Codecs> mine = codecs;
    if (mine == null) {
      mine = ThreadLocal.withInitial(() -> new Codecs(types));
      codecs = mine;
    }
    return mine.get();
  }

  @Override
  public void verifyDeterministic() {
    // Deterministic, as for one type: no schema here contains a map.
  }

  @Override
  public TypeDescriptor<SpecificRecordBase> getEncodedTypeDescriptor() {
    return TypeDescriptor.of(SpecificRecordBase.class);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AnyRecordCoder that && types.equals(that.types);
  }

  @Override
  public int hashCode() {
    return types.hashCode();
  }

  /** One thread's codecs, by class for writing and by fingerprint for reading. */
  static final class Codecs {
    private final List<RecordType<?>> types;
    private final Map<Class<?>, RecordCodec<SpecificRecordBase>> byClass = new HashMap<>();
    private final Map<Long, RecordCodec<SpecificRecordBase>> byFingerprint = new HashMap<>();

    Codecs(List<RecordType<?>> types) {
      this.types = types;
      for (RecordType<?> type : types) {
        @SuppressWarnings("unchecked")
        Class<SpecificRecordBase> loaded = (Class<SpecificRecordBase>) type.load();
        RecordCodec<SpecificRecordBase> codec = new RecordCodec<>(loaded);
        byClass.put(loaded, codec);
        codec.fingerprints().forEach(fingerprint -> byFingerprint.put(fingerprint, codec));
      }
    }

    void encode(SpecificRecordBase record, OutputStream out) throws IOException {
      writing(record.getClass()).encode(record, out);
    }

    SpecificRecordBase decode(byte[] bytes) throws IOException {
      return reading(RecordCodec.fingerprintOf(bytes)).decode(bytes);
    }

    /**
     * @throws CoderException if this is not one of the types
     */
    RecordCodec<SpecificRecordBase> writing(Class<?> type) throws CoderException {
      RecordCodec<SpecificRecordBase> codec = byClass.get(type);
      if (codec == null) {
        throw new CoderException(type.getName() + " is not one of " + types);
      }
      return codec;
    }

    /**
     * @throws CoderException if none of the types ever had this schema
     */
    RecordCodec<SpecificRecordBase> reading(long fingerprint) throws CoderException {
      RecordCodec<SpecificRecordBase> codec = byFingerprint.get(fingerprint);
      if (codec == null) {
        throw RecordCodec.unknown(fingerprint, types.toString());
      }
      return codec;
    }
  }
}
