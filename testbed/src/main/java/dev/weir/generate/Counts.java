package dev.weir.generate;

import dev.weir.generate.MadeUpRecord.Kind;
import java.util.concurrent.atomic.LongAdder;

/**
 * Number of written records.
 *
 * @param applications fresh applications, which must be decided
 * @param duplicates repeats of fresh applications
 * @param malformed records that must be rejected
 */
public record Counts(long applications, long duplicates, long malformed) {

  public long total() {
    return applications + duplicates + malformed;
  }

  @Override
  public String toString() {
    return total()
        + " records: "
        + applications
        + " applications, "
        + duplicates
        + " duplicates, "
        + malformed
        + " malformed";
  }

  /** Counts from several threads. */
  static final class Tally {
    private final LongAdder applications = new LongAdder();
    private final LongAdder duplicates = new LongAdder();
    private final LongAdder malformed = new LongAdder();

    void add(Kind kind) {
      switch (kind) {
        case FRESH -> applications.increment();
        case DUPLICATE -> duplicates.increment();
        case MALFORMED -> malformed.increment();
      }
    }

    Counts counts() {
      return new Counts(applications.sum(), duplicates.sum(), malformed.sum());
    }
  }
}
