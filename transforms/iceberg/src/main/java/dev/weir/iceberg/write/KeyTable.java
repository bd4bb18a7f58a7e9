package dev.weir.iceberg.write;

import java.util.Arrays;

/**
 * The row number of each of many keys, in arrays: about 50 bytes for each key. A key is the 128-bit
 * hash of the key's values, which is taken to be unique. Not thread-safe.
 */
final class KeyTable {
  static final int ABSENT = -1;
  private static final int FEWEST_SLOTS = 1 << 10;

  /** Slots in use of 8: more would make searches long. */
  private static final int FULL = 5;

  private static final int GONE = -2;

  private long[] hashes = new long[2 * FEWEST_SLOTS];
  private int[] files = new int[FEWEST_SLOTS];
  private int[] positions = new int[FEWEST_SLOTS];
  private int used;

  KeyTable() {
    Arrays.fill(files, ABSENT);
  }

  /** The number of keys, including removed keys until the table grows. */
  int size() {
    return used;
  }

  /** The slot of a key; {@link #ABSENT} if it is not here. */
  int find(long high, long low) {
    int slot = slot(high, low);
    return files[slot] < 0 ? ABSENT : slot;
  }

  int file(int slot) {
    return files[slot];
  }

  int position(int slot) {
    return positions[slot];
  }

  void put(long high, long low, int file, int position) {
    int slot = slot(high, low);
    if (files[slot] == ABSENT) {
      if (used >= files.length / 8 * FULL) {
        grow();
        slot = slot(high, low);
      }
      used++;
      hashes[2 * slot] = high;
      hashes[2 * slot + 1] = low;
    }
    files[slot] = file;
    positions[slot] = position;
  }

  void remove(long high, long low) {
    int slot = slot(high, low);
    if (files[slot] >= 0) {
      files[slot] = GONE;
    }
  }

  /** The slot that has the key, or the empty slot where it belongs. */
  private int slot(long high, long low) {
    int mask = files.length - 1;
    int slot = (int) low & mask;
    while (files[slot] != ABSENT && (hashes[2 * slot] != high || hashes[2 * slot + 1] != low)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    long[] oldHashes = hashes;
    int[] oldFiles = files;
    int[] oldPositions = positions;
    int live = 0;
    for (int file : oldFiles) {
      live += file >= 0 ? 1 : 0;
    }
    int slots = live >= oldFiles.length / 8 * FULL / 2 ? 2 * oldFiles.length : oldFiles.length;
    hashes = new long[2 * slots];
    files = new int[slots];
    positions = new int[slots];
    Arrays.fill(files, ABSENT);
    used = 0;
    for (int n = 0; n < oldFiles.length; n++) {
      if (oldFiles[n] >= 0) {
        put(oldHashes[2 * n], oldHashes[2 * n + 1], oldFiles[n], oldPositions[n]);
      }
    }
  }
}
