package dev.weir.service;

import static dev.weir.testing.Eventually.eventually;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.sameInstance;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.testing.Receiver;
import dev.weir.testing.StateFakes.Alarm;
import dev.weir.testing.StateFakes.Entries;
import dev.weir.testing.StateFakes.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * One shard's state and timer, inspected between the calls that a runner would make; only state
 * outlives a worker, so a second worker with the same state is a restart.
 */
class AskAcrossBundlesTest {
  private static final int SHARD = 3;
  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");

  private final Gates gates = new Gates();
  private final FakeService service = FakeService.doing(gates);
  private final AskAcrossBundles<String, String, Integer, String> original =
      new AskAcrossBundles<>(Asking.spec(service, Asking.ONE_BY_ONE), StringUtf8Coder.of());

  /** A step whose requests take two questions. */
  private final AskAcrossBundles<String, String, Integer, String> byTwos =
      new AskAcrossBundles<>(
          Asking.spec(service, Asking.ONE_BY_ONE.withBatch(2)), StringUtf8Coder.of());

  private final List<Worker> workers = new ArrayList<>();

  private final Entries<String, List<TimestampedValue<String>>> open = new Entries<>();
  private final Value<KV<String, Instant>> hold = new Value<>();
  private final Alarm harvest = new Alarm();
  private final Receiver<String> out = new Receiver<>();

  @AfterEach
  void tearDown() {
    workers.forEach(worker -> worker.fn.teardown());
  }

  @Test
  void aResultIsEmittedWithItsElementsTimestampOnceAnswered() throws Exception {
    Worker worker = newWorker();
    worker.takes("q1", NOON);
    assertThat(out.outputs(), is(empty()));
    assertThat(open.map().values(), contains(List.of(TimestampedValue.of("q1", NOON))));

    gates.open("q1");
    worker.harvestsUntil(1);

    assertThat(out.outputs(), contains(TimestampedValue.of("q1 = 1", NOON)));
  }

  @Test
  void resultsAreEmittedInTheOrderOfTheirAnswers() throws Exception {
    Worker worker = newWorker();
    worker.takes("q1", NOON.plus(1));
    worker.takes("q2", NOON.plus(2));
    worker.takes("q3", NOON.plus(3));

    gates.open("q3");
    worker.harvestsUntil(1);
    gates.open("q1");
    worker.harvestsUntil(2);
    gates.open("q2");
    worker.harvestsUntil(3);

    assertThat(
        out.outputs(),
        contains(
            TimestampedValue.of("q3 = 3", NOON.plus(3)),
            TimestampedValue.of("q1 = 1", NOON.plus(1)),
            TimestampedValue.of("q2 = 2", NOON.plus(2))));
  }

  @Test
  void afterTheLastResultStateAndTimerAreGone() throws Exception {
    Worker worker = newWorker();
    worker.takes("q1", NOON);
    gates.open("q1");

    worker.harvestsUntil(1);

    assertThat(open.map(), is(anEmptyMap()));
    assertThat(hold.read(), is(nullValue()));
    assertThat(harvest.isSet(), is(false));
  }

  @Test
  void anElementWithoutAQuestionIsPassedOnAtOnce() throws Exception {
    newWorker().takes("-q1", NOON);

    assertThat(out.outputs(), contains(TimestampedValue.of("-q1 = not asked", NOON)));
    assertThat(open.map(), is(anEmptyMap()));
    assertThat(harvest.isSet(), is(false));
    assertThat(service.questions(), is(empty()));
  }

  @Test
  void equalElementsEachHaveAResult() throws Exception {
    Worker worker = newWorker();
    worker.takes("q1", NOON);
    worker.takes("q1", NOON);
    gates.open("q1");

    worker.harvestsUntil(2);

    assertThat(
        out.outputs(),
        contains(TimestampedValue.of("q1 = 1", NOON), TimestampedValue.of("q1 = 1", NOON)));
  }

  // the hold

  @Test
  void theWatermarkIsHeldAtTheOldestOpenElement() throws Exception {
    Worker worker = newWorker();
    worker.takes("q2", NOON.plus(2));
    assertThat(harvest.setting().outputTime(), is(NOON.plus(2)));
    worker.takes("q1", NOON.plus(1));
    assertThat(harvest.setting().outputTime(), is(NOON.plus(1)));
    worker.takes("q3", NOON.plus(3));
    assertThat(harvest.setting().outputTime(), is(NOON.plus(1)));

    gates.open("q1");
    worker.harvestsUntil(1);
    assertThat(harvest.setting().outputTime(), is(NOON.plus(2)));
    gates.open("q3");
    worker.harvestsUntil(2);
    assertThat(harvest.setting().outputTime(), is(NOON.plus(2)));
    assertThat(harvest.isSet(), is(true));
    gates.open("q2");
    worker.harvestsUntil(3);
    assertThat(harvest.isSet(), is(false));
  }

  @Test
  void manyElementsSetOneTimer() throws Exception {
    Worker worker = newWorker();
    worker.takes("q0", NOON);
    for (int i = 1; i < 10; i++) {
      worker.takes("q" + i, NOON.plus(i));
    }

    assertThat(harvest.settings(), hasSize(1));
    assertThat(harvest.setting().offset(), is(Duration.millis(20)));
  }

  // elements that arrive together

  @Test
  void elementsThatArriveTogetherShareEntriesAsLargeAsARequest() throws Exception {
    Worker worker = newWorker(byTwos);
    worker.takes(List.of("q1", "-q2", "q3", "q4"), NOON);

    assertThat(
        open.map().values(),
        containsInAnyOrder(
            List.of(TimestampedValue.of("q1", NOON), TimestampedValue.of("q3", NOON)),
            List.of(TimestampedValue.of("q4", NOON))));
  }

  @Test
  void anEntryIsRemovedWithItsLastAnswer() throws Exception {
    Worker worker = newWorker(byTwos);
    worker.takes(List.of("q1", "q3"), NOON);

    gates.open("q3");
    gates.open("q1");
    worker.harvestsUntil(2);

    assertThat(open.map(), is(anEmptyMap()));
    assertThat(harvest.isSet(), is(false));
  }

  @Test
  void onlyTheElementsThatAreStillOpenAreAskedAgain() throws Exception {
    List<TimestampedValue<String>> oneAnswered = new ArrayList<>();
    oneAnswered.add(null);
    oneAnswered.add(TimestampedValue.of("q3", NOON.plus(3)));
    oneAnswered.add(TimestampedValue.of("q4", NOON.plus(1)));
    open.put("of a worker that is gone", oneAnswered);
    gates.open("q3");

    Worker worker = newWorker();
    worker.harvestsUntil(1);

    assertThat(harvest.setting().outputTime(), is(NOON.plus(1)));
    assertThat(
        open.map().values(),
        contains(Arrays.asList(null, null, TimestampedValue.of("q4", NOON.plus(1)))));
    gates.open("q4");
    worker.harvestsUntil(2);
    assertThat(service.questions(), containsInAnyOrder("q3", "q4"));
    assertThat(open.map(), is(anEmptyMap()));
  }

  @Test
  void aWorkerThatReturnsEmitsOnlyWhatTheOtherOneLeftOpen() throws Exception {
    Worker one = newWorker();
    one.takes(List.of("q1"), NOON);
    one.takes(List.of("q2"), NOON);
    Worker other = newWorker();
    other.harvests();
    eventually(service::questions, containsInAnyOrder("q1", "q2", "q1", "q2"));
    gates.open("q1");
    other.harvestsUntil(1);
    eventually(service::inFlight, is(2));

    gates.open("q2");
    one.harvestsUntil(2);

    assertThat(
        out.outputs(),
        contains(TimestampedValue.of("q1 = 1", NOON), TimestampedValue.of("q2 = 2", NOON)));
  }

  @Test
  void whatARunnerHasUndoneIsAskedAgain() throws Exception {
    Worker worker = newWorker(byTwos);
    worker.takes(List.of("q1", "q3"), NOON);
    Map<String, List<TimestampedValue<String>>> before = Map.copyOf(open.map());
    gates.open("q1");
    gates.open("q3");
    worker.harvestsUntil(2);

    open.map().putAll(before);
    worker.harvestsUntil(4);

    assertThat(open.map(), is(anEmptyMap()));
  }

  // a restart

  @Test
  void elementsLeftOpenByAnotherWorkerAreAskedAgainAndEmittedOnce() throws Exception {
    Worker before = newWorker();
    before.takes("q1", NOON);
    eventually(service::questions, contains("q1"));

    Worker after = newWorker();
    after.harvests();
    eventually(service::questions, contains("q1", "q1"));
    gates.open("q1");
    after.harvestsUntil(1);

    // The previous worker receives its answer too, but no element waits for it.
    eventually(service::inFlight, is(0));
    before.harvests();
    assertThat(out.outputs(), contains(TimestampedValue.of("q1 = 1", NOON)));
    assertThat(open.map(), is(anEmptyMap()));
  }

  @Test
  void aNewElementDoesNotMoveTheHoldPastElementsOfAnotherWorker() throws Exception {
    newWorker().takes("q1", NOON);

    Worker after = newWorker();
    after.takes("q2", NOON.plus(60_000));
    after.harvests();

    assertThat(harvest.setting().outputTime(), is(NOON));
    gates.open("q2");
    gates.open("q1");
    after.harvestsUntil(2);
    assertThat(
        out.outputs(),
        containsInAnyOrder(
            TimestampedValue.of("q1 = 1", NOON), TimestampedValue.of("q2 = 2", NOON.plus(60_000))));
    assertThat(harvest.isSet(), is(false));
  }

  @Test
  void alternatingWorkersNeverMoveTheHoldPastOpenElements() throws Exception {
    Worker one = newWorker();
    Worker other = newWorker();
    one.takes("q5", NOON.plus(5));
    one.harvests();
    other.takes("q1", NOON.plus(1));

    one.harvests();
    assertThat(harvest.setting().outputTime(), is(NOON.plus(1)));
    other.takes("q7", NOON.plus(7));
    one.harvests();
    other.harvests();
    assertThat(harvest.setting().outputTime(), is(NOON.plus(1)));

    gates.open("q1");
    one.harvestsUntil(1);
    other.harvests();
    assertThat(harvest.setting().outputTime(), is(NOON.plus(5)));
    gates.open("q5");
    gates.open("q7");
    other.harvestsUntil(3);
    assertThat(open.map(), is(anEmptyMap()));
    assertThat(harvest.isSet(), is(false));
  }

  // the end

  @Test
  void atTheEndEverythingOpenIsAwaited() throws Exception {
    newWorker().takes("q1", NOON);
    Worker worker = newWorker();
    worker.takes("q2", NOON.plus(2));
    gates.open("q1");
    gates.open("q2");

    worker.drains();

    assertThat(
        out.outputs(),
        containsInAnyOrder(
            TimestampedValue.of("q1 = 1", NOON), TimestampedValue.of("q2 = 2", NOON.plus(2))));
    assertThat(open.map(), is(anEmptyMap()));
  }

  @Test
  void aBugInTheCallFailsTheBundleAndLeavesTheElementInState() throws Exception {
    IllegalStateException bug = new IllegalStateException("a bug");
    FakeService buggy =
        FakeService.doing(
            questions -> {
              throw bug;
            });
    Worker worker =
        newWorker(
            new AskAcrossBundles<>(Asking.spec(buggy, Asking.ONE_BY_ONE), StringUtf8Coder.of()));

    IllegalStateException failure =
        assertThrows(
            IllegalStateException.class,
            () -> {
              worker.takes("q1", NOON);
              worker.harvestsUntil(1);
            });

    assertThat(failure.getCause(), is(sameInstance(bug)));
    assertThat(open.map().values(), contains(List.of(TimestampedValue.of("q1", NOON))));
    assertThat(out.outputs(), is(empty()));
  }

  @Test
  void theTransformsAreSerializable() {
    SerializableUtils.ensureSerializable(original);
    SerializableUtils.ensureSerializable(
        new AskWithinBundles<>(Asking.spec(service, Asking.ONE_BY_ONE)));
  }

  private Worker newWorker() {
    return newWorker(original);
  }

  private Worker newWorker(AskAcrossBundles<String, String, Integer, String> fn) {
    Worker worker = new Worker(SerializableUtils.clone(fn));
    workers.add(worker);
    return worker;
  }

  /** A copy of the DoFn, as each worker has one. */
  private final class Worker {
    final AskAcrossBundles<String, String, Integer, String> fn;

    Worker(AskAcrossBundles<String, String, Integer, String> fn) {
      this.fn = fn;
      fn.setup();
    }

    void takes(String element, Instant time) throws InterruptedException {
      takes(List.of(element), time);
    }

    void takes(List<String> elements, Instant time) throws InterruptedException {
      List<TimestampedValue<String>> list =
          elements.stream().map(element -> TimestampedValue.of(element, time)).toList();
      fn.process(KV.of(SHARD, list), GlobalWindow.INSTANCE, open, hold, harvest, out.at(time));
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
