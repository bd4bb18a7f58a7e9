package dev.weir.iceberg.write;

/**
 * The place of the row of each of many keys, in an array: about 50 bytes for each key. A key is the
 * 128-bit hash of the key's values, which is taken to be unique. Not thread-safe.
 */
final class KeyTable {
  static final int ABSENT = -1;
  private static final int FEWEST_SLOTS = 1 << 10;

  /** Slots in use of 8: more would make searches long. */
  private static final int FULL = 5;

  /** The halves of a key and its place are next to each other in memory. */
  private static final int LONGS = 3;

  private static final int PLACE = 2;
  private static final long GONE = -1;

  /** A place is 0 if the slot is empty, and otherwise above 0 or {@link #GONE}. */
  private long[] slots = new long[LONGS * FEWEST_SLOTS];

  private int used;

  /** Returns how many keys always fit into an array of this size, or into the smallest one. */
  static int mostKeys(long bytes) {
    long size = Math.min(bytes / (LONGS * Long.BYTES), Integer.MAX_VALUE / LONGS);
    return (int) (Long.highestOneBit(size) / 2);
  }

  /** The size of the array. */
  long bytes() {
    return (long) slots.length * Long.BYTES;
  }

  /** The slot of a key; {@link #ABSENT} if it is not here. */
  int find(long high, long low) {
    int slot = slot(high, low);
    return slots[slot + PLACE] <= 0 ? ABSENT : slot;
  }

  int file(int slot) {
    return (int) (slots[slot + PLACE] >>> Integer.SIZE) - 1;
  }

  int position(int slot) {
    return (int) slots[slot + PLACE];
  }

  /** Records the place of a key; returns the file of its place before, {@link #ABSENT} if none. */
  int put(long high, long low, int file, int position) {
    int slot = slot(high, low);
    if (slots[slot + PLACE] == 0) {
      if (used >= slots.length / LONGS / 8 * FULL) {
        keep(0);
        slot = slot(high, low);
      }
      used++;
      slots[slot] = high;
      slots[slot + 1] = low;
    }
    int before = slots[slot + PLACE] > 0 ? file(slot) : ABSENT;
    slots[slot + PLACE] = (file + 1L) << Integer.SIZE | position;
    return before;
  }

  /** Forgets a key; returns the file of its place, {@link #ABSENT} if it was not here. */
  int remove(long high, long low) {
    int slot = find(high, low);
    if (slot == ABSENT) {
      return ABSENT;
    }
    int file = file(slot);
    slots[slot + PLACE] = GONE;
    return file;
  }

  /** The slot that has the key, or the empty slot where it belongs. */
  private int slot(long high, long low) {
    int mask = slots.length / LONGS - 1;
    int number = (int) low & mask;
    int slot = LONGS * number;
    while (slots[slot + PLACE] != 0 && (slots[slot + 1] != low || slots[slot] != high)) {
      number = (number + 1) & mask;
      slot = LONGS * number;
    }
    return slot;
  }

  /** Forgets the keys whose rows are in files before this one; returns whether there are any. */
  boolean keep(int firstFile) {
    long first = (firstFile + 1L) << Integer.SIZE;
    long[] old = slots;
    int kept = 0;
    boolean forgets = false;
    for (int slot = 0; slot < old.length; slot += LONGS) {
      long place = old[slot + PLACE];
      kept += place >= first ? 1 : 0;
      forgets |= place > 0 && place < first;
    }
    int size = FEWEST_SLOTS;
    while (2 * kept > size) {
      size *= 2;
    }
    slots = new long[LONGS * size];
    used = kept;
    for (int slot = 0; slot < old.length; slot += LONGS) {
      if (old[slot + PLACE] >= first) {
        System.arraycopy(old, slot, slots, slot(old[slot], old[slot + 1]), LONGS);
      }
    }
    return forgets;
  }
}
