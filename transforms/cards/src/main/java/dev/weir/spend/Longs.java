package dev.weir.spend;

import java.util.AbstractList;
import java.util.List;

/** Arrays of numbers as Avro has them. */
final class Longs {
  private Longs() {}

  /** A view. */
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

  /** A copy. */
  static long[] array(List<Long> list) {
    long[] array = new long[list.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = list.get(i);
    }
    return array;
  }
}
