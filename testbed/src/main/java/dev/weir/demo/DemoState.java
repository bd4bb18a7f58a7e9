package dev.weir.demo;

import org.HdrHistogram.Histogram;

/** State of a demo at one moment. */
interface DemoState {
  /** Returns whether everything that was sent has arrived. */
  boolean addsUp();

  /** Returns how much has not arrived; records are still in flight while this changes. */
  long open();

  Picture picture();

  /** Returns the counts and whether they add up, in one line. */
  String summary();

  /** Latencies in milliseconds; -1 if nothing was measured. */
  record Latency(long p50, long p99) {
    static final Latency NONE = new Latency(-1, -1);

    static Latency of(Histogram millis) {
      return millis.getTotalCount() == 0
          ? NONE
          : new Latency(millis.getValueAtPercentile(50), millis.getValueAtPercentile(99));
    }
  }
}
