package dev.weir.encoding;

import com.google.common.base.Utf8;
import java.io.IOException;
import org.apache.avro.Schema;

/**
 * Validates untrusted binary Avro: follows the writer's schema from value to value, checks that the
 * bytes of each length are present and that all text is UTF-8, and allocates nothing. Avro can read
 * validated bytes without allocating more than they hold. If a record cannot be read as another
 * schema, the walk still knows where the next record begins.
 */
public final class AvroWalk {
  /** Deeper values would cause a stack overflow, here or in Avro. */
  private static final int DEEPEST = 200;

  /** Maximum number of items without bytes, such as nulls, which the bytes do not limit. */
  private static final int MOST_WITHOUT_BYTES = 1 << 16;

  /**
   * Maximum number of values for each byte, besides {@link #MOST_WITHOUT_BYTES}. A tree of records
   * without bytes may otherwise have a number of values that is exponential in its depth.
   */
  private static final long MOST_PER_BYTE = 16;

  private static final int VARINT_BITS = 7;
  private static final int LONG_BITS = 64;
  private static final int FLOAT = 4;
  private static final int DOUBLE = 8;

  private final byte[] bytes;
  private final int end;
  private int position;
  private boolean utf8;
  private int began;
  private long withoutBytes;
  private long values;

  /**
   * @param from the first byte
   * @param end the byte after the last one
   */
  public AvroWalk(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.position = from;
    this.end = end;
  }

  /**
   * Validates the next value and moves past it.
   *
   * @return whether all of its text is UTF-8
   * @throws IOException if the bytes are not a value of the schema; the walk cannot continue
   */
  public boolean next(Schema writer) throws IOException {
    utf8 = true;
    began = position;
    withoutBytes = 0;
    values = 0;
    walk(writer, 0);
    return utf8;
  }

  /** Returns where the next value begins. */
  public int position() {
    return position;
  }

  public boolean isEnd() {
    return position == end;
  }

  private void walk(Schema schema, int depth) throws IOException {
    if (depth > DEEPEST) {
      throw new IOException("values are nested too deeply");
    }
    if (++values > MOST_WITHOUT_BYTES + MOST_PER_BYTE * (position - began)) {
      throw new IOException("a record has too many values for its bytes");
    }
    switch (schema.getType()) {
      case NULL -> {}
      case BOOLEAN -> skip(1);
      case INT, LONG -> readLong();
      case ENUM -> index(schema.getEnumSymbols().size());
      case FLOAT -> skip(FLOAT);
      case DOUBLE -> skip(DOUBLE);
      case FIXED -> skip(schema.getFixedSize());
      case BYTES -> skip(readLong());
      case STRING -> text();
      case UNION -> walk(schema.getTypes().get(index(schema.getTypes().size())), depth + 1);
      case RECORD -> {
        for (Schema.Field field : schema.getFields()) {
          walk(field.schema(), depth + 1);
        }
      }
      case ARRAY -> items(schema.getElementType(), false, depth + 1);
      case MAP -> items(schema.getValueType(), true, depth + 1);
    }
  }

  private void items(Schema item, boolean named, int depth) throws IOException {
    for (long count = readLong(); count != 0; count = readLong()) {
      // A negative count is followed by the size of its items in bytes, which Avro uses to skip
      // them.
      long size = count < 0 ? readLong() : -1;
      int start = position;
      for (long left = Math.abs(count); left != 0; left--) {
        int before = position;
        if (named) {
          text();
        }
        walk(item, depth);
        if (position == before && ++withoutBytes > MOST_WITHOUT_BYTES) {
          throw new IOException("a block of items declares more items than it has bytes");
        }
      }
      if (count < 0 && position - start != size) {
        throw new IOException("a block of items does not have the size that it declares");
      }
    }
  }

  private void text() throws IOException {
    long length = readLong();
    int from = position;
    skip(length);
    utf8 = utf8 && Utf8.isWellFormed(bytes, from, position - from);
  }

  private int index(int size) throws IOException {
    long index = readLong();
    if (index < 0 || index >= size) {
      throw new IOException("the schema has no branch or symbol " + index);
    }
    return (int) index;
  }

  private void skip(long length) throws IOException {
    if (length < 0 || length > end - position) {
      throw new IOException("a length exceeds the remaining bytes");
    }
    position += (int) length;
  }

  private long readLong() throws IOException {
    long value = 0;
    for (int shift = 0; shift < LONG_BITS; shift += VARINT_BITS) {
      if (position == end) {
        throw new IOException("the bytes end within a number");
      }
      byte next = bytes[position++];
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value >>> 1 ^ -(value & 1);
      }
    }
    throw new IOException("a number has too many bytes");
  }
}
