package dev.weir.sharding;

import com.google.common.io.ByteStreams;
import dev.weir.encoding.OutputBuffer;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.util.VarInt;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Instant;

/**
 * A list that encodes its elements when they are added: they are then still in the processor's
 * cache, and while the list waits, it holds bytes instead of objects. If the list never leaves the
 * process, its elements are decoded when they are first read.
 *
 * @param <T> an element
 */
final class EncodedList<T> extends AbstractList<TimestampedValue<T>> {
  private static final int FIRST_CAPACITY = 1 << 12;

  private final Coder<T> coder;
  private int size;

  /** The elements, encoded or decoded; never both, which would need twice the memory. */
  private volatile Content<T> content = new Content<>(new OutputBuffer(FIRST_CAPACITY), null);

  private record Content<T>(OutputBuffer bytes, List<TimestampedValue<T>> decoded) {}

  EncodedList(Coder<T> coder) {
    this.coder = coder;
  }

  /**
   * Adds an element at the end; only before the list is read for the first time.
   *
   * @throws IllegalArgumentException if the coder cannot encode the element
   */
  void append(T element, Instant timestamp) {
    encode(coder, element, timestamp, content.bytes());
    size++;
  }

  private static <T> void encode(Coder<T> coder, T element, Instant timestamp, OutputBuffer bytes) {
    bytes.writeLong(timestamp.getMillis());
    try {
      coder.encode(element, bytes);
    } catch (IOException e) {
      throw new IllegalArgumentException("an element cannot be encoded", e);
    }
  }

  @Override
  public TimestampedValue<T> get(int index) {
    Content<T> now = content;
    if (now.decoded() == null) {
      try {
        now = new Content<>(null, decode(coder, size, now.bytes().toByteArray()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      content = now;
    }
    return now.decoded().get(index);
  }

  @Override
  public int size() {
    return size;
  }

  /** Writes any list: the number of its elements, the number of their bytes, and the bytes. */
  static <T> void write(List<TimestampedValue<T>> list, Coder<T> coder, OutputStream out)
      throws IOException {
    OutputBuffer bytes = list instanceof EncodedList<T> encoded ? encoded.bytes(coder) : null;
    if (bytes == null) {
      bytes = new OutputBuffer(list.size() == 1 ? 1 << 8 : FIRST_CAPACITY);
      for (TimestampedValue<T> element : list) {
        encode(coder, element.getValue(), element.getTimestamp(), bytes);
      }
    }
    OutputBuffer lengths = new OutputBuffer(10);
    VarInt.encode(list.size(), lengths);
    VarInt.encode(bytes.size(), lengths);
    lengths.writeTo(out);
    bytes.writeTo(out);
  }

  /** Returns the elements as this coder encodes them; null if they are not encoded like that. */
  private OutputBuffer bytes(Coder<T> by) {
    return coder.equals(by) ? content.bytes() : null;
  }

  /** Reads what {@link #write} has written. */
  static <T> List<TimestampedValue<T>> read(Coder<T> coder, InputStream in) throws IOException {
    int count = VarInt.decodeInt(in);
    byte[] bytes = new byte[VarInt.decodeInt(in)];
    ByteStreams.readFully(in, bytes);
    return decode(coder, count, bytes);
  }

  private static <T> List<TimestampedValue<T>> decode(Coder<T> coder, int count, byte[] encoded)
      throws IOException {
    ByteArrayInputStream bytes = new ByteArrayInputStream(encoded);
    DataInputStream data = new DataInputStream(bytes);
    List<TimestampedValue<T>> elements = new ArrayList<>(count);
    for (int n = 0; n < count; n++) {
      Instant timestamp = Instant.ofEpochMilli(data.readLong());
      elements.add(TimestampedValue.of(coder.decode(bytes), timestamp));
    }
    if (bytes.available() > 0) {
      throw new CoderException("bytes are left over after the elements of a list");
    }
    return elements;
  }
}
