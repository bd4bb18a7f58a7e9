package dev.weir.kafka.registry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.weir.record.UnreadableRecord;
import dev.weir.record.UnreadableRecord.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;

/**
 * Writes a value as the JSON that needs no schema to be understood: decimals as numbers, times as
 * ISO-8601 in UTC, enums by name, other bytes as base64, a union as the value of its branch. The
 * types of Kafka Connect and Debezium are known by the names that Connect's Avro converters write
 * into the schema.
 */
final class AvroJson {
  private static final JsonFactory FACTORY = new JsonFactory();

  /** The scale of a decimal that Connect writes, if its logical type is not a valid one. */
  private static final String PARAMETERS = "connect.parameters";

  private static final String DECIMAL = "org.apache.kafka.connect.data.Decimal";

  /** Maximum number of bytes of JSON; a name of a field may repeat in a value without bytes. */
  private static final int LONGEST = 32 << 20;

  private final BinaryDecoder in;
  private final JsonGenerator json;

  private AvroJson(BinaryDecoder in, JsonGenerator json) {
    this.in = in;
    this.json = json;
  }

  /**
   * @throws UnreadableRecord if the body is not exactly one value of the schema, or its JSON would
   *     be longer than {@link #LONGEST}
   */
  static byte[] of(Schema writer, WireValue value) throws UnreadableRecord {
    BinaryDecoder body = value.avro(writer);
    Limited out = new Limited();
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      new AvroJson(body, json).write(writer);
    } catch (TooLong e) {
      throw new UnreadableRecord(
          Reason.TOO_LONG, "longer than " + LONGEST + " bytes once it is converted to JSON");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.bytes.toByteArray();
  }

  private static final class TooLong extends IOException {
    private static final long serialVersionUID = 1L;
  }

  private static final class Limited extends OutputStream {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);

    @Override
    public void write(int single) throws IOException {
      write(new byte[] {(byte) single}, 0, 1);
    }

    @Override
    public void write(byte[] more, int from, int length) throws IOException {
      if (length > LONGEST - bytes.size()) {
        throw new TooLong();
      }
      bytes.write(more, from, length);
    }
  }

  private void write(Schema schema) throws IOException {
    switch (schema.getType()) {
      case NULL -> json.writeNull();
      case BOOLEAN -> json.writeBoolean(in.readBoolean());
      case INT -> number(schema, in.readInt());
      case LONG -> number(schema, in.readLong());
      case FLOAT -> number(in.readFloat());
      case DOUBLE -> number(in.readDouble());
      case STRING -> json.writeString(in.readString());
      case ENUM -> json.writeString(schema.getEnumSymbols().get(in.readEnum()));
      case BYTES -> bytes(schema, in.readBytes(null));
      case FIXED -> {
        byte[] fixed = new byte[schema.getFixedSize()];
        in.readFixed(fixed);
        bytes(schema, ByteBuffer.wrap(fixed));
      }
      case UNION -> write(schema.getTypes().get(in.readIndex()));
      case RECORD -> record(schema.getFields());
      case ARRAY -> array(schema.getElementType());
      case MAP -> map(schema.getValueType());
    }
  }

  private void record(List<Schema.Field> fields) throws IOException {
    json.writeStartObject();
    for (Schema.Field field : fields) {
      json.writeFieldName(field.name());
      write(field.schema());
    }
    json.writeEndObject();
  }

  private void array(Schema item) throws IOException {
    json.writeStartArray();
    for (long left = in.readArrayStart(); left != 0; left = in.arrayNext()) {
      for (long n = 0; n < left; n++) {
        write(item);
      }
    }
    json.writeEndArray();
  }

  private void map(Schema value) throws IOException {
    json.writeStartObject();
    for (long left = in.readMapStart(); left != 0; left = in.mapNext()) {
      for (long n = 0; n < left; n++) {
        json.writeFieldName(in.readString());
        write(value);
      }
    }
    json.writeEndObject();
  }

  private void number(Schema schema, long number) throws IOException {
    String time = AvroTimes.text(schema, number);
    if (time == null) {
      json.writeNumber(number);
    } else {
      json.writeString(time);
    }
  }

  private void number(float number) throws IOException {
    if (Float.isFinite(number)) {
      json.writeNumber(number);
    } else {
      json.writeString(Float.toString(number));
    }
  }

  private void number(double number) throws IOException {
    if (Double.isFinite(number)) {
      json.writeNumber(number);
    } else {
      json.writeString(Double.toString(number));
    }
  }

  private void bytes(Schema schema, ByteBuffer buffer) throws IOException {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    Integer scale = scale(schema);
    if (scale == null || bytes.length == 0) {
      json.writeBinary(bytes);
    } else {
      json.writeNumber(new BigDecimal(new BigInteger(bytes), scale));
    }
  }

  /** Returns null if the bytes are not a decimal. */
  private static Integer scale(Schema schema) {
    if (schema.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
      return decimal.getScale();
    }
    if (DECIMAL.equals(schema.getProp("connect.name"))
        && schema.getObjectProp(PARAMETERS) instanceof Map<?, ?> parameters) {
      try {
        return Integer.valueOf(String.valueOf(parameters.get("scale")));
      } catch (NumberFormatException e) {
        return null;
      }
    }
    return null;
  }
}
