package dev.weir.generate;

import dev.weir.generate.CardOperation.Kind;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Counts of written operations and changes.
 *
 * @param operations number of operations of each kind
 * @param customerChanges number of changes of rows of {@code customers}
 * @param transactionChanges number of changes of rows of {@code transactions}
 */
public record CardCounts(
    Map<Kind, Long> operations, long customerChanges, long transactionChanges) {

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
    private final Map<Kind, LongAdder> operations = new EnumMap<>(Kind.class);
    private final LongAdder customerChanges = new LongAdder();
    private final LongAdder transactionChanges = new LongAdder();

    Tally() {
      for (Kind kind : Kind.values()) {
        operations.put(kind, new LongAdder());
      }
    }

    void add(CardOperation operation) {
      operations.get(operation.kind()).increment();
      for (CardOperation.Change change : operation.changes()) {
        (change.row() instanceof BankRow.Customer ? customerChanges : transactionChanges)
            .increment();
      }
    }

    CardCounts counts() {
      Map<Kind, Long> sums = new EnumMap<>(Kind.class);
      operations.forEach((kind, count) -> sums.put(kind, count.sum()));
      return new CardCounts(sums, customerChanges.sum(), transactionChanges.sum());
    }
  }
}
