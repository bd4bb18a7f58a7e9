package dev.weir.it;

import com.google.common.collect.Sets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Compares lines of text, in any order and each counted once. */
public final class Lines {
  private Lines() {}

  /** Returns the lines that only one side has; empty if both have the same. */
  public static List<String> differences(Collection<String> actual, Collection<String> expected) {
    Set<String> first = new TreeSet<>(actual);
    Set<String> second = new TreeSet<>(expected);
    List<String> differences = new ArrayList<>();
    Sets.difference(second, first).forEach(line -> differences.add("missing: " + line));
    Sets.difference(first, second).forEach(line -> differences.add("not expected: " + line));
    return differences;
  }
}
