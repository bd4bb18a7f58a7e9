package dev.weir.verify;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.function.IntConsumer;

/**
 * A hash table from the hash of an identity to numbers and marks: 9 bytes and 8 for each number, in
 * a table that is between one and two thirds full. The hashes have 64 bits and a random seed: that
 * two of ten million identities have the same one has a probability of three in a million.
 */
final class HashedRecords {
  private static final int SMALLEST = 1 << 10;

  /** Not a record. */
  static final int NONE = -1;

  private final HashFunction hash;
  private final int numbers;
  private long[] ids = new long[SMALLEST];
  private long[][] values;
  private byte[] marks = new byte[SMALLEST];
  private int size;

  /**
   * @param hash tables with the same one can be searched for each other's hashes
   * @param numbers how many numbers each record has
   */
  HashedRecords(HashFunction hash, int numbers) {
    this.hash = hash;
    this.numbers = numbers;
    this.values = new long[numbers][SMALLEST];
  }

  /** Returns a hash function with a new random seed. */
  static HashFunction newHash() {
    SecureRandom random = new SecureRandom();
    return Hashing.sipHash24(random.nextLong(), random.nextLong());
  }

  /** Returns the hash of a text; never 0. */
  long hash(String text) {
    return notZero(hash.hashString(text, StandardCharsets.UTF_8).asLong());
  }

  /** Returns the hash of bytes; never 0. */
  long hash(byte[] bytes) {
    return notZero(hash.hashBytes(bytes).asLong());
  }

  /** Returns another hash for the next record of the same identity. */
  long next(long id) {
    return notZero(hash.hashLong(id).asLong());
  }

  private static long notZero(long hash) {
    return hash == 0 ? 1 : hash;
  }

  int size() {
    return size;
  }

  /** Returns the place of a record, valid until the next {@link #add}; {@link #NONE} if missing. */
  int find(long id) {
    int at = slot(ids, id);
    return ids[at] == 0 ? NONE : at;
  }

  /** Adds a record that is missing, with zeros and without marks. */
  int add(long id) {
    if (3L * (size + 1) > 2L * ids.length) {
      grow();
    }
    int at = slot(ids, id);
    ids[at] = id;
    size++;
    return at;
  }

  long id(int at) {
    return ids[at];
  }

  long number(int at, int column) {
    return values[column][at];
  }

  void set(int at, int column, long number) {
    values[column][at] = number;
  }

  boolean has(int at, int mark) {
    return (marks[at] & mark) != 0;
  }

  void mark(int at, int mark) {
    marks[at] |= (byte) mark;
  }

  void unmark(int at, int mark) {
    marks[at] &= (byte) ~mark;
  }

  /** Visits the places of all records. */
  void forEach(IntConsumer visitor) {
    for (int at = 0; at < ids.length; at++) {
      if (ids[at] != 0) {
        visitor.accept(at);
      }
    }
  }

  private static int slot(long[] table, long id) {
    int mask = table.length - 1;
    int at = (int) (id ^ id >>> 32) & mask;
    while (table[at] != 0 && table[at] != id) {
      at = at + 1 & mask;
    }
    return at;
  }

  private void grow() {
    if (ids.length == 1 << 30) {
      throw new IllegalStateException("more identities than fit into one table: 715 million");
    }
    long[] oldIds = ids;
    long[][] oldValues = values;
    byte[] oldMarks = marks;
    ids = new long[oldIds.length * 2];
    values = new long[numbers][ids.length];
    marks = new byte[ids.length];
    for (int from = 0; from < oldIds.length; from++) {
      if (oldIds[from] != 0) {
        int to = slot(ids, oldIds[from]);
        ids[to] = oldIds[from];
        marks[to] = oldMarks[from];
        for (int column = 0; column < numbers; column++) {
          values[column][to] = oldValues[column][from];
        }
      }
    }
  }
}
