package dev.weir.verify;

import java.util.ArrayList;
import java.util.List;

/** Counts differences and keeps the first ones. */
final class Differences {
  static final int SHOWN = 10;

  private final List<Difference> open = new ArrayList<>();
  private final List<String> lines = new ArrayList<>();
  private long count;

  void add(Difference difference) {
    count++;
    if (lines.size() + open.size() < SHOWN) {
      open.add(difference);
    }
  }

  /** Counts differences that are not shown. */
  void addMore(long number) {
    count += number;
  }

  /** Writes the lines of what was added, while the records that they refer to can be read. */
  void write() {
    open.forEach(difference -> lines.add(difference.line()));
    open.clear();
  }

  long count() {
    return count;
  }

  /** The first differences, as far as they are written. */
  List<String> lines() {
    return List.copyOf(lines);
  }
}
