package dev.weir.cdc;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChangeOrderTest {
  private static final int ROUNDS = 20_000;

  private final Random random = new Random(7);

  @Test
  void ofTwoDifferentChangesOneIsAfterTheOther() {
    for (int round = 0; round < ROUNDS; round++) {
      boolean inLog = random.nextBoolean();
      ChangeSource a = any(inLog);
      ChangeSource b = any(inLog);
      int order = ChangeOrder.TOTAL.compare(a, b);

      assertThat(ChangeOrder.isAfter(a, a), is(false));
      assertThat(ChangeOrder.isAfter(a, b) && ChangeOrder.isAfter(b, a), is(false));
      assertThat(ChangeOrder.TOTAL.compare(b, a), is(-order));
      boolean isSnapshot = a.getOperation() == Operation.r || b.getOperation() == Operation.r;
      if (!inLog && !isSnapshot) {
        assertThat(ChangeOrder.isAfter(a, b), is(order > 0));
      }
    }
  }

  @Test
  void afterIsTransitiveAmongChangesOfOneKind() {
    for (int round = 0; round < ROUNDS; round++) {
      boolean inLog = random.nextBoolean();
      ChangeSource a = any(inLog);
      ChangeSource b = any(inLog);
      ChangeSource c = any(inLog);
      if (ChangeOrder.isAfter(a, b) && ChangeOrder.isAfter(b, c)) {
        assertThat(a + " " + b + " " + c, ChangeOrder.isAfter(a, c), is(true));
      }
    }
  }

  /** A sort that finds a comparison that contradicts another one throws. */
  @Test
  void manyChangesHaveOneOrder() {
    List<ChangeSource> changes = new ArrayList<>();
    for (int n = 0; n < 2_000; n++) {
      changes.add(any(random.nextBoolean()));
    }
    List<ChangeSource> sorted = changes.stream().sorted(ChangeOrder.TOTAL).toList();
    Collections.shuffle(changes, random);
    List<ChangeSource> again = changes.stream().sorted(ChangeOrder.TOTAL).toList();

    for (int n = 0; n < sorted.size(); n++) {
      assertThat(ChangeOrder.TOTAL.compare(sorted.get(n), again.get(n)), is(0));
    }
  }

  @Test
  void theLogIsBelievedBeforeTheClock() {
    assertThat(ChangeOrder.isAfter(change(1, 20), change(2, 10)), is(true));
    assertThat(ChangeOrder.isAfter(change(2, 10), change(1, 20)), is(false));
  }

  @Test
  void theClockIsBelievedWhereOneOfThemHasNoPosition() {
    assertThat(ChangeOrder.isAfter(change(2, -1), change(1, 20)), is(true));
    assertThat(ChangeOrder.isAfter(change(1, 20), change(2, -1)), is(false));
  }

  @Test
  void atOneInstantThePlaceDecidesWhereThereIsNoLog() {
    ChangeSource first = new ChangeSource(Operation.c, 1L, -1L, "topic", 0, 5L);
    ChangeSource second = new ChangeSource(Operation.u, 1L, -1L, "topic", 0, 6L);

    assertThat(ChangeOrder.isAfter(second, first), is(true));
    assertThat(ChangeOrder.isAfter(first, second), is(false));
  }

  @Test
  void aChangeThatIsReadAgainFromElsewhereIsTheSameChange() {
    ChangeSource once = new ChangeSource(Operation.u, 1L, 20L, "topic", 0, 5L);
    ChangeSource again = new ChangeSource(Operation.u, 1L, 20L, "topic", 0, 9L);

    assertThat(ChangeOrder.isAfter(again, once), is(false));
    assertThat(ChangeOrder.isAfter(once, again), is(false));
  }

  @Test
  void revisionsGrowThoughTheClockIsSetBackAndAfterAllIsForgotten() {
    long first = ChangeOrder.revision(0, 1_000);
    long sameInstant = ChangeOrder.revision(first, 1_000);
    long setBack = ChangeOrder.revision(sameInstant, 500);

    assertThat(first, is(1_000_000L));
    assertThat(sameInstant, is(1_000_001L));
    assertThat(setBack, is(1_000_002L));
    assertThat(ChangeOrder.revision(0, 2_000), is(greaterThan(setBack)));
  }

  private static ChangeSource change(long commit, long lsn) {
    return new ChangeSource(Operation.u, commit, lsn, "topic", 0, 5L);
  }

  /** One of few, so that many are alike. */
  private ChangeSource any(boolean inLog) {
    return new ChangeSource(
        Operation.values()[random.nextInt(4)],
        (long) random.nextInt(4),
        inLog ? (long) random.nextInt(4) : -1L,
        "topic" + random.nextInt(2),
        random.nextInt(2),
        (long) random.nextInt(3));
  }
}
