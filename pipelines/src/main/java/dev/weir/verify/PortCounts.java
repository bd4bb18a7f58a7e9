package dev.weir.verify;

import dev.weir.kafka.once.RecordTag;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What was counted at one port. */
final class PortCounts {
  static final String RECORDS = "records";
  static final String ROWS = "rows";

  /** The header names the sink id of the job. */
  static final String OWN = "of this sink";

  static final String OTHER = "of other sinks";
  static final String UNTAGGED = "without a header";
  static final String REPEATED = "repeated";
  static final String DELETIONS = "deletions";
  static final String UNCOMMITTED = "not yet committed";
  static final String NOT_RETAINED = "older than the topic";
  static final String ERASED = "erased";

  private final Map<String, Long> counts = new LinkedHashMap<>();

  void start(String name) {
    counts.put(name, 0L);
  }

  void count(String name) {
    counts.merge(name, 1L, Long::sum);
  }

  void add(String name, long number) {
    counts.merge(name, number, Long::sum);
  }

  /** Counts the writer of a record; returns whether it is the job's own sink. */
  boolean writer(Optional<RecordTag> tag, String sinkId) {
    if (tag.isEmpty()) {
      count(UNTAGGED);
      return false;
    }
    boolean own = tag.get().sinkId().equals(sinkId);
    count(own ? OWN : OTHER);
    return own;
  }

  @Override
  public String toString() {
    return counts.entrySet().stream()
        .map(entry -> String.format(Locale.ROOT, "%,d %s", entry.getValue(), entry.getKey()))
        .collect(Collectors.joining(", "));
  }
}
