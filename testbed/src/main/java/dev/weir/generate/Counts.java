package dev.weir.generate;

import dev.weir.generate.MadeUpRecord.Kind;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many records were written.
 *
 * @param applications fresh ones, to be decided
 * @param duplicates repeats of fresh ones
 * @param malformed records to be refused
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
