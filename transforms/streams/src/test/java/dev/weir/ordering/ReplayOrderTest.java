package dev.weir.ordering;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ReplayOrderTest {
  private final Script script = new Script();
  private final AllInMemory<String> state = new AllInMemory<>();
  private final List<String> emitted = new ArrayList<>();
  private final List<String> counted = new ArrayList<>();
  private final ReplayOrder<String, String> order =
      new ReplayOrder<>(
          script, state, state, (output, at) -> emitted.add(output + "@" + at), counted::add);

  @Test
  void eventsAreProcessedInTheOrderOfTheirTimes() {
    order.push("c", 30);
    order.push("a", 10);
    order.push("b", 20);

    order.advance(100);

    assertThat(script.turns, contains("a@10", "b@20", "c@30"));
  }

  @Test
  void atTheSameInstantTheRulesDecideTheOrder() {
    order.push("c", 10);
    order.push("a", 10);
    order.push("b", 10);

    order.advance(100);

    assertThat(script.turns, contains("a@10", "b@10", "c@10"));
  }

  @Test
  void nothingIsProcessedBeforeTimeHasPassedIt() {
    order.push("at", 100);
    order.push("after", 101);
    order.push("before", 99);

    order.advance(100);
    assertThat(script.turns, contains("before@99"));

    order.advance(101);
    assertThat(script.turns, contains("before@99", "at@100"));
    order.advance(102);
    assertThat(script.turns, contains("before@99", "at@100", "after@101"));
  }

  @Test
  void pushingAloneProcessesNothing() {
    order.advance(100);
    order.push("late", 10);
    order.settle();

    assertThat(script.turns, is(empty()));
  }

  @Test
  void timeDoesNotMoveBackwards() {
    order.advance(100);
    order.push("a", 100);

    order.advance(99);
    assertThat(state.reached(), is(100L));
    order.advance(100);

    assertThat(script.turns, is(empty()));
    order.advance(101);
    assertThat(script.turns, contains("a@100"));
  }

  @Test
  void aDeadlineIsProcessedBetweenTheEvents() {
    script.at("a", turn -> turn.schedule("!d", 15));
    order.push("a", 10);
    order.push("b", 20);

    order.advance(100);

    assertThat(script.turns, contains("a@10", "!d@15", "b@20"));
  }

  @Test
  void aDeadlineFollowsTheEventsOfItsInstant() {
    script.at("a", turn -> turn.schedule("!d", 20));
    order.push("a", 10);
    order.push("b", 20);
    order.push("c", 20);
    order.push("d", 21);

    order.advance(100);

    assertThat(script.turns, contains("a@10", "b@20", "c@20", "!d@20", "d@21"));
  }

  @Test
  void aDeadlineThatWaitedFollowsTheEventsOfItsInstantToo() {
    script.at("a", turn -> turn.schedule("!d", 20));
    order.push("a", 10);
    order.advance(15);
    order.push("b", 20);

    order.advance(100);

    assertThat(script.turns, contains("a@10", "b@20", "!d@20"));
  }

  @Test
  void deadlinesOfOneInstantAreInTheOrderOfTheirTexts() {
    script.at("a", turn -> turn.schedule("!2", 20));
    script.at("b", turn -> turn.schedule("!1", 20));
    script.at("c", turn -> turn.schedule("!3", 20));
    order.push("a", 10);
    order.push("b", 11);
    order.advance(15);
    order.push("c", 16);

    order.advance(100);

    assertThat(script.turns, contains("a@10", "b@11", "c@16", "!1@20", "!2@20", "!3@20"));
  }

  @Test
  void aDeadlineInThePastIsDueAfterTheEventsOfThisInstant() {
    script.at("a", turn -> turn.schedule("!d", 3));
    order.push("a", 10);
    order.push("b", 10);
    order.push("c", 11);

    order.advance(100);

    assertThat(script.turns, contains("a@10", "b@10", "!d@10", "c@11"));
  }

  @Test
  void aDeadlineMaySetAnotherWithinTheSameAdvance() {
    script.at("a", turn -> turn.schedule("!1", 20));
    script.at("!1", turn -> turn.schedule("!2", 30));
    script.at("!2", turn -> turn.schedule("!3", 30));
    order.push("a", 10);
    order.push("b", 25);
    order.push("c", 35);

    order.advance(100);

    assertThat(script.turns, contains("a@10", "!1@20", "b@25", "!2@30", "!3@30", "c@35"));
  }

  @Test
  void aDeadlineAtTheEndOfAnAdvanceWaitsForTheNext() {
    script.at("a", turn -> turn.schedule("!d", 100));
    order.push("a", 10);

    order.advance(100);
    assertThat(script.turns, contains("a@10"));

    order.advance(101);
    assertThat(script.turns, contains("a@10", "!d@100"));
  }

  @Test
  void aLateEventIsProcessedNext() {
    order.push("a", 50);
    order.push("b", 150);
    order.advance(100);
    order.push("late", 20);

    order.advance(200);

    assertThat(script.turns, contains("a@50", "late@100", "b@150"));
  }

  @Test
  void anEventAtTheReachedTimeIsOnTime() {
    order.advance(100);
    order.push("a", 100);
    order.push("b", 99);

    order.advance(200);

    assertThat(script.turns, contains("a@100", "b@100"));
  }

  @Test
  void aDrainEndsOnlyWhenNoDeadlineIsLeft() {
    script.at("a", turn -> turn.schedule("!1", 1_000_000));
    script.at("!1", turn -> turn.schedule("!2", 2_000_000_000_000L));
    order.push("b", 500);
    order.push("a", 10);

    order.drain();

    assertThat(script.turns, contains("a@10", "b@500", "!1@1000000", "!2@2000000000000"));
    assertThat(state.isEmpty(), is(true));
  }

  @Test
  void outputsAndCountsArePassedOnAtOnce() {
    script.at(
        "a",
        turn -> {
          turn.emit("out", turn.time() - 3);
          turn.count("outs");
        });
    order.push("a", 10);

    order.advance(11);

    assertThat(emitted, contains("out@7"));
    assertThat(counted, contains("outs"));
  }

  @Test
  void howOftenTimeIsAdvancedDoesNotMatter() {
    script.at("a", turn -> turn.schedule("!d", 20));
    order.push("a", 10);
    order.push("b", 20);
    order.push("c", 21);

    for (long time = 0; time < 30; time++) {
      order.advance(time);
    }

    assertThat(script.turns, contains("a@10", "b@20", "!d@20", "c@21"));
  }

  /** Does what a test asks for, and records the order of processing. */
  private static final class Script implements Rules<String, String> {
    private static final long serialVersionUID = 1L;

    private final transient Map<String, Consumer<Turn<String>>> deeds = new HashMap<>();
    private final transient List<String> turns = new ArrayList<>();

    void at(String turn, Consumer<Turn<String>> deed) {
      deeds.put(turn, deed);
    }

    @Override
    public String entity(String event) {
      return "one";
    }

    @Override
    public int compareAtOneInstant(String first, String second) {
      return first.compareTo(second);
    }

    @Override
    public void next(String event, Turn<String> turn) {
      play(event, turn);
    }

    @Override
    public void due(String deadline, Turn<String> turn) {
      play(deadline, turn);
    }

    private void play(String name, Turn<String> turn) {
      turns.add(name + "@" + turn.time());
      deeds.getOrDefault(name, t -> {}).accept(turn);
    }
  }
}
