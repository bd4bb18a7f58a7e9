package dev.weir.kafka.once;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import dev.weir.kafka.once.ModelJob.Fact;
import dev.weir.kafka.once.ModelJob.Snapshot;
import dev.weir.kafka.once.ModelJob.Work;
import dev.weir.kafka.once.ModelTopic.Fault;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Random histories of a job that is killed, restored, rescaled and doubled, against a model of a
 * topic. {@code -Dweir.runs} sets the number of histories per test, {@code -Dweir.seed} the first.
 */
class PublishHistoriesTest {
  private static final int RUNS = Integer.getInteger("weir.runs", 4_000);
  private static final long SEED = Long.getLong("weir.seed", 1);

  @Test
  void eachIdentityOfAStreamIsPublishedOnce() {
    long recovered = 0;
    for (long seed = SEED; seed < SEED + RUNS; seed++) {
      History history = new History(seed, false, false).run();
      recovered += history.recovered;
      assertThat(history.name, history.contents(), equalTo(history.expected()));
      assertThat(history.name, history.downstreamSorted(), equalTo(history.topicSorted()));
      assertThat(history.name, history.hasLateFacts || history.diverged == 0);
      assertThat(history.name, history.last.remembersNothing());
    }
    assertThat("outputs were read back", recovered, greaterThan(0L));
  }

  @Test
  void whatWasPublishedStandsIfAServiceAnswersDifferently() {
    for (long seed = SEED; seed < SEED + RUNS; seed++) {
      History history = new History(seed, false, true).run();
      assertThat(history.name, history.identities(), equalTo(history.expected()));
      assertThat(history.name, history.downstreamSorted(), equalTo(history.topicSorted()));
    }
  }

  @Test
  void theLastRecordOfAKeyIsItsRowWhateverTheOrderOfTheInputs() {
    for (long seed = SEED; seed < SEED + RUNS; seed++) {
      History history = new History(seed, true, false).run();
      Map<String, List<Item>> topic = byKey(history.published());
      assertThat(history.name, byKey(history.last.downstream()), equalTo(topic));
      history
          .last
          .rows()
          .forEach(
              (key, row) -> assertThat(history.name + key, last(topic.get(key)), equalTo(row)));
      topic.forEach((key, rows) -> assertThat(history.name + key, outOfOrder(rows), is(empty())));
    }
  }

  @Test
  void theLastRecordOfAKeyIsItsRowAlsoOnACompactedTopic() {
    for (long seed = SEED; seed < SEED + RUNS; seed++) {
      History history = new History(seed, true, false).compacted().run();
      Map<String, List<Item>> topic = byKey(history.published());
      Map<String, List<Item>> downstream = byKey(history.last.downstream());
      history
          .last
          .rows()
          .forEach(
              (key, row) -> {
                assertThat(history.name + key, last(topic.get(key)), equalTo(row));
                assertThat(history.name + key, last(downstream.get(key)), equalTo(row));
              });
    }
  }

  /**
   * The changes of a key whose revision is not above the one before, and the corrections that
   * change nothing.
   */
  private static List<Item> outOfOrder(List<Item> changes) {
    List<Item> outOfOrder = new ArrayList<>();
    for (int n = 1; n < changes.size(); n++) {
      Item before = changes.get(n - 1);
      Item change = changes.get(n);
      if (change.revision().compareTo(before.revision()) <= 0
          || (change.revision().minor() > 0
              && Objects.equals(change.content(), before.content()))) {
        outOfOrder.add(change);
      }
    }
    return outOfOrder;
  }

  private static String last(List<Item> changes) {
    return changes.get(changes.size() - 1).content();
  }

  private static Map<String, List<Item>> byKey(List<Item> items) {
    return items.stream()
        .collect(Collectors.groupingBy(Item::key, TreeMap::new, Collectors.toList()));
  }

  /** One history. */
  private static final class History {
    final String name;
    private final Random random;
    private final Work work;
    private final GroupLayout layout;
    private final ModelTopic topic;
    private final boolean partitionsAreAdded;
    final boolean hasLateFacts;
    private boolean compacts;
    ModelJob last;
    int recovered;
    int diverged;

    History(long seed, boolean changelog, boolean unsteady) {
      name = "seed " + seed;
      random = new Random(seed);
      int partitions = 1 + random.nextInt(6);
      layout =
          random.nextBoolean()
              ? GroupLayout.forPartitions(partitions)
              : new GroupLayout(1 + random.nextInt(5));
      topic = new ModelTopic(partitions, layout, random);
      partitionsAreAdded = random.nextInt(4) == 0;
      // A changelog with late changes may repeat a row.
      hasLateFacts = !changelog && random.nextBoolean();
      work = new Work(List.of(facts(0), facts(1)), changelog, unsteady, random.nextBoolean());
    }

    private List<Fact> facts(int source) {
      int keys = 1 + random.nextInt(8);
      List<Fact> facts = new ArrayList<>();
      long time = 1_000;
      for (int n = random.nextInt(40); n > 0; n--) {
        time += random.nextInt(40) == 0 ? 2 * Publisher.KEEP_MILLIS : random.nextInt(20);
        boolean late = hasLateFacts && random.nextInt(10) == 0;
        long eventTime = late ? time - 500 : time;
        facts.add(new Fact("k" + random.nextInt(keys), source + "-" + facts.size(), eventTime));
      }
      return facts;
    }

    History compacted() {
      compacts = true;
      return this;
    }

    History run() {
      Map<Integer, Long> base = topic.ends();
      List<Snapshot> checkpoints = new ArrayList<>(List.of(Snapshot.empty()));
      List<ModelJob> zombies = new ArrayList<>();
      topic.failCommits(0.1);
      ModelJob job = start(base, checkpoints.get(0));
      for (int kills = random.nextInt(6); kills > 0; ) {
        try {
          act(job, checkpoints);
          if (random.nextInt(12) > 0 && !job.isDone()) {
            actAsZombie(zombies);
            continue;
          }
        } catch (Fault | PublishException e) {
          // The job restarts.
        }
        kills--;
        if (compacts && random.nextBoolean()) {
          topic.compact();
        }
        if (random.nextInt(3) == 0) {
          zombies.add(job);
        } else {
          job.kill();
        }
        count(job);
        if (partitionsAreAdded && random.nextInt(3) == 0) {
          topic.addPartition();
        }
        int back = random.nextInt(6) == 0 ? random.nextInt(checkpoints.size()) : 0;
        int at = checkpoints.size() - 1 - back;
        // Later checkpoints belong to a history that is given up.
        checkpoints.subList(at + 1, checkpoints.size()).clear();
        job = start(base, checkpoints.get(at));
      }
      topic.failCommits(0);
      finish(job, base, checkpoints, zombies);
      return this;
    }

    /** A zombie may have taken over a group last; the job then restarts. */
    private void finish(
        ModelJob running,
        Map<Integer, Long> base,
        List<Snapshot> checkpoints,
        List<ModelJob> zombies) {
      ModelJob job = running;
      while (true) {
        try {
          job.end();
          last = job;
          count(job);
          return;
        } catch (Fault | PublishException e) {
          job.kill();
          zombies.clear();
          job = start(base, checkpoints.get(checkpoints.size() - 1));
        }
      }
    }

    private void count(ModelJob job) {
      diverged += job.diverged;
      recovered += job.recovered;
    }

    private void act(ModelJob job, List<Snapshot> checkpoints) {
      int what = random.nextInt(20);
      if (what == 0) {
        checkpoints.add(job.checkpoint());
      } else if (what == 1) {
        // A checkpoint that fails after its barrier.
        job.checkpoint();
      } else if (what < 5) {
        if (random.nextBoolean() && !job.isDone()) {
          topic.duringCommit(job::step);
        }
        job.commitOne();
        topic.duringCommit(() -> {});
      } else if (what == 5) {
        job.finishBundle();
      } else if (what == 6) {
        job.checkIdle();
      } else if (!job.isDone()) {
        job.step();
      }
    }

    private void actAsZombie(List<ModelJob> zombies) {
      if (!zombies.isEmpty() && random.nextInt(4) == 0) {
        ModelJob zombie = zombies.get(random.nextInt(zombies.size()));
        try {
          act(zombie, new ArrayList<>());
        } catch (Fault | PublishException e) {
          zombies.remove(zombie);
        }
      }
    }

    private ModelJob start(Map<Integer, Long> base, Snapshot from) {
      return new ModelJob(work, topic, layout, base, from, 1 + random.nextInt(3), random);
    }

    /** A key may have been in several partitions: its records are in order by transaction. */
    List<Item> published() {
      return topic.visible().stream()
          .sorted(Comparator.comparing(record -> record.tag().transaction()))
          .map(r -> new Item.Form().read(r.key(), r.value(), r.more(), r.tag()))
          .toList();
    }

    List<String> expected() {
      return work.sources().stream().flatMap(List::stream).map(Fact::id).sorted().toList();
    }

    List<String> contents() {
      return published().stream().map(Item::content).sorted().toList();
    }

    List<String> identities() {
      return published().stream().map(Item::identity).sorted().toList();
    }

    List<String> topicSorted() {
      return published().stream().map(Item::toString).sorted().toList();
    }

    List<String> downstreamSorted() {
      return last.downstream().stream().map(Item::toString).sorted().toList();
    }
  }
}
