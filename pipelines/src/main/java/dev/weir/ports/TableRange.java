package dev.weir.ports;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Defines which rows of a table an input reads.
 *
 * @param from the start of the range of event times (inclusive); no lower bound unless set
 * @param to the end of the range of event times (exclusive); no upper bound unless set
 * @param snapshot the id of the snapshot to read; the current one unless set
 * @param asOf the time whose current snapshot to read; now unless set
 */
public record TableRange(
    Optional<Instant> from, Optional<Instant> to, Optional<Long> snapshot, Optional<Instant> asOf) {
  private static final Set<String> NAMES = Set.of("from", "to", "snapshot", "asOf");

  /** All rows, as they are when the job starts. */
  static final TableRange ALL =
      new TableRange(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  static TableRange of(String option, Map<String, String> query) {
    for (String name : query.keySet()) {
      if (!NAMES.contains(name)) {
        throw new PortException(
            "--"
                + option
                + ": the parameters of an iceberg: port are from=TIME, to=TIME, snapshot=ID and"
                + " asOf=TIME, not "
                + name);
      }
    }
    TableRange range =
        new TableRange(
            time(option, "from", query),
            time(option, "to", query),
            Optional.ofNullable(query.get("snapshot")).map(id -> number(option, id)),
            time(option, "asOf", query));
    if (range.snapshot.isPresent() && range.asOf.isPresent()) {
      throw new PortException(
          "--" + option + ": snapshot and asOf exclude each other; give one of them");
    }
    if (range.from.isPresent()
        && range.to.isPresent()
        && !range.from.get().isBefore(range.to.get())) {
      throw new PortException(
          "--" + option + ": from=" + query.get("from") + " must be before to=" + query.get("to"));
    }
    return range;
  }

  private static long number(String option, String id) {
    try {
      return Long.parseLong(id);
    } catch (NumberFormatException e) {
      throw new PortException(
          "--" + option + ": snapshot=" + id + " is not a snapshot id; write a number");
    }
  }

  private static Optional<Instant> time(String option, String name, Map<String, String> query) {
    String text = query.get(name);
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Times.parse(text));
    } catch (DateTimeException e) {
      throw new PortException(
          "--" + option + ": " + name + "=" + text + " is not a time; write " + Times.FORMS);
    }
  }
}
