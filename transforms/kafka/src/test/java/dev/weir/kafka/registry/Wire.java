package dev.weir.kafka.registry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/** Values in the wire format, as another client writes and reads them. */
final class Wire {
  private Wire() {}

  static byte[] value(int id, Schema writer, Object value) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(0);
    bytes.writeBytes(ByteBuffer.allocate(4).putInt(id).array());
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<>(writer, new GenericData()).write(value, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }

  static int id(byte[] value) {
    ByteBuffer bytes = ByteBuffer.wrap(value);
    if (bytes.get() != 0) {
      throw new AssertionError("no magic byte");
    }
    return bytes.getInt();
  }

  static GenericRecord body(byte[] value, Schema writer) throws IOException {
    return new GenericDatumReader<GenericRecord>(writer, writer, new GenericData())
        .read(null, DecoderFactory.get().binaryDecoder(value, 5, value.length - 5, null));
  }
}
