package dev.weir.iceberg.write;

import java.util.Arrays;
import java.util.Set;

/**
 * The place of the live row of each key that this writer wrote recently. It keeps two generations
 * of keys: when the younger one is full, the older one is forgotten, except for keys that were
 * written again. Not thread-safe.
 */
final class KnownRows {
  /** A generation also ends after so many files, so that the list of files does not grow. */
  private static final int MOST_FILES = 25_000;

  private static final int GENERATIONS = 2;

  private final KeyBudget budget;
  private KeyTable keys = new KeyTable();

  /** The number of keys that were written since the younger generation began. */
  private int young;

  private RowFile[] files = new RowFile[64];

  /** The number of the first file in {@link #files}. */
  private int firstFile;

  /** The generation of a key is that of the file that its row was written to. */
  private int firstYoungFile;

  private int nextFile;
  private RowFile foundFile;
  private int foundPosition;

  KnownRows(KeyBudget budget) {
    this.budget = budget;
  }

  /** Searches a key; its place is then {@link #file} and {@link #position}. */
  boolean find(long high, long low) {
    int slot = keys.find(high, low);
    if (slot == KeyTable.ABSENT) {
      return false;
    }
    foundFile = files[keys.file(slot) - firstFile];
    foundPosition = keys.position(slot);
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
    if (young >= budget.keysPerGeneration() || nextFile - firstYoungFile >= MOST_FILES) {
      forgets = rotate();
    }
    int before = keys.put(high, low, number(file), position);
    young += before < firstYoungFile ? 1 : 0;
    return forgets;
  }

  void remove(long high, long low) {
    young -= keys.remove(high, low) >= firstYoungFile ? 1 : 0;
  }

  long bytes() {
    return keys.bytes();
  }

  void clear() {
    keys = new KeyTable();
    young = 0;
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

  /** Forgets as much as the budget asks for; returns whether keys are forgotten. */
  boolean shrink() {
    boolean forgets = false;
    for (int n = 0; n < GENERATIONS && keys.bytes() > budget.bytesOfOne(); n++) {
      forgets |= rotate();
    }
    return forgets;
  }

  /** Begins a younger generation; returns whether keys are forgotten. */
  private boolean rotate() {
    boolean forgets = keys.keep(firstYoungFile);
    young = 0;
    int dropped = firstYoungFile - firstFile;
    files = Arrays.copyOfRange(files, dropped, Math.max(files.length, dropped + 64));
    firstFile = firstYoungFile;
    firstYoungFile = nextFile;
    return forgets;
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
