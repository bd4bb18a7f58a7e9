package dev.weir.kafka.registry;

import dev.weir.encoding.WriterTimes;
import dev.weir.record.UnreadableRecord;
import dev.weir.record.UnreadableRecord.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageEncoder;

/**
 * Turns values of a writer's schema into the single-object encoding of the reader's, as {@code
 * ReadFiles} does with those of Avro files.
 */
final class Projection {
  private final Schema writer;
  private final WriterTimes times;
  private final String mismatch;
  private final GenericDatumReader<GenericRecord> in;
  private final BinaryMessageEncoder<GenericRecord> out;

  /**
   * @param id the id of the writer's schema, for messages
   */
  Projection(int id, Schema writer, Schema reader) {
    this.writer = writer;
    String problem =
        writer.getType() == Schema.Type.RECORD
            ? SchemaMatch.mismatch(writer, reader).orElse(null)
            : "it is not a record";
    WriterTimes units = null;
    try {
      units = problem == null ? WriterTimes.of(writer, reader) : null;
    } catch (IOException e) {
      problem = e.getMessage();
    }
    this.times = units;
    this.mismatch =
        problem == null
            ? null
            : "the schema "
                + id
                + " of the registry does not fit "
                + reader.getFullName()
                + ": "
                + problem;
    // Without conversions of logical types: the values are only moved.
    GenericData model = new GenericData();
    this.in = new GenericDatumReader<>(writer, reader, model);
    this.out = new BinaryMessageEncoder<>(model, reader);
  }

  /**
   * @throws UnreadableRecord if the schemas do not fit, or the value does not
   */
  byte[] of(WireValue value) throws UnreadableRecord {
    if (mismatch != null) {
      throw new UnreadableRecord(Reason.UNKNOWN_SCHEMA, mismatch);
    }
    GenericRecord record;
    try {
      record = in.read(null, value.avro(writer));
      times.toMillis(record);
    } catch (IOException | AvroRuntimeException e) {
      // The bytes are a value of the writer's schema, but for example one with a null.
      throw new UnreadableRecord(
          Reason.WRONG_TYPE, "a field is null, or has a value of a type that is not read from it");
    }
    try {
      return out.encode(record).array();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
