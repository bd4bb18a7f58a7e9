package dev.weir.kafka.once;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A topic with transactions as Kafka defines them: only the latest writer of a group can commit,
 * and a commit makes all records of a transaction visible, or none.
 */
final class ModelTopic {
  private static final String ID = "model";

  private final GroupLayout layout;
  private final Random random;
  private final List<List<Stored>> partitions = new ArrayList<>();
  private final Map<Integer, Writer> owners = new HashMap<>();
  private double faults;
  private Runnable duringCommit = () -> {};

  /** A record; visible once its transaction is committed. */
  private static final class Stored {
    final PublishedRecord record;
    boolean visible;
    boolean compacted;

    Stored(PublishedRecord record) {
      this.record = record;
    }
  }

  /** A fault that a history injects; the job that sees it restarts. */
  static final class Fault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Fault(String message) {
      super(message);
    }
  }

  ModelTopic(int partitions, GroupLayout layout, Random random) {
    this.layout = layout;
    this.random = random;
    for (int n = 0; n < partitions; n++) {
      this.partitions.add(new ArrayList<>());
    }
  }

  /** Sets the probability with which a commit fails, before or after it took effect. */
  void failCommits(double probability) {
    faults = probability;
  }

  /** Runs something in the middle of the next commit. */
  void duringCommit(Runnable action) {
    duringCommit = action;
  }

  /** Removes visible records that have a later visible one of the same key. */
  void compact() {
    for (List<Stored> log : partitions) {
      Map<String, Stored> last = new HashMap<>();
      for (Stored stored : log) {
        if (stored.visible) {
          Stored before = last.put(stored.record.key(), stored);
          if (before != null) {
            before.compacted = true;
          }
        }
      }
    }
  }

  void addPartition() {
    partitions.add(new ArrayList<>());
  }

  Map<Integer, Long> ends() {
    Map<Integer, Long> ends = new HashMap<>();
    for (int n = 0; n < partitions.size(); n++) {
      ends.put(n, (long) partitions.get(n).size());
    }
    return ends;
  }

  /** The records that were visible at some time, by partition and offset. */
  List<PublishedRecord> visible() {
    return partitions.stream()
        .flatMap(List::stream)
        .filter(stored -> stored.visible)
        .map(stored -> stored.record)
        .toList();
  }

  GroupLog log(int group, String sinkId) {
    return new Writer(group, sinkId);
  }

  private final class Writer implements GroupLog {
    private final int group;
    private final String sinkId;
    private final List<Stored> open = new ArrayList<>();
    private TransactionNumber transaction;
    private int count;

    Writer(int group, String sinkId) {
      this.group = group;
      this.sinkId = sinkId;
    }

    @Override
    public void takeOver() {
      owners.put(group, this);
      count = partitions.size();
    }

    @Override
    public Map<Integer, Long> readBack(
        Map<Integer, Long> from,
        String topicId,
        int partitionsThen,
        Consumer<PublishedRecord> each) {
      Set<Integer> mine = layout.partitionsOf(group, partitionsThen, count);
      Map<Integer, Long> ends = new HashMap<>();
      for (int partition : mine) {
        List<Stored> stored = partitions.get(partition);
        long start = from.getOrDefault(partition, 0L);
        stored.stream()
            .skip(start)
            .filter(record -> record.visible && !record.compacted)
            .forEach(record -> each.accept(record.record));
      }
      for (int partition = 0; partition < count; partition++) {
        ends.put(partition, (long) partitions.get(partition).size());
      }
      return ends;
    }

    @Override
    public Map<Integer, Long> readOn(
        Map<Integer, Long> from, String topicId, Consumer<PublishedRecord> each) {
      Map<Integer, Long> read = new HashMap<>(from);
      stableEnds()
          .forEach(
              (partition, end) -> {
                long start = from.getOrDefault(partition, 0L);
                if (layout.partitionsOf(group, count).contains(partition)) {
                  partitions.get(partition).stream()
                      .limit(end)
                      .skip(start)
                      .filter(record -> record.visible && !record.compacted)
                      .forEach(record -> each.accept(record.record));
                }
                read.put(partition, Math.max(start, end));
              });
      return read;
    }

    @Override
    public Map<Integer, Long> stableEnds() {
      Map<Integer, Long> stable = new HashMap<>();
      for (int partition = 0; partition < count; partition++) {
        stable.put(partition, (long) partitions.get(partition).size());
      }
      owners.values().stream()
          .flatMap(owner -> owner.open.stream())
          .filter(stored -> !stored.visible)
          .forEach(
              stored ->
                  stable.computeIfPresent(
                      stored.record.partition(),
                      (partition, end) -> Math.min(end, stored.record.offset())));
      return stable;
    }

    @Override
    public String topicId() {
      return ID;
    }

    @Override
    public int partitions() {
      return count;
    }

    @Override
    public void begin(TransactionNumber number) {
      transaction = number;
      open.clear();
    }

    @Override
    public void send(Output output) {
      int partition = GroupLayout.partitionOf(output.key().getBytes(UTF_8), count);
      List<Stored> log = partitions.get(partition);
      Stored stored =
          new Stored(
              new PublishedRecord(
                  partition,
                  log.size(),
                  output.key(),
                  output.value(),
                  output.more(),
                  new RecordTag(
                      sinkId,
                      group,
                      transaction,
                      output.eventTime(),
                      output.identity(),
                      output.revision())));
      log.add(stored);
      open.add(stored);
    }

    @Override
    public Map<Integer, Long> commit() {
      if (owners.get(group) != this) {
        throw new Fault("fenced");
      }
      boolean fails = random.nextDouble() < faults;
      if (fails && random.nextBoolean()) {
        throw new Fault("the request was lost");
      }
      Runnable meanwhile = duringCommit;
      duringCommit = () -> {};
      meanwhile.run();
      if (owners.get(group) != this) {
        throw new Fault("fenced");
      }
      open.forEach(stored -> stored.visible = true);
      if (fails) {
        throw new Fault("the response was lost");
      }
      Map<Integer, Long> ends = new HashMap<>();
      open.forEach(
          stored -> ends.merge(stored.record.partition(), stored.record.offset() + 1, Math::max));
      return ends;
    }

    @Override
    public void close() {
      // An open transaction stays invisible.
    }
  }
}
