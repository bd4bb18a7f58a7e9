package dev.weir.cdc;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A database whose transactions interleave, and the topic that a connector writes from it:
 * snapshots, changes in the order of commits, repeats after restarts, a clock that is set back.
 */
public final class ReplicatedRows {
  private static final int ROWS = 6;

  private final Random random;
  private final boolean sequences;
  private final boolean clockIsSetBack;

  /** The position of the last write of each row; deleted rows are not included. */
  private final Map<String, Long> rows = new TreeMap<>();

  private final List<Open> open = new ArrayList<>();
  private final List<Change> topic = new ArrayList<>();
  private long lsn = 1_000_000_000L;
  private long lastCommit = lsn;
  private long clock = 1_768_000_000_000L;

  /** A change, and the row after it. */
  public record Change(String row, ChangeSource source, long written) {}

  private record Write(String row, Operation operation, long lsn) {}

  /** A transaction that is not committed. */
  private static final class Open {
    final List<Write> writes = new ArrayList<>();
  }

  private ReplicatedRows(Random random, boolean sequences, boolean clockIsSetBack) {
    this.random = random;
    this.sequences = sequences;
    this.clockIsSetBack = clockIsSetBack;
  }

  public static ReplicatedRows of(
      Random random, boolean sequences, boolean clockIsSetBack, int steps) {
    ReplicatedRows history = new ReplicatedRows(random, sequences, clockIsSetBack);
    history.live(5, false);
    history.snapshot();
    for (int step = 0; step < steps; step++) {
      history.live(1 + random.nextInt(12), true);
      switch (random.nextInt(6)) {
        case 0 -> history.snapshot();
        case 1, 2 -> history.repeat();
        default -> history.live(2, true);
      }
    }
    return history;
  }

  /** In the order of the topic. */
  public List<Change> topic() {
    return Collections.unmodifiableList(topic);
  }

  /** The last write of each row; deleted rows are not included. */
  public Map<String, Long> rows() {
    return rows;
  }

  private void live(int actions, boolean streaming) {
    for (int n = 0; n < actions; n++) {
      tick();
      int action = random.nextInt(4);
      if (action == 0 && open.size() < 4) {
        open.add(new Open());
      } else if (action < 3 && !open.isEmpty()) {
        write(open.get(random.nextInt(open.size())));
      } else if (!open.isEmpty()) {
        commit(open.remove(random.nextInt(open.size())), streaming);
      }
    }
  }

  private void tick() {
    clock += random.nextInt(2_000);
    if (clockIsSetBack && random.nextInt(40) == 0) {
      clock -= 600_000;
    }
  }

  /** A row that another transaction has written is locked until that one is committed. */
  private void write(Open transaction) {
    String row = "row" + random.nextInt(ROWS);
    for (Open other : open) {
      if (other != transaction && other.writes.stream().anyMatch(w -> w.row().equals(row))) {
        return;
      }
    }
    boolean exists = rows.containsKey(row);
    for (Write write : transaction.writes) {
      exists = write.row().equals(row) ? write.operation() != Operation.d : exists;
    }
    Operation operation =
        exists ? (random.nextInt(3) == 0 ? Operation.d : Operation.u) : Operation.c;
    lsn += 50 + random.nextInt(100);
    transaction.writes.add(new Write(row, operation, lsn));
  }

  private void commit(Open transaction, boolean streaming) {
    for (Write write : transaction.writes) {
      if (write.operation() == Operation.d) {
        rows.remove(write.row());
      } else {
        rows.put(write.row(), write.lsn());
      }
      if (streaming) {
        emit(write.row(), write.operation(), write.lsn(), write.lsn());
      }
    }
    lsn += 50;
    lastCommit = lsn;
  }

  /**
   * Reads rows while the database continues; changes committed meanwhile are streamed afterwards.
   */
  private void snapshot() {
    lsn += 10;
    long position = lsn;
    Map<String, Long> read = new TreeMap<>(rows);
    long began = clock;
    for (Map.Entry<String, Long> row : read.entrySet()) {
      clock += random.nextInt(60_000);
      emit(row.getKey(), Operation.r, position, row.getValue());
    }
    if (random.nextBoolean()) {
      // Streamed changes have commit times from while the rows were read.
      clock = began;
    }
  }

  private void emit(String row, Operation operation, long position, long written) {
    topic.add(
        new Change(
            row,
            new ChangeSource(
                operation,
                clock,
                position,
                "topic",
                0,
                (long) topic.size(),
                sequences ? lastCommit : -1L,
                null),
            written));
  }

  /** The connector restarts, and sends the last records again. */
  private void repeat() {
    int from = topic.size() - random.nextInt(Math.min(topic.size(), 12) + 1);
    List<Change> again = new ArrayList<>(topic.subList(from, topic.size()));
    for (Change change : again) {
      topic.add(
          new Change(
              change.row(),
              ChangeSource.newBuilder(change.source()).setPosition((long) topic.size()).build(),
              change.written()));
    }
  }
}
