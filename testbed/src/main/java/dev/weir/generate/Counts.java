package dev.weir.generate;

import dev.weir.generate.MadeUpRecord.Kind;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

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
    private final Map<Kind, Long> counts = new ConcurrentHashMap<>();

    void add(Kind kind) {
      counts.merge(kind, 1L, Long::sum);
    }

    Counts counts() {
      return new Counts(of(Kind.FRESH), of(Kind.DUPLICATE), of(Kind.MALFORMED));
    }

    private long of(Kind kind) {
      return counts.getOrDefault(kind, 0L);
    }
  }
}
