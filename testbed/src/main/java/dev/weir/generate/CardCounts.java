package dev.weir.generate;

import dev.weir.generate.CardOperation.Kind;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Counts of written operations.
 *
 * @param operations number of operations of each kind
 */
public record CardCounts(Map<Kind, Long> operations) {

  public long of(Kind kind) {
    return operations.getOrDefault(kind, 0L);
  }

  /** All operations. */
  public long total() {
    return operations.values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  public String toString() {
    return total()
        + " operations: "
        + Stream.of(Kind.values())
            .map(kind -> of(kind) + " " + kind)
            .collect(Collectors.joining(", "));
  }

  /** Counts that any thread may read. */
  static final class Tally {
    private final Map<Kind, Long> operations = new ConcurrentHashMap<>();

    void add(CardOperation operation) {
      operations.merge(operation.kind(), 1L, Long::sum);
    }

    CardCounts counts() {
      return new CardCounts(Map.copyOf(operations));
    }
  }
}
