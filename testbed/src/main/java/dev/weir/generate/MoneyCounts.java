package dev.weir.generate;

import dev.weir.generate.MoneyRecord.Kind;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Number of records of each kind written to each stream. */
public record MoneyCounts(Map<MoneyStream, Map<Kind, Long>> counts) {

  public long of(MoneyStream stream, Kind kind) {
    return counts.getOrDefault(stream, Map.of()).getOrDefault(kind, 0L);
  }

  /** All records of a stream. */
  public long of(MoneyStream stream) {
    return Stream.of(Kind.values()).mapToLong(kind -> of(stream, kind)).sum();
  }

  /** All records. */
  public long total() {
    return Stream.of(MoneyStream.values()).mapToLong(this::of).sum();
  }

  @Override
  public String toString() {
    return total()
        + " records: "
        + Stream.of(MoneyStream.values())
            .map(stream -> of(stream) + " " + lower(stream) + " (" + kinds(stream) + ")")
            .collect(Collectors.joining(", "));
  }

  private String kinds(MoneyStream stream) {
    return Stream.of(Kind.values())
        .map(kind -> of(stream, kind) + " " + lower(kind))
        .collect(Collectors.joining(", "));
  }

  private static String lower(Enum<?> name) {
    return name.name().toLowerCase(Locale.ROOT);
  }

  /** Counts from several threads. */
  static final class Tally {
    private final Map<MoneyStream, Map<Kind, Long>> counts = new ConcurrentHashMap<>();

    void add(MoneyRecord record) {
      counts
          .computeIfAbsent(record.stream(), stream -> new ConcurrentHashMap<>())
          .merge(record.kind(), 1L, Long::sum);
    }

    MoneyCounts counts() {
      Map<MoneyStream, Map<Kind, Long>> sums = new EnumMap<>(MoneyStream.class);
      counts.forEach((stream, kinds) -> sums.put(stream, Map.copyOf(kinds)));
      return new MoneyCounts(sums);
    }
  }
}
