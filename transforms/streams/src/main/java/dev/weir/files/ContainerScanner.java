package dev.weir.files;

import dev.weir.encoding.AvroWalk;
import dev.weir.encoding.WriterTimes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.avro.AvroTypeException;
import org.apache.avro.Resolver;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.SeekableInput;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;

/**
 * Reads an Avro container file record by record and survives damage. If an intact record cannot be
 * read as the expected schema, such as one with a null where the schema allows none, only that
 * record is lost. Bytes that are not a record of the writer's schema cost the rest of their block,
 * because the start of the next record is unknown. Avro's own reader would take a wrong length for
 * the end of the file or allocate what it claims, and would skip a whole block if another block is
 * too short.
 *
 * <p>The input must throw {@link UncheckedIOException} if it cannot be read: that is not damage,
 * and the exception passes through.
 */
final class ContainerScanner {
  private final SeekableInput input;
  private final Schema expected;
  private final Schema writer;
  private final GenericDatumReader<GenericRecord> records;
  private final WriterTimes times;
  private DataFileReader<GenericRecord> blocks;
  private long nextBlock;
  private long blockStart;

  /** The current block: how many of its records are left, its bytes, and the walk over them. */
  private long left;

  private byte[] body;
  private AvroWalk walk;
  private BinaryDecoder decoder;

  private long passed;
  private long number;
  private GenericRecord record;
  private String damage;

  /**
   * @throws IOException if the input is not a container whose records can be read as the expected
   *     ones
   */
  ContainerScanner(SeekableInput input, Schema expected) throws IOException {
    this.input = input;
    this.expected = expected;
    this.blocks = open();
    this.nextBlock = blocks.previousSync();
    this.writer = blocks.getSchema();
    this.records = new GenericDatumReader<>(writer, expected);
    if (!isCompatible()) {
      throw new IOException("the records do not match the expected schema");
    }
    this.times = WriterTimes.of(writer, expected);
  }

  /**
   * Moves to the next record or the next damage.
   *
   * @return false at the end
   */
  boolean next() throws IOException {
    record = null;
    try {
      while (left == 0) {
        if (!openBlock()) {
          return false;
        }
      }
      int start = walk.position();
      boolean utf8 = walk.next(writer);
      left--;
      number = ++passed;
      read(start, utf8);
    } catch (UncheckedIOException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // Avro throws various exceptions for damaged bytes.
      damage = "a block of the file is damaged";
      number = passed + 1;
      passed += Math.max(1, left);
      left = 0;
      walk = null;
    }
    return true;
  }

  /** Reads a record that the walk has passed. */
  private void read(int start, boolean utf8) {
    if (!utf8) {
      damage = "not UTF-8";
      return;
    }
    try {
      decoder = DecoderFactory.get().binaryDecoder(body, start, walk.position() - start, decoder);
      GenericRecord read = records.read(null, decoder);
      times.toMillis(read);
      record = read;
    } catch (IOException | RuntimeException e) {
      // A null, a branch or a symbol that the expected schema does not have, or a number out of its
      // range.
      damage = "not a record of the expected schema";
    }
  }

  /**
   * Returns why the record, or the rest of its block, cannot be read; null if there is a record.
   */
  String damage() {
    return record == null ? damage : null;
  }

  /** The current record. */
  GenericRecord record() {
    return record;
  }

  /** The number of the current record, or of the first one that cannot be read; from 1. */
  long number() {
    return number;
  }

  /** Where in the file the current block begins, in bytes; everything before it has been read. */
  long blockStart() {
    return blockStart;
  }

  private boolean openBlock() throws IOException {
    if (walk != null && !walk.isEnd()) {
      throw new IOException("the block declares fewer records than it holds");
    }
    if (nextBlock >= input.length()) {
      return false;
    }
    ByteBuffer block = readBlock();
    body = block.array();
    int start = block.arrayOffset() + block.position();
    walk = new AvroWalk(body, start, start + block.remaining());
    if (left > block.remaining()) {
      left = 0;
      throw new IOException("the block declares more records than it has bytes");
    }
    return true;
  }

  private ByteBuffer readBlock() throws IOException {
    long start = nextBlock;
    blockStart = start;
    try {
      input.seek(start);
      BinaryDecoder header = DecoderFactory.get().directBinaryDecoder(new OneByOne(input), null);
      long count = header.readLong();
      long size = header.readLong();
      left = count <= size ? Math.max(0, count) : 0;
      if (count < 0 || size < 0 || size > input.length() - start) {
        throw new IOException("the block is longer than the file");
      }
      blocks.seek(start);
      ByteBuffer block = blocks.nextBlock();
      left = count;
      nextBlock = blocks.previousSync();
      return block;
    } catch (IOException | RuntimeException e) {
      // Only a reader that has seen no damage can search for the start of the next block.
      blocks = open();
      blocks.sync(start);
      nextBlock = blocks.previousSync();
      throw e;
    }
  }

  private DataFileReader<GenericRecord> open() throws IOException {
    input.seek(0);
    try {
      return new DataFileReader<>(input, new GenericDatumReader<>(null, expected));
    } catch (UncheckedIOException e) {
      throw e;
    } catch (RuntimeException e) {
      // Avro throws various exceptions for a damaged header.
      throw new IOException("not an Avro container", e);
    }
  }

  private boolean isCompatible() {
    try {
      Resolver.Action action = Resolver.resolve(writer, expected, GenericData.get());
      return action instanceof Resolver.RecordAdjust fields
          && Arrays.stream(fields.fieldActions).allMatch(f -> f.type != Resolver.Action.Type.ERROR);
    } catch (AvroTypeException e) {
      return false;
    }
  }

  /** Reads no byte ahead, so that the position in the file stays known. */
  private static final class OneByOne extends InputStream {
    private final SeekableInput input;
    private final byte[] next = new byte[1];

    OneByOne(SeekableInput input) {
      this.input = input;
    }

    @Override
    public int read() throws IOException {
      return input.read(next, 0, 1) <= 0 ? -1 : next[0] & 0xFF;
    }
  }
}
