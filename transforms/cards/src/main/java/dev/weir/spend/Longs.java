package dev.weir.spend;

import java.util.AbstractList;
import java.util.List;

/** Converts between arrays and the lists that Avro uses. */
final class Longs {
  private Longs() {}

  /** Returns a view of the array. */
  static List<Long> list(long[] array) {
    return new AbstractList<>() {
      @Override
      public Long get(int index) {
        return array[index];
      }

      @Override
      public int size() {
        return array.length;
      }
    };
  }

  /** Returns a copy of the list. */
  static long[] array(List<Long> list) {
    long[] array = new long[list.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = list.get(i);
    }
    return array;
  }
}
