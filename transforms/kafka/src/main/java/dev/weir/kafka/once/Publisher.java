package dev.weir.kafka.once;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.IntFunction;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;

/**
 * Publishes elements so that each is on the topic once, whatever is killed, restarted or restored.
 * The topic is the memory of what was published: the first element of a group reads back what its
 * sink has published since the state was saved. {@code docs/exactly-once.md} describes the
 * protocol.
 *
 * <p>Everything that is on the topic is emitted downstream, once per run of the state: new elements
 * once they are visible, and those that were read back at once.
 *
 * @param <T> an element
 */
final class Publisher<T> implements AutoCloseable {
  /** How long an output that was not reproduced is remembered, in event time. */
  static final long KEEP_MILLIS = 24L * 60 * 60 * 1_000;

  /** The last event time at which a timer can fire. */
  static final long LAST = GlobalWindow.INSTANCE.maxTimestamp().getMillis();

  private final RecoveredOutputs.Kind<T> kind;
  private final String sinkId;
  private final String topic;
  private final int groups;
  private final IntFunction<GroupLog> logs;
  private final ScheduledExecutorService commits;
  private final long maxMillis;

  private final Map<Integer, GroupWriter<Timed<T>>> writers = new HashMap<>();

  /** The groups whose offsets must be moved at the end of the bundle. */
  private final Set<Integer> moving = new HashSet<>();

  /** What the state has; valid within a bundle. */
  private final Map<Integer, PublishFront> fronts = new HashMap<>();

  /** Receives what is visible on the topic. */
  @FunctionalInterface
  interface Downstream<T> {
    /**
     * @param eventTime the timestamp of the element, epoch milliseconds
     */
    void emit(T element, long eventTime);
  }

  /** Counts what happens after a restart. */
  interface Tally {
    /** An output that was published before the restart was read back. */
    void recovered();

    /** An output that was read back was not reproduced when the inputs had passed its time. */
    void diverged(String name);

    /** A row was reproduced with another content than published, and published again. */
    void corrected(String name);
  }

  /**
   * @param logs opens the log of a group
   */
  Publisher(
      RecoveredOutputs.Kind<T> kind,
      String sinkId,
      String topic,
      int groups,
      IntFunction<GroupLog> logs,
      ScheduledExecutorService commits,
      long maxMillis) {
    this.kind = kind;
    this.sinkId = sinkId;
    this.topic = topic;
    this.groups = groups;
    this.logs = logs;
    this.commits = commits;
    this.maxMillis = maxMillis;
  }

  /** Begins a bundle. */
  void startBundle() {
    fronts.clear();
  }

  /**
   * Starts a group that has no state.
   *
   * @param partitions the number of partitions of the topic
   * @param offsets where each partition ended before the job was started
   */
  static void start(
      GroupState state, int groups, String topicId, int partitions, Map<Integer, Long> offsets) {
    state.write(
        PublishFront.newBuilder()
            .setTopicId(topicId)
            .setGroups(groups)
            .setPartitions(partitions)
            .setAttempt(0)
            .setTransaction(0)
            .setPositions(Positions.of(offsets))
            .setWatched(-1)
            .setRecovered(0)
            .setResolveAt(0)
            .setResolved(true)
            .build());
  }

  /** Returns whether {@link #start} was called for the group. */
  boolean isStarted(int group, GroupState state) {
    return fronts.containsKey(group) || state.front() != null;
  }

  /** Publishes elements, except those that were published before the state was restored. */
  void publish(int group, Iterable<Timed<T>> elements, GroupState state, Downstream<T> downstream) {
    PublishFront front = ready(group, state, downstream);
    if (front.getRecovered() == 0) {
      elements.forEach(element -> write(group, element, state));
      return;
    }
    RecoveredOutputs<T> recovered = new RecoveredOutputs<>(kind, front, state);
    for (Timed<T> element : elements) {
      Timed<T> output = recovered.reproduce(element);
      if (output != null) {
        write(group, output, state);
      }
    }
    save(group, PublishFront.newBuilder(fronts.get(group)).setRecovered(recovered.count()), state);
  }

  /**
   * Called once the event time has passed what was read back: rows that were reproduced with
   * another content are published again, and what was not reproduced is reported. Called again much
   * later, it forgets the identities that are left.
   *
   * @param eventTime the time that was passed, epoch milliseconds
   */
  void resolve(int group, long eventTime, GroupState state, Downstream<T> downstream) {
    PublishFront front = ready(group, state, downstream);
    // The group may have read back more just now, which is resolved later.
    if (front.getRecovered() == 0 || eventTime < front.getResolveAt()) {
      return;
    }
    RecoveredOutputs<T> recovered = new RecoveredOutputs<>(kind, front, state);
    if (front.getResolved()) {
      recovered.forgetIdentities();
    } else {
      recovered.resolve().forEach(row -> write(group, row, state));
    }
    PublishFront.Builder after =
        PublishFront.newBuilder(fronts.get(group))
            .setRecovered(recovered.count())
            .setResolved(true)
            .setResolveAt(0);
    if (recovered.count() > 0 && !front.getResolved()) {
      after.setResolveAt(Math.min(LAST, front.getResolveAt() + KEEP_MILLIS));
      state.resolveAt(after.getResolveAt());
    }
    save(group, after, state);
  }

  /**
   * Moves the offsets of a group, which would otherwise stay where retention deletes records: those
   * of partitions to which it publishes nothing at its next transaction, and all of them now if it
   * has published nothing for a while.
   */
  void checkIdle(int group, GroupState state, Downstream<T> downstream) {
    PublishFront front = ready(group, state, downstream);
    GroupWriter<Timed<T>> writer = writers.get(group);
    if (front.getTransaction() != front.getWatched() || !writer.isIdle()) {
      moving.add(group);
      state.checkIdleSoon();
      save(group, PublishFront.newBuilder(front).setWatched(front.getTransaction()), state);
      return;
    }
    TransactionNumber last = new TransactionNumber(front.getAttempt(), front.getTransaction());
    Map<Integer, Long> ends =
        writer.readOn(front.getTopicId(), record -> requireOwn(record, group, last));
    save(
        group,
        PublishFront.newBuilder(front).setPositions(Positions.of(ends)).setWatched(-1),
        state);
  }

  /** Ends a bundle: returns once everything is visible. */
  void finish(Downstream<T> downstream) {
    writers.values().forEach(GroupWriter::commitSoon);
    writers.values().forEach(GroupWriter::awaitAll);
    moveOffsets();
    writers.keySet().forEach(group -> drain(group, downstream));
  }

  /** One request is enough for all groups. */
  private void moveOffsets() {
    List<GroupWriter<Timed<T>>> busy =
        moving.stream().map(writers::get).filter(Objects::nonNull).toList();
    moving.clear();
    if (!busy.isEmpty()) {
      Map<Integer, Long> ends = busy.get(0).stableEnds();
      busy.forEach(writer -> writer.moveOffsets(ends));
    }
  }

  /** Closes all writers, also if one of them cannot be closed. */
  @Override
  public void close() {
    RuntimeException failure = null;
    for (GroupWriter<Timed<T>> writer : writers.values()) {
      try {
        writer.close();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    writers.clear();
    if (failure != null) {
      throw failure;
    }
  }

  /** Emits what a group has published and has become visible. */
  void drain(int group, Downstream<T> downstream) {
    GroupWriter<Timed<T>> writer = writers.get(group);
    if (writer == null) {
      return;
    }
    for (List<Timed<T>> next = writer.poll(); next != null; next = writer.poll()) {
      next.forEach(visible -> downstream.emit(visible.element(), visible.eventTime()));
    }
  }

  /** Returns the front of a group whose writer is the one that the state names. */
  private PublishFront ready(int group, GroupState state, Downstream<T> downstream) {
    PublishFront known = fronts.get(group);
    if (known != null) {
      return known;
    }
    PublishFront front = state.front();
    GroupWriter<Timed<T>> writer = writers.get(group);
    if (writer == null || writer.attempt() != front.getAttempt()) {
      if (writer != null) {
        // Another instance of this step has processed the group since.
        writer.close();
        writers.remove(group);
      }
      front = recover(group, front, state, downstream);
    }
    fronts.put(group, front);
    return front;
  }

  private PublishFront recover(
      int group, PublishFront front, GroupState state, Downstream<T> downstream) {
    if (front.getGroups() != groups) {
      throw new PublishException(
          "sink "
              + sinkId
              + ": the state this job was restored from has "
              + front.getGroups()
              + " writer groups, but the job has "
              + groups
              + "; start it with --writerGroups="
              + topic
              + ":"
              + front.getGroups());
    }
    GroupLog log = logs.apply(group);
    try {
      log.takeOver();
      PublishFront saved =
          new Recovery<>(kind, sinkId, group, front, state, downstream).readBack(log);
      writers.put(
          group,
          new GroupWriter<>(log, saved.getAttempt(), Positions.offsets(saved), commits, maxMillis));
      state.write(saved);
      return saved;
    } catch (RuntimeException | Error e) {
      log.close();
      throw e;
    }
  }

  /**
   * A record of a later transaction means that another writer has taken the group over. It has the
   * same attempt if this one had published nothing then.
   */
  private void requireOwn(PublishedRecord record, int group, TransactionNumber last) {
    if (record.tag().isOf(sinkId, group) && record.tag().transaction().compareTo(last) > 0) {
      throw new PublishException(
          "sink "
              + sinkId
              + ", writer group "
              + group
              + ": another writer has taken over; the job restarts from its last checkpoint");
    }
  }

  private void write(int group, Timed<T> element, GroupState state) {
    GroupWriter<Timed<T>> writer = writers.get(group);
    long transaction = writer.add(Output.of(kind.form(), element), element);
    PublishFront front = fronts.get(group);
    if (front.getTransaction() != transaction) {
      PublishFront.Builder after =
          PublishFront.newBuilder(front)
              .setTransaction(transaction)
              .setPositions(Positions.of(writer.offsets()));
      if (front.getWatched() < 0) {
        after.setWatched(transaction);
        state.checkIdleSoon();
      }
      save(group, after, state);
    }
  }

  private void save(int group, PublishFront.Builder after, GroupState state) {
    PublishFront front = after.build();
    fronts.put(group, front);
    state.write(front);
  }
}
