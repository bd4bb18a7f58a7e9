package dev.weir.iceberg.write;

import java.util.Arrays;
import java.util.Set;

/**
 * The place of the live row of each key that this writer wrote recently. It keeps two generations
 * of keys: when the younger one is full, the older one is forgotten, except for keys that were
 * written again. Not thread-safe.
 */
final class KnownRows {
  /**
   * A generation that a few keys keep small still ends, so that the list of files does not grow.
   */
  private static final int MOST_FILES = 25_000;

  private final int mostKeys;
  private KeyTable young = new KeyTable();
  private KeyTable old = new KeyTable();
  private RowFile[] files = new RowFile[64];

  /** The number of the first file in {@link #files}. */
  private int firstFile;

  private int firstYoungFile;
  private int nextFile;
  private RowFile foundFile;
  private int foundPosition;

  /**
   * @param mostKeys maximum number of keys of a generation
   */
  KnownRows(int mostKeys) {
    this.mostKeys = mostKeys;
  }

  /** Searches a key; its place is then {@link #file} and {@link #position}. */
  boolean find(long high, long low) {
    KeyTable table = young;
    int slot = young.find(high, low);
    if (slot == KeyTable.ABSENT) {
      table = old;
      slot = old.find(high, low);
    }
    if (slot == KeyTable.ABSENT) {
      return false;
    }
    foundFile = files[table.file(slot) - firstFile];
    foundPosition = table.position(slot);
    return true;
  }

  RowFile file() {
    return foundFile;
  }

  int position() {
    return foundPosition;
  }

  /** Returns whether other keys had to be forgotten. */
  boolean put(long high, long low, RowFile file, int position) {
    boolean forgets = false;
    if (young.size() >= mostKeys || nextFile - firstYoungFile >= MOST_FILES) {
      forgets = old.size() > 0;
      rotate();
    }
    young.put(high, low, number(file), position);
    return forgets;
  }

  void remove(long high, long low) {
    young.remove(high, low);
    old.remove(high, low);
  }

  void clear() {
    young = new KeyTable();
    old = new KeyTable();
    Arrays.fill(files, null);
    firstFile = nextFile;
    firstYoungFile = nextFile;
  }

  /** Records that these files are no longer in the table. */
  void removed(Set<String> locations) {
    for (int n = 0; n < nextFile - firstFile; n++) {
      files[n].removed |= locations.contains(files[n].location);
    }
  }

  private void rotate() {
    old = young;
    young = new KeyTable();
    int dropped = firstYoungFile - firstFile;
    files = Arrays.copyOfRange(files, dropped, Math.max(files.length, dropped + 64));
    firstFile = firstYoungFile;
    firstYoungFile = nextFile;
  }

  private int number(RowFile file) {
    // Rows go to few files at a time, so the file is one of the last, unless it is new.
    for (int n = nextFile - 1; n >= Math.max(firstYoungFile, nextFile - OpenFiles.MOST_OPEN); n--) {
      if (files[n - firstFile] == file) {
        return n;
      }
    }
    if (nextFile - firstFile == files.length) {
      files = Arrays.copyOf(files, 2 * files.length);
    }
    files[nextFile - firstFile] = file;
    return nextFile++;
  }
}
