package dev.weir.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.hash.HashFunction;
import dev.weir.record.StrictJson;
import dev.weir.record.UnreadableRecord;
import dev.weir.verify.OutputRecords.Form;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * Checks records of which each is written once: at most once in each output, and with the same
 * content in all of them. At most two outputs: the one of the option, and the table of the ledger.
 */
final class RecordsCheck implements OutputCheck {
  private static final int CONTENT = 0;
  private static final int POSITION = 1;
  private static final int TIME = 2;

  private static final int IN_FIRST = 1;
  private static final int IN_SECOND = 2;

  /** The first one was published with a header. */
  private static final int TAGGED = 4;

  private static final int IN_INPUT = 8;

  private final OutputKind<?> kind;
  private final List<OutputPort> ports;
  private final VerifyRules rules;
  private final Differences differences;
  private final HashedRecords records;

  RecordsCheck(
      OutputKind<?> kind,
      List<OutputPort> ports,
      VerifyRules rules,
      Differences differences,
      HashFunction hash) {
    this.kind = kind;
    this.ports = List.copyOf(ports);
    this.rules = rules;
    this.differences = differences;
    this.records = new HashedRecords(hash, kind.hasTime() ? 3 : 2);
  }

  @Override
  public List<OutputPort> ports() {
    return ports;
  }

  @Override
  public void read() {
    for (OutputPort port : ports) {
      port.records().forEach(found -> take(port, found));
      differences.write();
    }
  }

  private void take(OutputPort port, Found found) {
    port.count(found, rules.sinkId());
    String identity;
    long time;
    try {
      if (found.problem() != null || found.json() == null) {
        invalid(port, found, found.problem() == null ? "is empty" : found.problem());
        return;
      }
      JsonNode read = StrictJson.object(found.json());
      identity = kind.identity(read);
      time = kind.time(read);
      if (found.key() != null && !found.key().equals(kind.key(read))) {
        differences.add(difference(port, found, identity, "has another key than the record", null));
      }
    } catch (UnreadableRecord e) {
      invalid(port, found, e.getMessage());
      return;
    }
    boolean first = port == ports.get(0);
    int mark = first ? IN_FIRST : IN_SECOND;
    long content = records.hash(found.json());
    long id = find(identity, time);
    int at = records.find(id);
    if (at == HashedRecords.NONE) {
      at = records.add(id);
      records.set(at, CONTENT, content);
      records.set(at, POSITION, found.position());
      if (kind.hasTime()) {
        records.set(at, TIME, time);
      }
      if (found.tag().isPresent()) {
        records.mark(at, TAGGED);
      }
    } else if (records.has(at, mark)) {
      repeated(port, found, identity, at, content);
    } else if (records.number(at, CONTENT) != content) {
      differences.add(
          difference(
              port, found, identity, "differs between the outputs", before(ports.get(0), at)));
    }
    records.mark(at, mark);
  }

  /**
   * Returns the hash under which a record is kept: that of its identity, or a later one if the
   * identity has occurred with a time that is too far away.
   */
  private long find(String identity, long time) {
    long id = records.hash(identity);
    if (kind.hasTime()) {
      int at = records.find(id);
      while (at != HashedRecords.NONE
          && Math.abs(records.number(at, TIME) - time) > kind.window().toMillis()) {
        id = records.next(id);
        at = records.find(id);
      }
    }
    return id;
  }

  private void repeated(OutputPort port, Found found, String identity, int at, long content) {
    boolean same = records.number(at, CONTENT) == content;
    if (same) {
      port.counts().count(PortCounts.REPEATED);
      boolean once = found.tag().isPresent() && records.has(at, TAGGED);
      if (rules.repeatsAllowed() && !once) {
        return;
      }
    }
    Difference.Other other =
        port.records().form() == Form.TABLE
            ? new Difference.Other(
                port.records(),
                0,
                sameIdentity(identity).and(f -> same || !Arrays.equals(f.json(), found.json())),
                f -> identity)
            : before(port, at);
    differences.add(
        difference(
            port, found, identity, same ? "is there twice" : "is there twice, differently", other));
  }

  private Difference.Other before(OutputPort port, int at) {
    long id = records.id(at);
    return new Difference.Other(
        port.records(),
        records.number(at, POSITION),
        found -> hashOf(found) == id,
        this::identityOf);
  }

  private Predicate<Found> sameIdentity(String identity) {
    return found -> identity.equals(identityOf(found));
  }

  private String identityOf(Found found) {
    try {
      return found.json() == null ? null : kind.identity(StrictJson.object(found.json()));
    } catch (UnreadableRecord e) {
      return null;
    }
  }

  private long hashOf(Found found) {
    try {
      if (found.json() == null) {
        return 0;
      }
      JsonNode read = StrictJson.object(found.json());
      return find(kind.identity(read), kind.time(read));
    } catch (UnreadableRecord e) {
      return 0;
    }
  }

  private void invalid(OutputPort port, Found found, String why) {
    differences.add(
        new Difference(
            port.option(),
            "record",
            found.key(),
            why,
            List.of(port.records().describe(found)),
            null,
            null));
  }

  private Difference difference(
      OutputPort port, Found found, String identity, String what, Difference.Other other) {
    return new Difference(
        port.option(),
        kind.identityName(),
        identity,
        what,
        List.of(port.records().describe(found)),
        found.json(),
        other);
  }

  @Override
  public void compare() {
    if (ports.size() == 2) {
      records.forEach(this::compare);
      differences.write();
    }
  }

  private void compare(int at) {
    OutputPort first = ports.get(0);
    OutputPort second = ports.get(1);
    if (!records.has(at, IN_SECOND)) {
      if (rules.running()) {
        second.counts().count(PortCounts.UNCOMMITTED);
      } else {
        differences.add(missing(second, before(first, at)));
      }
    } else if (!records.has(at, IN_FIRST)) {
      if (first.records().isComplete()) {
        differences.add(missing(first, before(second, at)));
      } else {
        second.counts().count(PortCounts.NOT_RETAINED);
      }
    }
  }

  private Difference missing(OutputPort port, Difference.Other there) {
    return new Difference(
        port.option(),
        kind.identityName(),
        null,
        "is missing in " + port.records().name(),
        List.of(),
        null,
        there);
  }

  /** How a record of an input relates to the outputs. */
  enum Match {
    NEW,
    DUPLICATE,
    MISSING
  }

  /**
   * Looks for the result of an input record.
   *
   * @param time the record's time in epoch milliseconds, if this kind has a time
   */
  Match match(String identity, long time) {
    int at = records.find(find(identity, time));
    if (at == HashedRecords.NONE) {
      return Match.MISSING;
    }
    boolean before = records.has(at, IN_INPUT);
    records.mark(at, IN_INPUT);
    return before ? Match.DUPLICATE : Match.NEW;
  }

  /** Notes that the inputs have the record that this result stands for, if there is one. */
  void seen(String identity) {
    int at = records.find(records.hash(identity));
    if (at != HashedRecords.NONE) {
      records.mark(at, IN_INPUT);
    }
  }

  /** Reports the records that no input record was found for. */
  void reportWithoutInput(String input) {
    OutputPort first = ports.get(0);
    records.forEach(
        at -> {
          if (!records.has(at, IN_INPUT)) {
            OutputPort port = records.has(at, IN_FIRST) ? first : ports.get(1);
            differences.add(
                new Difference(
                    port.option(),
                    kind.identityName(),
                    null,
                    "has no record in " + input,
                    List.of(),
                    null,
                    before(port, at)));
          }
        });
    differences.write();
  }

  /** Whether the outputs together still have all that was written. */
  boolean isComplete() {
    return ports.stream().anyMatch(port -> port.records().isComplete());
  }
}
