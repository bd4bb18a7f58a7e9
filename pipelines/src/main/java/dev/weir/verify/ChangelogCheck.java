package dev.weir.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.hash.HashFunction;
import dev.weir.changelog.Position;
import dev.weir.kafka.once.RecordTag;
import dev.weir.record.StrictJson;
import dev.weir.record.UnreadableRecord;
import dev.weir.verify.OutputRecords.Form;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Checks changelogs: on a topic each revision of a key once and in order, in a table one row per
 * key, and the last record of each key equal to its row. At most two outputs: the one of the
 * option, and the table of the ledger.
 */
final class ChangelogCheck implements OutputCheck {
  private static final int CONTENT = 0;
  private static final int POSITION = 1;
  private static final int MAJOR = 2;
  private static final int MINOR = 3;

  private static final int IN_FIRST = 1;
  private static final int IN_SECOND = 2;

  /** The last record deletes the key. */
  private static final int DELETED = 4;

  /** The revision of the last record is known, and comes from the job's own sink. */
  private static final int REVISED = 8;

  private final OutputKind<?> kind;
  private final List<OutputPort> ports;
  private final VerifyRules rules;
  private final Differences differences;
  private final HashedRecords records;
  private final RowContents contents;

  ChangelogCheck(
      OutputKind<?> kind,
      List<OutputPort> ports,
      VerifyRules rules,
      Differences differences,
      HashFunction hash) {
    this.kind = kind;
    this.ports = List.copyOf(ports);
    this.rules = rules;
    this.differences = differences;
    this.records = new HashedRecords(hash, 4);
    this.contents = new RowContents(kind, records);
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
    boolean own = port.count(found, rules.sinkId());
    try {
      if (found.problem() != null) {
        invalid(port, found, found.problem());
        return;
      }
      long content = 0;
      if (found.json() != null) {
        JsonNode read = StrictJson.object(found.json());
        if (!kind.key(read).equals(found.key())) {
          differences.add(difference(port, found, "has another key than the record", null));
        }
        content = contents.of(found.json(), read);
      }
      if (port.records().form() == Form.TABLE) {
        row(port, found, content);
      } else {
        change(port, found, content, revision(found, own));
      }
    } catch (UnreadableRecord e) {
      invalid(port, found, e.getMessage());
    }
  }

  private static Optional<Position> revision(Found found, boolean own) {
    return own
        ? found.tag().map(RecordTag::revision)
        : found.revision().map(major -> new Position(major, 0));
  }

  /** Takes a record that replaces the earlier ones of its key. */
  private void change(OutputPort port, Found found, long content, Optional<Position> revision) {
    boolean deletion = found.json() == null;
    if (deletion) {
      port.counts().count(PortCounts.DELETIONS);
    }
    long id = records.hash(found.key());
    int at = records.find(id);
    if (at == HashedRecords.NONE) {
      at = records.add(id);
    } else {
      boolean same = records.number(at, CONTENT) == content && records.has(at, DELETED) == deletion;
      if (revision.isPresent() && records.has(at, REVISED)) {
        Position last = new Position(records.number(at, MAJOR), records.number(at, MINOR));
        boolean older = revision.get().compareTo(last) < 0;
        if (older && port.records().form() == Form.FOLDER) {
          // Lines have no order.
          return;
        }
        if (older || revision.get().equals(last)) {
          compareRevision(port, found, at, revision.get(), same);
        }
      } else if (same) {
        port.counts().count(PortCounts.REPEATED);
      }
    }
    records.set(at, CONTENT, content);
    records.set(at, POSITION, found.position());
    records.mark(at, IN_FIRST);
    set(at, DELETED, deletion);
    set(at, REVISED, revision.isPresent());
    records.set(at, MAJOR, revision.map(Position::major).orElse(0L));
    records.set(at, MINOR, revision.map(Position::minor).orElse(0L));
  }

  /** Takes a revision that is not after the last one. */
  private void compareRevision(
      OutputPort port, Found found, int at, Position revision, boolean same) {
    Position last = new Position(records.number(at, MAJOR), records.number(at, MINOR));
    boolean repeated = revision.equals(last);
    String what =
        repeated
            ? "is there twice with revision " + shown(last) + (same ? "" : ", differently")
            : "goes back from revision " + shown(last) + " to " + shown(revision);
    differences.add(difference(port, found, what, before(port, at)));
  }

  private void set(int at, int mark, boolean on) {
    if (on) {
      records.mark(at, mark);
    } else {
      records.unmark(at, mark);
    }
  }

  private static String shown(Position revision) {
    return revision.major() + "." + revision.minor();
  }

  /** Takes the only row of a key. */
  private void row(OutputPort port, Found found, long content) {
    boolean first = port == ports.get(0);
    int mark = first ? IN_FIRST : IN_SECOND;
    long id = records.hash(found.key());
    int at = records.find(id);
    if (at == HashedRecords.NONE) {
      at = records.add(id);
      records.set(at, CONTENT, content);
    } else if (records.has(at, mark)) {
      differences.add(difference(port, found, "has two rows", null));
    } else {
      compareRow(port, found, content, at);
    }
    records.mark(at, mark);
  }

  private void compareRow(OutputPort port, Found found, long content, int at) {
    boolean deleted = records.has(at, DELETED);
    if (!deleted && records.number(at, CONTENT) == content) {
      return;
    }
    if (!deleted && contents.isErased(found, content, records.number(at, CONTENT))) {
      port.counts().count(PortCounts.ERASED);
    } else if (rules.running()) {
      port.counts().count(PortCounts.UNCOMMITTED);
    } else {
      OutputPort first = ports.get(0);
      String what =
          deleted
              ? "has a row although its last record deletes it"
              : first.records().form() == Form.TABLE
                  ? "differs between the outputs"
                  : "has a row that differs from its last record";
      differences.add(difference(port, found, what, before(first, at)));
    }
  }

  private Difference.Other before(OutputPort port, int at) {
    long id = records.id(at);
    return new Difference.Other(
        port.records(),
        records.number(at, POSITION),
        found -> found.key() != null && records.hash(found.key()) == id,
        Found::key);
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

  private Difference difference(OutputPort port, Found found, String what, Difference.Other other) {
    return new Difference(
        port.option(),
        kind.identityName(),
        found.key(),
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
    if (records.has(at, IN_FIRST)) {
      if (!records.has(at, IN_SECOND) && !records.has(at, DELETED)) {
        if (rules.running()) {
          second.counts().count(PortCounts.UNCOMMITTED);
        } else {
          differences.add(missing(second, before(first, at)));
        }
      }
    } else if (first.records().isComplete()) {
      differences.add(missing(first, before(second, at)));
    } else {
      second.counts().count(PortCounts.NOT_RETAINED);
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

  /** Returns whether a key has a row, in the table if there is one. */
  boolean isLive(long id) {
    int at = records.find(id);
    return at != HashedRecords.NONE && isLive(at);
  }

  private boolean isLive(int at) {
    return ports.size() == 2
        ? records.has(at, IN_SECOND)
        : records.has(at, IN_FIRST) && !records.has(at, DELETED);
  }

  /** Visits the hashes of the keys that have a row. */
  void forEachLive(LongConsumer visitor) {
    records.forEach(
        at -> {
          if (isLive(at)) {
            visitor.accept(records.id(at));
          }
        });
  }

  /** Returns a reported difference of a key that has a row. */
  Difference ofLive(long id, String what) {
    OutputPort port = ports.get(ports.size() - 1);
    return new Difference(
        port.option(),
        kind.identityName(),
        null,
        what,
        List.of(),
        null,
        before(port, records.find(id)));
  }

  /** Whether the last output still has all keys. */
  boolean isComplete() {
    return ports.get(ports.size() - 1).records().isComplete();
  }
}
