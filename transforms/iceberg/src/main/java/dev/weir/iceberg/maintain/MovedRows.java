package dev.weir.iceberg.maintain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;

/**
 * Where a rewrite has put the rows of data files, which it reads one after another. It takes eight
 * bytes for each deleted row between rows that are not.
 */
final class MovedRows {
  private final Map<String, Source> sources = new HashMap<>();
  private final List<DataFile> targets = new ArrayList<>();
  private Source last;
  private long moved;

  /** A row in a file. */
  record Place(String file, long position) {}

  /** The rows that were read of one file, by ascending position. */
  private static final class Source {
    /** The first positions of the runs of rows without a gap. */
    int[] starts = new int[16];

    /** The number of rows of this file before each run. */
    int[] before = new int[16];

    final long first;
    int runs;
    int count;
    long last = -2;

    Source(long first) {
      this.first = first;
    }
  }

  /** Begins a file that is rewritten. */
  void from(String file) {
    last = new Source(moved);
    sources.put(file, last);
  }

  /** Records that the next row that is written is the one at this position. */
  void add(long position) {
    if (position != last.last + 1) {
      if (last.runs == last.starts.length) {
        last.starts = Arrays.copyOf(last.starts, 2 * last.runs);
        last.before = Arrays.copyOf(last.before, 2 * last.runs);
      }
      last.starts[last.runs] = Math.toIntExact(position);
      last.before[last.runs++] = last.count;
    }
    last.last = position;
    last.count++;
    moved++;
  }

  /**
   * @param files the new files, in the order in which they were written
   */
  void into(Collection<DataFile> files) {
    targets.addAll(files);
  }

  boolean includes(String file) {
    return sources.containsKey(file);
  }

  /** The new place of a row; null if it was deleted before it was read. */
  Place of(String file, long position) {
    Source source = sources.get(file);
    int found = Arrays.binarySearch(source.starts, 0, source.runs, Math.toIntExact(position));
    int run = found < 0 ? -found - 2 : found;
    if (run < 0) {
      return null;
    }
    long inFile = source.before[run] + position - source.starts[run];
    if (inFile >= (run + 1 < source.runs ? source.before[run + 1] : source.count)) {
      return null;
    }
    long row = source.first + inFile;
    for (DataFile target : targets) {
      if (row < target.recordCount()) {
        return new Place(target.location(), row);
      }
      row -= target.recordCount();
    }
    throw new IllegalStateException("row " + position + " of " + file + " was not written");
  }
}
