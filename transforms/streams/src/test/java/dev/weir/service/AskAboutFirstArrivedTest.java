package dev.weir.service;

import static dev.weir.service.TimedQuestion.NOON;
import static dev.weir.testing.Eventually.eventually;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import dev.weir.dedup.FirstArrivals;
import dev.weir.dedup.KeptTimes;
import dev.weir.testing.Receiver;
import dev.weir.testing.StateFakes.Alarm;
import dev.weir.testing.StateFakes.Entries;
import dev.weir.testing.StateFakes.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One shard's state and timers, inspected between the calls that a runner would make; only state
 * outlives a worker, so a second worker with the same state is a restart.
 */
class AskAboutFirstArrivedTest {
  private static final int SHARD = 3;

  private final Gates gates = new Gates();
  private final FakeService service = FakeService.doing(gates);
  private final AskAboutFirstArrived<String, String, Integer, String> original =
      new AskAboutFirstArrived<>(
          TimedQuestion.keepFirst(1).arrivals(),
          TimedQuestion.ask(service, 1).spec(),
          StringUtf8Coder.of());
  private final List<Runnable> tearDown = new ArrayList<>();
  private final Entries<String, KeptTimes> kept = new Entries<>();
  private final Value<Long> sweepAt = new Value<>();
  private final Alarm sweep = new Alarm();
  private final Entries<String, List<TimestampedValue<String>>> open = new Entries<>();
  private final Value<KV<String, Instant>> hold = new Value<>();
  private final Alarm harvest = new Alarm();
  private final Receiver<String> out = new Receiver<>();

  @AfterEach
  void tearDown() {
    tearDown.forEach(Runnable::run);
  }

  @Test
  void aDuplicateIsNotAskedWhileTheQuestionIsInFlight() throws Exception {
    Worker worker = newWorker();
    worker.takes("r1 0 q1");
    eventually(service::questions, contains("q1"));

    worker.takes("r1 3 q2");
    gates.open("q1");
    worker.harvestsUntil(1);

    assertThat(out.outputs(), contains(TimedQuestion.at("r1 0 q1 = 1")));
    assertNothingIsOpen();
    assertThat(service.questions(), contains("q1"));
  }

  @Test
  void aDuplicateIsNotAskedAfterTheAnswer() throws Exception {
    Worker worker = newWorker();
    worker.takes("r1 0 q1");
    gates.open("q1");
    worker.harvestsUntil(1);

    worker.takes("r1 24 q2");

    assertNothingIsOpen();
    assertThat(out.outputs(), hasSize(1));
    assertThat(service.questions(), contains("q1"));
  }

  @Test
  void duplicatesThatArriveTogetherAreAskedOnce() throws Exception {
    Worker worker = newWorker();
    gates.open("q1");
    gates.open("q3");
    worker.takes("r1 0 q1", "r1 0 q1", "r1 1 q2", "r2 0 q3", "r1 0 q1");

    worker.harvestsUntil(2);

    assertNothingIsOpen();
    assertThat(service.questions().stream().sorted().toList(), contains("q1", "q3"));
  }

  @Test
  void aDuplicateIsNotAskedAfterARestart() throws Exception {
    newWorker().takes("r1 0 q1");
    eventually(service::questions, contains("q1"));

    Worker restarted = newWorker();
    restarted.takes("r1 3 q2");
    gates.open("q1");
    restarted.harvestsUntil(1);

    assertThat(out.outputs(), contains(TimedQuestion.at("r1 0 q1 = 1")));
    assertNothingIsOpen();
    assertThat("asked again by the new worker", service.questions(), contains("q1", "q1"));
  }

  @Test
  void aDuplicateOfAnElementThatIsNotAskedAboutIsDropped() throws Exception {
    Worker worker = newWorker();
    worker.takes("r1 0 -1");
    worker.takes("r1 3 q2");

    assertThat(out.outputs(), contains(TimedQuestion.at("r1 0 -1 = not asked")));
    assertNothingIsOpen();
    assertThat(service.questions(), is(empty()));
  }

  @Test
  void theSameIdIsAskedAgainPastTheWindow() throws Exception {
    Worker worker = newWorker();
    gates.open("q1");
    gates.open("q2");
    worker.takes("r1 0 q1");
    worker.takes("r1 25 q2");

    worker.harvestsUntil(2);

    assertThat(service.questions().stream().sorted().toList(), contains("q1", "q2"));
  }

  @Test
  void theSweepLeavesOpenQuestionsAlone() throws Exception {
    Worker worker = newWorker();
    worker.takes("r1 0 q1");

    worker.sweeps();

    assertThat(kept.map(), is(anEmptyMap()));
    assertThat(sweep.isSet(), is(false));
    assertThat(open.map().values(), contains(List.of(TimedQuestion.at("r1 0 q1"))));
    gates.open("q1");
    worker.harvestsUntil(1);
    assertThat(out.outputs(), contains(TimedQuestion.at("r1 0 q1 = 1")));
  }

  @Test
  void afterTheLastAnswerAndTheSweepNoStateRemains() throws Exception {
    Worker worker = newWorker();
    for (int i = 0; i < 40; i++) {
      gates.open("q" + i);
      worker.takes("r" + i % 20 + " " + i % 3 + " q" + i);
    }
    worker.harvestsUntil(20);
    assertThat(kept.map().keySet(), hasSize(20));
    assertThat("timers for 40 elements", sweep.settings(), hasSize(1));

    while (sweep.isSet()) {
      worker.sweeps();
    }

    assertThat(kept.map(), is(anEmptyMap()));
    assertThat(sweepAt.read(), is(nullValue()));
    assertNothingIsOpen();
  }

  @Test
  void onlyTheQuestionsHoldTheWatermark() throws Exception {
    Worker worker = newWorker();
    worker.takes("r1 3 q1");
    assertThat(harvest.setting().outputTime(), is(TimedQuestion.at("r1 3 q1").getTimestamp()));
    assertThat(sweep.setting().outputTime(), is(nullValue()));

    worker.takes("r1 0 q2");

    assertThat("a duplicate does not hold it", harvest.settings(), hasSize(1));
  }

  @Test
  void atTheEndEverythingOpenIsAwaited() throws Exception {
    newWorker().takes("r1 0 q1");
    Worker restarted = newWorker();
    restarted.takes("r1 1 q2");
    gates.open("q1");

    restarted.drains();

    assertThat(out.outputs(), contains(TimedQuestion.at("r1 0 q1 = 1")));
    assertThat(open.map(), is(anEmptyMap()));
  }

  /** Lists, timers and restarts in any order give what the two steps give one after the other. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void anyHistoryGivesWhatTheTwoStepsGive(long seed) throws Exception {
    Random random = new Random(seed);
    AskAcrossBundles<String, String, Integer, String> second =
        new AskAcrossBundles<>(TimedQuestion.ask(service, 1).spec(), StringUtf8Coder.of());
    TwoSteps twoSteps = new TwoSteps(second);
    Worker worker = newWorker();
    Set<String> questions = new HashSet<>();
    for (int n = 0; n < 60; n++) {
      String[] list = new String[1 + random.nextInt(4)];
      for (int i = 0; i < list.length; i++) {
        String question = (random.nextInt(4) == 0 ? "-" : "q") + (10 * n + i);
        list[i] = "r" + random.nextInt(12) + " " + (2 * n + random.nextInt(12)) + " " + question;
        gates.open(question);
      }
      worker.takes(list);
      questions.addAll(twoSteps.take(list));
      if (random.nextInt(5) == 0) {
        worker = newWorker();
      }
      if (random.nextInt(5) == 0) {
        worker.harvests();
      }
      if (random.nextInt(10) == 0 && sweep.isSet()) {
        worker.sweeps();
        twoSteps.sweep();
      }
    }
    worker.drains();
    twoSteps.drain();

    assertThat(sorted(out.outputs()), is(sorted(twoSteps.results.outputs())));
    assertThat(new HashSet<>(service.questions()), is(questions));
    assertThat(open.map(), is(anEmptyMap()));
    assertThat(kept.map(), is(twoSteps.kept.map()));
  }

  private static List<String> sorted(List<TimestampedValue<String>> results) {
    return results.stream().map(TimestampedValue::toString).sorted().toList();
  }

  /** The same shard in two steps, whose workers are never replaced. */
  private final class TwoSteps {
    final Entries<String, KeptTimes> kept = new Entries<>();
    final Receiver<String> results = new Receiver<>();
    private final FirstArrivals<String> first = TimedQuestion.keepFirst(1).arrivals();
    private final Value<Long> sweepAt = new Value<>();
    private final Alarm sweep = new Alarm();
    private final AskAcrossBundles<String, String, Integer, String> second;
    private final Entries<String, List<TimestampedValue<String>>> open = new Entries<>();
    private final Value<KV<String, Instant>> hold = new Value<>();
    private final Alarm harvest = new Alarm();

    TwoSteps(AskAcrossBundles<String, String, Integer, String> second) {
      this.second = second;
      second.setup();
      tearDown.add(second::teardown);
    }

    /** Returns the questions about the first ones. */
    List<String> take(String... elements) throws InterruptedException {
      List<TimestampedValue<String>> all = Stream.of(elements).map(TimedQuestion::at).toList();
      List<TimestampedValue<String>> some =
          first.of(all, GlobalWindow.INSTANCE, kept, sweepAt, sweep);
      second.process(
          KV.of(SHARD, some), GlobalWindow.INSTANCE, open, hold, harvest, results.at(NOON));
      return some.stream()
          .map(element -> element.getValue().split(" ")[2])
          .filter(question -> question.startsWith("q"))
          .toList();
    }

    void sweep() {
      sweep.fire();
      first.sweep(GlobalWindow.INSTANCE, kept, sweepAt, sweep);
    }

    void drain() throws InterruptedException {
      second.drain(SHARD, GlobalWindow.INSTANCE, open, results.at(NOON));
    }
  }

  @Test
  void theStepIsSerializable() {
    SerializableUtils.ensureSerializable(original);
  }

  private void assertNothingIsOpen() {
    assertThat(open.map(), is(anEmptyMap()));
    assertThat(hold.read(), is(nullValue()));
    assertThat(harvest.isSet(), is(false));
  }

  private Worker newWorker() {
    Worker worker = new Worker(SerializableUtils.clone(original));
    tearDown.add(worker.fn::teardown);
    return worker;
  }

  /** A copy of the DoFn, as each worker has one. */
  private final class Worker {
    final AskAboutFirstArrived<String, String, Integer, String> fn;

    Worker(AskAboutFirstArrived<String, String, Integer, String> fn) {
      this.fn = fn;
      fn.setup();
    }

    void takes(String... elements) throws InterruptedException {
      List<TimestampedValue<String>> list = Stream.of(elements).map(TimedQuestion::at).toList();
      fn.process(
          KV.of(SHARD, list),
          GlobalWindow.INSTANCE,
          kept,
          sweepAt,
          sweep,
          open,
          hold,
          harvest,
          out.at(NOON));
    }

    void sweeps() {
      sweep.fire();
      fn.sweep(GlobalWindow.INSTANCE, kept, sweepAt, sweep);
    }

    void harvests() throws InterruptedException {
      harvest.fire();
      fn.harvest(SHARD, GlobalWindow.INSTANCE, open, hold, harvest, out.at(NOON.minus(1)));
    }

    /** Fires the timer until there are this many results. */
    void harvestsUntil(int results) {
      eventually(
          () -> {
            try {
              harvests();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
            return out.outputs().size();
          },
          is(results));
    }

    void drains() throws InterruptedException {
      fn.drain(SHARD, GlobalWindow.INSTANCE, open, out.at(NOON.minus(1)));
    }
  }
}
