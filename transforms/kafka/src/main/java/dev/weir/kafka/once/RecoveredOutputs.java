package dev.weir.kafka.once;

import dev.weir.changelog.Position;
import dev.weir.encoding.Sha256;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What a group has read back after a restart and its job has not computed again so far, for the
 * duration of one call.
 *
 * <p>In a stream, an element whose identity was read back is not published. In a changelog the
 * revisions of a key grow on the topic, and a revision is not published twice. A job that reads its
 * inputs in another order after a restart may compute other intermediate rows, at other revisions.
 * A row whose revision is not above the published one is held until the inputs have passed what was
 * read back, and then published if its content differs, with a revision that is above the published
 * one.
 *
 * @param <T> an element
 */
final class RecoveredOutputs<T> {
  private static final int FINGERPRINT = 16;
  private static final byte[] NOTHING = {};

  /** How many are kept in memory. */
  private static final int MOST_ADDED = 10_000;

  private final Kind<T> kind;
  private final GroupState state;
  private final boolean resolved;
  private final Map<String, RecoveredOutput> added = new LinkedHashMap<>();
  private int count;

  /**
   * The elements of a publisher, and what it counts.
   *
   * @param encode encodes an element for the state
   */
  record Kind<T>(
      PublishedForm<T> form,
      Function<T, byte[]> encode,
      Function<byte[], T> decode,
      Publisher.Tally tally) {}

  RecoveredOutputs(Kind<T> kind, PublishFront front, GroupState state) {
    this.kind = kind;
    this.state = state;
    this.resolved = front.getResolved();
    this.count = front.getRecovered();
  }

  /** Returns how many there are. */
  int count() {
    return count;
  }

  /** Adds a record that was read back; {@link #save} writes the last ones to the state. */
  void add(Timed<T> record) {
    if (added.size() == MOST_ADDED) {
      save();
    }
    Output output = Output.of(kind.form(), record);
    RecoveredOutput before = added.get(output.name());
    if (before == null) {
      before = count == 0 ? null : state.recovered(output.name());
      count += before == null ? 1 : 0;
    }
    if (output.revision() != null) {
      boolean isLast = before == null || output.revision().compareTo(revision(before)) > 0;
      Position highest = isLast ? output.revision() : revision(before);
      RecoveredOutput.Builder row = published(highest, fingerprint(record.element()));
      if (before != null) {
        // The job has computed it before the checkpoint, and will not compute it again.
        row.setHeld(before.getHeld()).setHeldAt(before.getHeldAt());
      }
      added.put(output.name(), row.build());
    } else {
      int times = before == null ? 1 : before.getTimes() + 1;
      added.put(output.name(), published(new Position(0, 0), NOTHING).setTimes(times).build());
    }
  }

  /** Writes what was added to the state, once for many records of a key. */
  void save() {
    added.forEach(state::keep);
    added.clear();
  }

  /**
   * Returns what to publish for an element, which may have been read back; null if nothing, at
   * least for now.
   */
  Timed<T> reproduce(Timed<T> element) {
    if (count == 0) {
      return element;
    }
    String name = Output.name(kind.form(), element.element());
    RecoveredOutput published = state.recovered(name);
    if (published == null) {
      return element;
    }
    Position revision = kind.form().revision(element.element());
    if (revision == null) {
      reproduceOnce(name, published);
      return null;
    }
    // The row may contain what was held, and must be looked for as long as that.
    Timed<T> row =
        new Timed<>(element.element(), Math.max(element.eventTime(), published.getHeldAt()));
    int order = revision.compareTo(revision(published));
    if (order > 0) {
      forget(name);
      return row;
    }
    if (order == 0 && matches(published, row)) {
      forget(name);
      return null;
    }
    if (resolved) {
      return corrected(name, published, row);
    }
    keep(
        name,
        RecoveredOutput.newBuilder(published)
            .setHeld(ByteBuffer.wrap(kind.encode().apply(row.element())))
            .setHeldAt(row.eventTime())
            .build());
    return null;
  }

  /**
   * Returns the held rows that differ from the published ones, and reports what was not computed
   * again. The inputs have passed everything that was read back.
   */
  List<Timed<T>> resolve() {
    List<Timed<T>> rows = new ArrayList<>();
    for (Map.Entry<String, RecoveredOutput> entry : state.allRecovered()) {
      String name = entry.getKey();
      RecoveredOutput published = entry.getValue();
      if (published.getHeld() != null) {
        T held = kind.decode().apply(bytes(published.getHeld()));
        Timed<T> row = corrected(name, published, new Timed<>(held, published.getHeldAt()));
        if (row != null) {
          rows.add(row);
        }
      } else if (!published.getReported()) {
        kind.tally().diverged(name);
        keep(name, RecoveredOutput.newBuilder(published).setReported(true).build());
      }
    }
    return rows;
  }

  /**
   * Removes the identities of a stream. The revisions of a changelog stay until the job computes
   * higher ones.
   */
  void forgetIdentities() {
    state.allRecovered().stream()
        .filter(entry -> entry.getValue().getTimes() > 0)
        .forEach(entry -> forget(entry.getKey()));
  }

  private void reproduceOnce(String name, RecoveredOutput published) {
    if (published.getTimes() > 1) {
      keep(name, RecoveredOutput.newBuilder(published).setTimes(published.getTimes() - 1).build());
    } else {
      forget(name);
    }
  }

  /**
   * Returns the row with a revision above the published one; null if the published row has the same
   * content.
   */
  private Timed<T> corrected(String name, RecoveredOutput published, Timed<T> row) {
    if (matches(published, row)) {
      keep(
          name,
          RecoveredOutput.newBuilder(published)
              .setHeld(null)
              .setHeldAt(Long.MIN_VALUE)
              .setReported(true)
              .build());
      return null;
    }
    Position next = new Position(published.getMajor(), Math.addExact(published.getMinor(), 1));
    // Kept until the job computes a higher revision.
    keep(name, published(next, fingerprint(row.element())).setReported(true).build());
    kind.tally().corrected(name);
    return new Timed<>(kind.form().at(row.element(), next), row.eventTime());
  }

  private static RecoveredOutput.Builder published(Position revision, byte[] content) {
    return RecoveredOutput.newBuilder()
        .setTimes(0)
        .setMajor(revision.major())
        .setMinor(revision.minor())
        .setContent(ByteBuffer.wrap(content))
        .setHeldAt(Long.MIN_VALUE)
        .setReported(false);
  }

  private void keep(String name, RecoveredOutput output) {
    state.keep(name, output);
  }

  private void forget(String name) {
    state.forget(name);
    count--;
  }

  private static Position revision(RecoveredOutput output) {
    return new Position(output.getMajor(), output.getMinor());
  }

  private boolean matches(RecoveredOutput published, Timed<T> row) {
    return Arrays.equals(bytes(published.getContent()), fingerprint(row.element()));
  }

  /** Returns a fingerprint of what a changelog element states; empty for a deletion. */
  private byte[] fingerprint(T element) {
    byte[] content = kind.form().value(element) == null ? null : kind.form().content(element);
    if (content == null) {
      return NOTHING;
    }
    return Arrays.copyOf(Sha256.of(content), FINGERPRINT);
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
