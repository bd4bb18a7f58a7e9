package dev.weir.encoding;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.SchemaStore;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.util.VarInt;
import org.apache.beam.sdk.values.TypeDescriptor;

/**
 * Encodes an Avro record in Avro's single-object encoding: a marker, the fingerprint of the schema
 * it was written with, the body. The bytes name their schema, so that a record that lay in keyed
 * state while its class gained a field is still read right. Many threads may use one coder.
 *
 * @param <T> a class generated from an Avro schema
 */
public final class SingleObjectCoder<T extends SpecificRecordBase> extends CustomCoder<T> {
  private static final long serialVersionUID = 1L;

  private final Class<T> type;
  private final List<String> pastSchemas;
  private transient volatile ThreadLocal<Codec<T>> codecs;

  private SingleObjectCoder(Class<T> type, List<String> pastSchemas) {
    this.type = type;
    this.pastSchemas = pastSchemas;
  }

  public static <T extends SpecificRecordBase> SingleObjectCoder<T> of(Class<T> type) {
    return new SingleObjectCoder<>(type, List.of());
  }

  /**
   * The coder, also reading records written with these schemas.
   *
   * @param schemas earlier schemas of the same record, as JSON
   */
  public SingleObjectCoder<T> alsoReading(List<String> schemas) {
    return new SingleObjectCoder<>(type, List.copyOf(schemas));
  }

  @Override
  public void encode(T record, OutputStream out) throws IOException {
    if (record == null) {
      throw new CoderException("cannot encode a null " + type.getSimpleName());
    }
    codec().encode(record, out);
  }

  @Override
  public T decode(InputStream in) throws IOException {
    int length = VarInt.decodeInt(in);
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new CoderException("the bytes of a " + type.getSimpleName() + " end early");
    }
    return codec().decode(bytes);
  }

  private Codec<T> codec() {
    ThreadLocal<Codec<T>> mine = codecs;
    if (mine == null) {
      mine = ThreadLocal.withInitial(() -> new Codec<>(type, pastSchemas));
      codecs = mine;
    }
    return mine.get();
  }

  @Override
  public void verifyDeterministic() {
    // A record of named fields has one encoding per schema; no schema here holds a map.
  }

  @Override
  public TypeDescriptor<T> getEncodedTypeDescriptor() {
    return TypeDescriptor.of(type);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SingleObjectCoder<?> that && type.equals(that.type);
  }

  @Override
  public int hashCode() {
    return Objects.hash(type);
  }

  /** One thread's buffers, readers and writers: Avro's own look theirs up for every record. */
  private static final class Codec<T extends SpecificRecordBase> {
    private static final int HEADER = 10;

    private final byte[] header;
    private final SpecificDatumWriter<T> writer;
    private final SpecificDatumReader<T> reader;
    private final BinaryMessageDecoder<T> ofPastSchemas;
    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream(256);
    private BinaryEncoder encoder;
    private BinaryDecoder decoder;

    Codec(Class<T> type, List<String> pastSchemas) {
      SpecificData model = SpecificData.getForClass(type);
      // The generated classes can write themselves without reflection; Avro asks for consent.
      model.setCustomCoders(true);
      Schema schema = model.getSchema(type);
      SchemaStore.Cache past = new SchemaStore.Cache();
      pastSchemas.forEach(json -> past.addSchema(new Schema.Parser().parse(json)));
      ofPastSchemas = new BinaryMessageDecoder<>(model, schema, past);
      writer = new SpecificDatumWriter<>(schema, model);
      reader = new SpecificDatumReader<>(schema, schema, model);
      header =
          ByteBuffer.allocate(HEADER)
              .order(ByteOrder.LITTLE_ENDIAN)
              .put((byte) 0xC3)
              .put((byte) 0x01)
              .putLong(SchemaNormalization.parsingFingerprint64(schema))
              .array();
    }

    void encode(T record, OutputStream out) throws IOException {
      buffer.reset();
      buffer.write(header, 0, HEADER);
      encoder = EncoderFactory.get().binaryEncoder(buffer, encoder);
      writer.write(record, encoder);
      encoder.flush();
      VarInt.encode(buffer.size(), out);
      buffer.writeTo(out);
    }

    T decode(byte[] bytes) throws IOException {
      boolean current =
          bytes.length >= HEADER && Arrays.equals(bytes, 0, HEADER, header, 0, HEADER);
      if (!current) {
        return ofPastSchemas.decode(bytes);
      }
      decoder = DecoderFactory.get().binaryDecoder(bytes, HEADER, bytes.length - HEADER, decoder);
      return reader.read(null, decoder);
    }
  }
}
