package dev.weir.service;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Instant;

/** The questions about one entry of the state that a worker has asked and awaits answers to. */
final class AskedTogether {
  private final String id;
  private final Instant[] times;
  private int open;

  /**
   * @param id the id of the entry
   * @param entry the elements; null for one without an open question
   */
  AskedTogether(String id, List<? extends TimestampedValue<?>> entry) {
    this.id = id;
    this.times = new Instant[entry.size()];
    for (int i = 0; i < times.length; i++) {
      if (entry.get(i) != null) {
        times[i] = entry.get(i).getTimestamp();
        open++;
      }
    }
  }

  String id() {
    return id;
  }

  /** Returns how many elements the entry had when their questions were asked. */
  int size() {
    return times.length;
  }

  /** Notes that the question about an element is answered; returns whether all of them are. */
  boolean answered(int index) {
    times[index] = null;
    return --open == 0;
  }

  /** Returns the timestamp of the oldest element whose answer is awaited; there must be one. */
  Instant oldest() {
    return Arrays.stream(times).filter(Objects::nonNull).min(Instant::compareTo).orElseThrow();
  }
}
