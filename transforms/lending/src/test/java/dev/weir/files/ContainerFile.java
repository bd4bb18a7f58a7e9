package dev.weir.files;

import dev.weir.loan.LoanApplication;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;

/** An Avro container file whose blocks are known, so that a test can damage them. */
final class ContainerFile {
  static final int RECORDS = 50;
  static final int PER_BLOCK = 10;

  /**
   * The schema of another tool: another name and order, a field that is not read, a narrower
   * amount.
   */
  static final Schema COMPATIBLE =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "row", "fields": [
                {"name": "branch", "type": ["null", "string"]},
                {"name": "ts", "type": {"type": "long", "logicalType": "timestamp-millis"}},
                {"name": "ssn", "type": "string"},
                {"name": "amount", "type": "int"},
                {"name": "applicant_type", "type": "string"},
                {"name": "request_id", "type": "string"}]}
              """);

  private static final int MARKER = 16;

  private final byte[] bytes;
  private final List<Integer> starts;

  private ContainerFile(byte[] bytes, List<Integer> starts) {
    this.bytes = bytes;
    this.starts = starts;
  }

  /** Five blocks of ten applications each, r1 to r50. */
  static ContainerFile ofApplications(String codec) throws IOException {
    return ofApplications(LoanApplication.getClassSchema(), codec);
  }

  /** Returns the same file, written with another schema. */
  static ContainerFile ofApplications(Schema schema, String codec) throws IOException {
    return of(applications(schema), schema, codec);
  }

  /** r1 to r50. */
  static List<GenericRecord> applications(Schema schema) {
    boolean narrow = schema.getField("amount").schema().getType() == Schema.Type.INT;
    List<GenericRecord> all = new ArrayList<>();
    for (int i = 1; i <= RECORDS; i++) {
      GenericRecord one = new GenericData.Record(schema);
      one.put("request_id", "r" + i);
      one.put("applicant_type", "KNOWN");
      one.put("amount", narrow ? (Object) 100 : (Object) 100.0);
      one.put("ssn", "123-45-6780");
      one.put("ts", 5L);
      all.add(one);
    }
    return all;
  }

  static ContainerFile of(List<GenericRecord> records, Schema schema, String codec)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    List<Integer> starts = new ArrayList<>();
    try (DataFileWriter<GenericRecord> writer =
        new DataFileWriter<>(new GenericDatumWriter<GenericRecord>(schema, GenericData.get()))) {
      writer.setCodec(CodecFactory.fromString(codec));
      // Large enough for every block, so that none ends by itself.
      writer.setSyncInterval(1 << 20);
      writer.create(schema, out);
      for (int i = 0; i < records.size(); i++) {
        if (i % PER_BLOCK == 0) {
          starts.add((int) writer.sync());
        }
        writer.append(records.get(i));
      }
      starts.add((int) writer.sync());
    }
    return new ContainerFile(out.toByteArray(), starts);
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return bytes.length;
  }

  byte at(int position) {
    return bytes[position];
  }

  /** Where a block begins, from 0: its count, its size, its records, the sync marker. */
  int start(int block) {
    return starts.get(block);
  }

  /** Where the records of a block begin. */
  int body(int block) {
    int position = start(block);
    for (int numbers = 0; numbers < 2; position++) {
      if (bytes[position] >= 0) {
        numbers++;
      }
    }
    return position;
  }

  int end(int block) {
    return starts.get(block + 1);
  }

  /** Returns the block that contains a byte; a marker belongs to the block that it ends. */
  int blockAt(int position) {
    int block = 0;
    while (end(block) <= position) {
      block++;
    }
    return block;
  }

  boolean isMarker(int position) {
    return position >= end(blockAt(position)) - MARKER;
  }

  ContainerFile set(int position, int... values) {
    for (int i = 0; i < values.length; i++) {
      bytes[position + i] = (byte) values[i];
    }
    return this;
  }

  ContainerFile flip(int position, int bit) {
    bytes[position] ^= (byte) (1 << bit);
    return this;
  }

  /** The beginning of the file only. */
  ContainerFile cut(int length) {
    return new ContainerFile(Arrays.copyOf(bytes, length), starts);
  }

  ContainerFile copy() {
    return cut(bytes.length);
  }

  Path write(Path file) throws IOException {
    return Files.write(file, bytes);
  }
}
