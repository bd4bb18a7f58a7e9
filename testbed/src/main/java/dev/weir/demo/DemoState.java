package dev.weir.demo;

import org.HdrHistogram.Histogram;

/** What a demo shows at one moment. */
interface DemoState {
  /** Whether everything that was sent has arrived. */
  boolean addsUp();

  /** How much has not; while this changes, something is on its way. */
  long open();

  Picture picture();

  /** Milliseconds; -1 where nothing was measured. */
  record Latency(long p50, long p99) {
    static final Latency NONE = new Latency(-1, -1);

    static Latency of(Histogram millis) {
      return millis.getTotalCount() == 0
          ? NONE
          : new Latency(millis.getValueAtPercentile(50), millis.getValueAtPercentile(99));
    }
  }
}
