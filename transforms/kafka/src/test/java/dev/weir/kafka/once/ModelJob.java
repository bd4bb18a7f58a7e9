package dev.weir.kafka.once;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A job that reads two sources in any interleaving, computes items and publishes them, with state
 * that is saved and restored.
 */
final class ModelJob {
  static final String SINK = "job";

  /** What the job reads. */
  record Fact(String key, String id, long eventTime) {}

  /**
   * The inputs and what they are turned into.
   *
   * @param sparse whether a row shows only its highest fact, and is published when that changes:
   *     how often depends on the order of the sources
   */
  record Work(List<List<Fact>> sources, boolean changelog, boolean unsteady, boolean sparse) {
    /** The content of a row; null for a deletion. */
    String shown(TreeSet<String> row) {
      if (sparse) {
        return row.last();
      }
      return row.size() % 5 == 0 ? null : row.toString();
    }
  }

  /** The state of a job, as a checkpoint has it. */
  record Snapshot(
      int[] positions,
      Map<String, TreeSet<String>> rows,
      Map<String, Long> revisions,
      Map<Integer, ModelState> groups,
      List<Item> downstream) {
    static Snapshot empty() {
      return new Snapshot(
          new int[2], new HashMap<>(), new HashMap<>(), new HashMap<>(), new ArrayList<>());
    }

    Snapshot copy() {
      Map<String, TreeSet<String>> rowCopies = new HashMap<>();
      rows.forEach((key, row) -> rowCopies.put(key, new TreeSet<>(row)));
      Map<Integer, ModelState> groupCopies = new TreeMap<>();
      groups.forEach((group, state) -> groupCopies.put(group, state.copy()));
      return new Snapshot(
          positions.clone(),
          rowCopies,
          new HashMap<>(revisions),
          groupCopies,
          new ArrayList<>(downstream));
    }
  }

  private final Work work;
  private final ModelTopic topic;
  private final GroupLayout layout;
  private final Random random;
  private final Snapshot state;
  private final ManualCommits commits = new ManualCommits();
  private final List<Publisher<Item>> workers = new ArrayList<>();
  private final int answer;
  int recovered;
  int diverged;

  /**
   * @param base where the topic ended when the job was first submitted
   */
  ModelJob(
      Work work,
      ModelTopic topic,
      GroupLayout layout,
      Map<Integer, Long> base,
      Snapshot restored,
      int parallelism,
      Random random) {
    this.work = work;
    this.topic = topic;
    this.layout = layout;
    this.random = random;
    this.state = restored.copy();
    this.answer = random.nextInt(1_000);
    for (int n = 0; n < parallelism; n++) {
      workers.add(
          new Publisher<>(
              new RecoveredOutputs.Kind<>(
                  new Item.Form(), Item::encoded, Item::decoded, new Tally()),
              SINK,
              "topic",
              layout.groups(),
              group -> topic.log(group, SINK),
              commits,
              100));
    }
    for (int group = 0; group < layout.groups(); group++) {
      if (!state.groups().containsKey(group)) {
        ModelState fresh = new ModelState();
        Publisher.start(fresh, layout.groups(), "model", base.size(), base);
        state.groups().put(group, fresh);
      }
    }
    workers.forEach(Publisher::startBundle);
  }

  boolean isDone() {
    return left(0) + left(1) == 0;
  }

  private int left(int source) {
    return work.sources().get(source).size() - state.positions()[source];
  }

  /** Reads the next fact of one of the sources and publishes what follows from it. */
  void step() {
    int source = left(0) == 0 ? 1 : left(1) == 0 ? 0 : random.nextInt(2);
    Fact fact = work.sources().get(source).get(state.positions()[source]);
    state.positions()[source]++;
    Item item = work.changelog() ? change(fact) : answered(fact);
    if (item != null) {
      publish(item, fact.eventTime());
    }
    resolve(watermark());
  }

  private void publish(Item item, long eventTime) {
    int group = layout.groupOf(item.key());
    worker(group)
        .publish(
            group, List.of(new Timed<>(item, eventTime)), state.groups().get(group), this::emit);
    worker(group).drain(group, this::emit);
  }

  private Item answered(Fact fact) {
    return Item.inStream(fact.key(), fact.id(), fact.id() + (work.unsteady() ? "=" + answer : ""));
  }

  /**
   * Returns null if nothing changes. The revision counts changes and therefore depends on the order
   * of the sources.
   */
  private Item change(Fact fact) {
    TreeSet<String> row = state.rows().computeIfAbsent(fact.key(), key -> new TreeSet<>());
    String before = row.isEmpty() ? "" : work.shown(row);
    row.add(fact.id());
    String after = work.shown(row);
    if (work.sparse() && after.equals(before)) {
      return null;
    }
    long revision = state.revisions().merge(fact.key(), 1L, Long::sum);
    if (!work.sparse()) {
      revision = Math.max(revision, fact.eventTime() / 7);
      state.revisions().put(fact.key(), revision);
    }
    return Item.inChangelog(fact.key(), after, revision);
  }

  private long watermark() {
    long watermark = Long.MAX_VALUE;
    for (int source = 0; source < 2; source++) {
      if (left(source) > 0) {
        watermark =
            Math.min(
                watermark, work.sources().get(source).get(state.positions()[source]).eventTime());
      }
    }
    return watermark;
  }

  private void resolve(long watermark) {
    state
        .groups()
        .forEach(
            (group, of) -> {
              while (of.resolveAt > 0 && of.resolveAt < watermark) {
                long at = of.resolveAt;
                of.resolveAt = 0;
                worker(group).resolve(group, at, of, this::emit);
              }
            });
  }

  /** Finds out for one of the groups whether it is idle, if that is due. */
  void checkIdle() {
    state.groups().entrySet().stream()
        .filter(group -> group.getValue().idleCheckIsDue)
        .skip(random.nextInt(2))
        .findFirst()
        .ifPresent(
            group -> {
              group.getValue().idleCheckIsDue = false;
              worker(group.getKey()).checkIdle(group.getKey(), group.getValue(), this::emit);
            });
  }

  void commitOne() {
    commits.runOne(random);
  }

  void finishBundle() {
    for (Publisher<Item> worker : workers) {
      worker.finish(this::emit);
      worker.startBundle();
    }
  }

  Snapshot checkpoint() {
    finishBundle();
    return state.copy();
  }

  /** Reads the rest of the inputs and lets event time pass all of them. */
  void end() {
    while (!isDone()) {
      step();
    }
    resolve(Long.MAX_VALUE);
    finishBundle();
  }

  void kill() {
    workers.forEach(Publisher::close);
  }

  List<Item> downstream() {
    return state.downstream();
  }

  /** The content of each row; null for one that is deleted. */
  Map<String, String> rows() {
    Map<String, String> shown = new HashMap<>();
    state.rows().forEach((key, row) -> shown.put(key, work.shown(row)));
    return shown;
  }

  boolean remembersNothing() {
    return state.groups().values().stream()
        .allMatch(of -> of.outputs.isEmpty() && of.front().getRecovered() == 0);
  }

  private Publisher<Item> worker(int group) {
    return workers.get(group % workers.size());
  }

  private void emit(Item item, long eventTime) {
    state.downstream().add(item);
  }

  private final class Tally implements Publisher.Tally {
    @Override
    public void recovered() {
      recovered++;
    }

    @Override
    public void diverged(String name) {
      diverged++;
    }

    @Override
    public void corrected(String name) {}
  }

  /** The state of a group. */
  static final class ModelState implements GroupState {
    private PublishFront front;
    private final Map<String, RecoveredOutput> outputs = new TreeMap<>();
    private long resolveAt;
    private boolean idleCheckIsDue;

    ModelState copy() {
      ModelState copy = new ModelState();
      copy.front = front;
      copy.outputs.putAll(outputs);
      copy.resolveAt = resolveAt;
      copy.idleCheckIsDue = idleCheckIsDue;
      return copy;
    }

    @Override
    public PublishFront front() {
      return front;
    }

    @Override
    public void write(PublishFront written) {
      front = written;
    }

    @Override
    public RecoveredOutput recovered(String name) {
      return outputs.get(name);
    }

    @Override
    public void keep(String name, RecoveredOutput output) {
      outputs.put(name, output);
    }

    @Override
    public void forget(String name) {
      outputs.remove(name);
    }

    @Override
    public List<Map.Entry<String, RecoveredOutput>> allRecovered() {
      return List.copyOf(outputs.entrySet());
    }

    @Override
    public void resolveAt(long eventTime) {
      resolveAt = eventTime;
    }

    @Override
    public void checkIdleSoon() {
      idleCheckIsDue = true;
    }
  }
}
