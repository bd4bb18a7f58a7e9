package dev.weir.kafka.once;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Reads back what a group has published since its state was saved, when a writer takes it over.
 * Everything that is found is emitted at once.
 *
 * @param <T> an element
 */
final class Recovery<T> {
  private final RecoveredOutputs.Kind<T> kind;
  private final String sinkId;
  private final int group;
  private final PublishFront front;
  private final GroupState state;
  private final Publisher.Downstream<T> downstream;
  private final TransactionNumber through;
  private final RecoveredOutputs<T> recovered;
  private long attempt;
  private long latest;
  private boolean found;

  /**
   * @param front the state of the group
   */
  Recovery(
      RecoveredOutputs.Kind<T> kind,
      String sinkId,
      int group,
      PublishFront front,
      GroupState state,
      Publisher.Downstream<T> downstream) {
    this.kind = kind;
    this.sinkId = sinkId;
    this.group = group;
    this.front = front;
    this.state = state;
    this.downstream = downstream;
    through = new TransactionNumber(front.getAttempt(), front.getTransaction());
    attempt = front.getAttempt();
    latest = front.getResolved() ? Long.MIN_VALUE : front.getResolveAt() - 1;
    recovered = new RecoveredOutputs<>(kind, front, state);
  }

  /** Returns the state of the group after the recovery, which begins the next attempt. */
  PublishFront readBack(GroupLog log) {
    Map<Integer, Long> ends = read(log);
    recovered.save();
    requirePartitions(log);
    PublishFront.Builder after =
        PublishFront.newBuilder(front)
            .setTopicId(log.topicId())
            .setPartitions(log.partitions())
            .setAttempt(attempt + 1)
            .setTransaction(0)
            .setPositions(Positions.of(ends))
            .setRecovered(recovered.count());
    if (found) {
      long at = Math.min(Publisher.LAST, latest + 1);
      after.setResolveAt(at).setResolved(false);
      state.resolveAt(at);
    }
    return after.build();
  }

  /** A topic has fewer partitions only if it was created again. */
  private void requirePartitions(GroupLog log) {
    if (log.partitions() < front.getPartitions() && log.topicId().equals(front.getTopicId())) {
      throw new PublishException(
          "sink "
              + sinkId
              + ": a broker reports "
              + log.partitions()
              + " partitions of the topic, which had "
              + front.getPartitions()
              + ": it has not heard of the others yet; the job restarts and asks again");
    }
  }

  private Map<Integer, Long> read(GroupLog log) {
    if (log.partitions() == front.getPartitions()) {
      return read(log, this::accept);
    }
    // A key may have moved to another partition: its records are in order by their transactions.
    List<PublishedRecord> all = new ArrayList<>();
    Map<Integer, Long> ends = read(log, all::add);
    all.sort(Comparator.comparing(record -> record.tag().transaction()));
    all.forEach(this::accept);
    return ends;
  }

  private Map<Integer, Long> read(GroupLog log, Consumer<PublishedRecord> each) {
    return log.readBack(
        Positions.offsets(front),
        front.getTopicId(),
        front.getPartitions(),
        record -> {
          if (record.tag().isOf(sinkId, group)
              && record.tag().transaction().compareTo(through) > 0) {
            each.accept(record);
          }
        });
  }

  private void accept(PublishedRecord record) {
    Timed<T> element = new Timed<>(element(record), record.tag().eventTime());
    found = true;
    attempt = Math.max(attempt, record.tag().transaction().attempt());
    latest = Math.max(latest, element.eventTime());
    recovered.add(element);
    kind.tally().recovered();
    downstream.emit(element.element(), element.eventTime());
  }

  private T element(PublishedRecord record) {
    try {
      return kind.form().read(record.key(), record.value(), record.more(), record.tag());
    } catch (RuntimeException e) {
      throw new PublishException(
          "sink "
              + sinkId
              + ": the record at partition "
              + record.partition()
              + ", offset "
              + record.offset()
              + ", which this sink has published since the checkpoint, cannot be read back: "
              + e.getMessage()
              + "; start the version that published it, or restore a later checkpoint",
          e);
    }
  }
}
