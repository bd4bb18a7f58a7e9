package dev.weir.encoding;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.beam.sdk.util.VarInt;

/**
 * A few Avro records of several types in one block of bytes, each under an id that is unique for
 * its type, with the time until which it is needed. Immutable. The block contains the fingerprint
 * of each schema once, and a record is decoded only when it is read. As a map, its keys are {@code
 * <type>/<id>}.
 */
public final class RecordBlock extends AbstractMap<String, SpecificRecordBase> {

  /** The time until which a record is needed that is only removed explicitly. */
  public static final long FOREVER = Long.MAX_VALUE;

  private final AnyRecordCoder coder;

  /**
   * The number of schemas, their fingerprints, and the records: each the index of its schema, its
   * id, its time (0 for one that is needed forever, a time before 1970 as it is, any other plus 1),
   * and its body.
   */
  private final byte[] bytes;

  /**
   * A record in a block.
   *
   * @param until event time in epoch milliseconds, or {@link #FOREVER}
   */
  public record Kept(SpecificRecordBase record, long until) {}

  /**
   * A record that is added, or removed if there is no other with this type and id in its place.
   *
   * @param kept null to remove the record
   */
  public record Change(Class<? extends SpecificRecordBase> type, String id, Kept kept) {}

  RecordBlock(AnyRecordCoder coder, byte[] bytes) {
    this.coder = coder;
    this.bytes = bytes;
  }

  /**
   * @param coder encodes the records
   */
  public static RecordBlock empty(AnyRecordCoder coder) {
    return new RecordBlock(coder, new byte[1]);
  }

  /** Returns the record; null if there is none. */
  public Kept get(Class<? extends SpecificRecordBase> type, String id) {
    try {
      AnyRecordCoder.Codecs codecs = coder.codecs();
      RecordCodec<?> codec = codecs.writing(type);
      byte[] wanted = id.getBytes(StandardCharsets.UTF_8);
      RecordCursor cursor = new RecordCursor(bytes, codecs);
      while (cursor.next()) {
        if (cursor.is(codec, wanted)) {
          return cursor.kept();
        }
      }
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns a block with these changes and without the records that are no longer needed.
   *
   * @param now event time, epoch milliseconds
   */
  public RecordBlock with(List<Change> changes, long now) {
    try {
      AnyRecordCoder.Codecs codecs = coder.codecs();
      List<RecordCodec<SpecificRecordBase>> types = new ArrayList<>(changes.size());
      List<byte[]> ids = new ArrayList<>(changes.size());
      for (Change change : changes) {
        types.add(codecs.writing(change.type()));
        ids.add(change.id().getBytes(StandardCharsets.UTF_8));
      }
      RecordBlockWriter writer = new RecordBlockWriter(bytes.length + 128);
      RecordCursor cursor = new RecordCursor(bytes, codecs);
      while (cursor.next()) {
        if (cursor.until() >= now && !isAny(cursor, types, ids)) {
          writer.copy(cursor);
        }
      }
      for (int n = 0; n < ids.size(); n++) {
        Kept kept = changes.get(n).kept();
        if (kept != null && kept.until() >= now) {
          writer.add(types.get(n), ids.get(n), kept);
        }
      }
      return writer.toBlock(coder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isAny(
      RecordCursor cursor, List<? extends RecordCodec<?>> types, List<byte[]> ids)
      throws IOException {
    for (int n = 0; n < ids.size(); n++) {
      if (cursor.is(types.get(n), ids.get(n))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Distributes the records over several blocks.
   *
   * @param level from 0 to 15; an id's parts at different levels are unrelated
   * @return 16 blocks, some of which may be empty
   */
  public RecordBlock[] split(int level) {
    try {
      RecordBlockWriter[] writers = new RecordBlockWriter[16];
      for (int n = 0; n < writers.length; n++) {
        writers[n] = new RecordBlockWriter(256);
      }
      RecordCursor cursor = new RecordCursor(bytes, coder.codecs());
      while (cursor.next()) {
        writers[cursor.idHash().part(level)].copy(cursor);
      }
      RecordBlock[] parts = new RecordBlock[writers.length];
      for (int n = 0; n < parts.length; n++) {
        parts[n] = writers[n].toBlock(coder);
      }
      return parts;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the earliest time until which a record is needed, or {@link #FOREVER}. */
  public long earliest() {
    long earliest = FOREVER;
    RecordCursor cursor = new RecordCursor(bytes, coder.codecs());
    while (cursor.next()) {
      earliest = Math.min(earliest, cursor.until());
    }
    return earliest;
  }

  /** Returns whether there are records with different ids. */
  public boolean isSplittable() {
    RecordCursor cursor = new RecordCursor(bytes, coder.codecs());
    if (!cursor.next()) {
      return false;
    }
    String first = cursor.id();
    while (cursor.next()) {
      if (!cursor.id().equals(first)) {
        return true;
      }
    }
    return false;
  }

  /** Every time has its own number, and those that occur are short. */
  static long encoded(long until) {
    return until == FOREVER ? 0 : until < 0 ? until : until + 1;
  }

  static long decoded(long number) {
    return number == 0 ? FOREVER : number < 0 ? number : number - 1;
  }

  /** Returns the number of bytes. */
  public int length() {
    return bytes.length;
  }

  @Override
  public boolean isEmpty() {
    return bytes[0] == 0;
  }

  void writeTo(OutputStream out) throws IOException {
    VarInt.encode(bytes.length, out);
    out.write(bytes, 0, bytes.length);
  }

  @Override
  public Set<Entry<String, SpecificRecordBase>> entrySet() {
    try {
      Map<String, SpecificRecordBase> all = new LinkedHashMap<>();
      RecordCursor cursor = new RecordCursor(bytes, coder.codecs());
      while (cursor.next()) {
        SpecificRecordBase record = cursor.kept().record();
        all.put(record.getClass().getSimpleName() + "/" + cursor.id(), record);
      }
      return all.entrySet();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
