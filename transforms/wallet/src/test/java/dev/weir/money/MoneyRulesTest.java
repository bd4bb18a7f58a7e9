package dev.weir.money;

import static dev.weir.money.Happening.address;
import static dev.weir.money.Happening.birth;
import static dev.weir.money.Happening.payment;
import static dev.weir.money.Happening.session;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.dedup.DuplicateRule;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each rule and its bounds, live; each story is repeated with all events available at once. */
class MoneyRulesTest {
  private static final Duration NOON = Duration.ZERO;
  private static final Duration MILLI = Duration.ofMillis(1);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration WAIT = Duration.ofMinutes(5);
  private static final Duration DAY = Duration.ofDays(1);

  /** How long what is no longer needed stays at most. */
  private static final Duration SWEPT = Duration.ofMinutes(10);

  private final Story story = new Story();

  // Duplicates.

  @Test
  void aRepeatedMovementIsADuplicateForADay() {
    story
        .arrive(payment("p1"), payment("p1").at(SECOND), payment("p1").at(DAY))
        .pass(DAY.plus(MINUTE))
        .emits("p1 first @PT0S")
        .isTheSameAtOnce();
  }

  @Test
  void aMillisecondLaterItIsNotADuplicate() {
    story
        .arrive(payment("p1"), payment("p1").at(DAY.plus(MILLI)))
        .pass(DAY.plus(MINUTE))
        .emits("p1 first @PT0S", "p1 @PT24H0.001S")
        .isTheSameAtOnce();
  }

  @Test
  void aDuplicateOfADuplicateIsComparedWithTheFirst() {
    story
        .arrive(payment("p1"), payment("p1").at(DAY), payment("p1").at(DAY.plus(MILLI)))
        .pass(DAY.multipliedBy(3))
        .emits("p1 first @PT0S", "p1 @PT24H0.001S")
        .isTheSameAtOnce();
  }

  @Test
  void theFirstByTimeCountsAndNotTheFirstToArrive() {
    story
        .arrive(payment("p1").at(SECOND).of("CARD"))
        .arrive(payment("p1").of("CASH"))
        .pass(MINUTE)
        .emits("p1 first @PT0S")
        .isTheSameAtOnce();
  }

  @Test
  void anotherUsersMovementOfTheIdIsAnother() {
    story
        .arrive(payment("p1"), payment("p1").by("bob").at(SECOND))
        .pass(MINUTE)
        .emits("p1 first @PT0S", "p1 first @PT1S")
        .isTheSameAtOnce();
  }

  @Test
  void userAndIdAreNotSplitAtAnotherPlace() {
    story
        .arrive(payment("b/2:x").by("a"), payment("2:x").by("a/b"), payment("x").by("a/b/2:"))
        .pass(MINUTE);
    assertThat(story.outputs(), is(3));
  }

  @Test
  void anIdOfAnotherStreamIsNotADuplicate() {
    story
        .arrive(address("1", "UY"), session("1", "BR"), payment("1").in("1").at(SECOND))
        .pass(MINUTE)
        .emits("1 resident UY in BR first @PT1S")
        .isTheSameAtOnce();
  }

  @Test
  void aDuplicateOfAUsersEventIsIgnored() {
    story
        .arrive(
            address("a", "UY"),
            address("b", "AR").at(SECOND),
            address("a", "UY").at(DAY),
            payment("p1").at(DAY))
        .arrive(address("a", "CL").at(DAY.plus(MILLI)), payment("p2").at(DAY.plus(MILLI)))
        .pass(DAY.plus(MINUTE))
        .emits("p1 resident AR first @PT24H", "p2 resident CL @PT24H0.001S")
        .isTheSameAtOnce();
  }

  @Test
  void aDuplicateOfASessionDoesNotProlongIt() {
    story
        .arrive(session("s", "BR"), session("s", "AR").at(DAY), payment("p1").in("s").at(DAY))
        .pass(DAY.plus(WAIT).plus(SECOND))
        .emits("p1 asked first @PT24H")
        .isTheSameAtOnce();
  }

  @Test
  void aSessionIdMayBeReusedADayLater() {
    story
        .arrive(
            session("s", "BR"),
            session("s", "AR").at(DAY.plus(MILLI)),
            payment("p1").in("s").at(DAY.plus(MILLI)))
        .pass(DAY.plus(MINUTE))
        .emits("p1 in AR first @PT24H0.001S")
        .pass(DAY.multipliedBy(2).minus(MINUTE))
        .arrive(payment("p2").in("s").at(DAY.multipliedBy(2)))
        .pass(DAY.multipliedBy(2).plus(SECOND))
        .emits("p2 in AR @PT48H")
        .isTheSameAtOnce();
  }

  @Test
  void aLateDuplicateIsDetectedWhileTheFirstIsKept() {
    story
        .arrive(payment("p1"))
        .pass(DAY)
        .arrive(payment("p1").lateAt(DAY))
        .pass(DAY.plus(MINUTE))
        .emits("p1 first @PT0S")
        .isTheSameAtOnce();
  }

  // Sessions.

  @Test
  void aKnownSessionIsUsedAtOnce() {
    story
        .arrive(session("s", "BR"), payment("p1").in("s").at(SECOND))
        .pass(SECOND.multipliedBy(2))
        .emits("p1 in BR first @PT1S")
        .isTheSameAtOnce();
  }

  @Test
  void aSessionPrecedesTheMovementsOfItsInstant() {
    story
        .arrive(payment("p1").in("s"))
        .arrive(session("s", "BR"))
        .pass(SECOND)
        .emits("p1 in BR first @PT0S")
        .isTheSameAtOnce();
  }

  @Test
  void aMovementWaitsForItsSession() {
    story
        .arrive(payment("p1").in("s"))
        .pass(MINUTE)
        .emits()
        .arrive(session("s", "BR").at(MINUTE.multipliedBy(2)))
        .pass(MINUTE.multipliedBy(2).plus(SECOND))
        .emits("p1 in BR first @PT0S")
        .pass(WAIT.multipliedBy(2))
        .emits()
        .isTheSameAtOnce();
  }

  @Test
  void aSessionThatBeginsAtTheEndOfTheWaitIsUsed() {
    story
        .arrive(payment("p1").in("s"), session("s", "BR").at(WAIT))
        .pass(WAIT.plus(SECOND))
        .emits("p1 in BR first @PT0S")
        .isTheSameAtOnce();
  }

  @Test
  void aSessionThatBeginsAMillisecondAfterTheWaitIsNotUsed() {
    story
        .arrive(payment("p1").in("s"), session("s", "BR").at(WAIT.plus(MILLI)))
        .pass(WAIT.plus(SECOND))
        .emits("p1 asked first @PT0S")
        .isTheSameAtOnce();
  }

  @Test
  void aMovementWithoutItsSessionIsAskedForAfterTheWait() {
    story
        .arrive(payment("p1").in("s").at(MILLI))
        .pass(WAIT)
        .emits()
        .pass(WAIT.plus(SECOND))
        .emits("p1 asked first @PT0.001S")
        .isTheSameAtOnce();
  }

  @Test
  void twoMovementsThatWaitForTheSameSessionBothGetIt() {
    story
        .arrive(
            payment("p1").in("s"),
            payment("p2").in("s").at(MINUTE),
            session("s", "BR").at(MINUTE.multipliedBy(2)))
        .pass(WAIT)
        .emits("p1 in BR first @PT0S", "p2 in BR @PT1M")
        .pass(WAIT.multipliedBy(3))
        .emits()
        .isTheSameAtOnce();
  }

  @Test
  void twoWaitingMovementsHaveTheirOwnDeadlines() {
    story
        .arrive(
            payment("p1").in("s"),
            payment("p2").in("s").at(MINUTE),
            payment("p3").in("s").at(MINUTE.multipliedBy(3)),
            session("s", "BR").at(WAIT.plus(MINUTE)))
        .pass(WAIT.plus(SECOND))
        .emits("p1 asked first @PT0S")
        .pass(WAIT.plus(MINUTE).plus(SECOND))
        .emits("p2 in BR @PT1M", "p3 in BR @PT3M")
        .isTheSameAtOnce();
  }

  @Test
  void aSessionIsValidForADay() {
    story
        .arrive(session("s", "BR"), payment("p1").in("s").at(DAY.minus(MILLI)))
        .pass(DAY)
        .emits("p1 in BR first @PT23H59M59.999S")
        .isTheSameAtOnce();
  }

  @Test
  void aSessionExpiresADayAfterItBegan() {
    story
        .arrive(session("s", "BR"), payment("p1").in("s").at(DAY))
        .pass(DAY.plus(MINUTE))
        .emits()
        .pass(DAY.plus(WAIT).plus(SECOND))
        .emits("p1 asked first @PT24H")
        .isTheSameAtOnce();
  }

  @Test
  void aSessionOfAnotherUserIsNotUsed() {
    story
        .arrive(session("s", "BR").by("bob"), payment("p1").in("s"))
        .pass(WAIT.plus(SECOND))
        .emits("p1 asked first @PT0S")
        .isTheSameAtOnce();
  }

  @Test
  void aSessionWithAnotherIdIsNotUsed() {
    story
        .arrive(session("other", "BR"), payment("p1").in("s"))
        .pass(WAIT.plus(SECOND))
        .emits("p1 asked first @PT0S")
        .isTheSameAtOnce();
  }

  @Test
  void aMovementWithoutASessionDoesNotWait() {
    story
        .arrive(payment("p1"), payment("p2").old().at(SECOND))
        .pass(SECOND.multipliedBy(2))
        .emits("p1 first @PT0S", "p2 @PT1S")
        .isTheSameAtOnce();
  }

  @Test
  void anOldMovementIsAskedForAtOnce() {
    story
        .arrive(session("s", "BR"), payment("p1").in("s").old().at(SECOND))
        .pass(SECOND.multipliedBy(2))
        .emits("p1 asked first @PT1S")
        .isTheSameAtOnce();
  }

  @Test
  void aLateMovementIsAskedForAtOnceAtTheReachedTime() {
    story
        .arrive(session("s", "BR"), payment("p1").in("s").at(MINUTE).lateAt(MINUTE.plus(MILLI)))
        .pass(MINUTE.plus(SECOND))
        .emits("p1 asked first @PT1M0.001S")
        .isTheSameAtOnce();
  }

  @Test
  void anEventThatTimeHasPassedIsLateAndProcessedNext() {
    story
        .arrive(session("s", "BR"), payment("p1").at(MINUTE))
        .pass(MINUTE.plus(SECOND).plus(MILLI))
        .emits("p1 first @PT1M")
        .arrive(payment("p2").in("s").at(SECOND))
        .pass(MINUTE.plus(SECOND.multipliedBy(2)))
        .emits("p2 asked @PT1M1S");
  }

  @Test
  void aLateSessionIsUsedByMovementsThatStillWait() {
    story
        .arrive(
            payment("p1").in("s"),
            payment("p2").in("s").at(MINUTE),
            session("s", "BR").at(SECOND).lateAt(WAIT.plus(SECOND)))
        .pass(WAIT.plus(MINUTE))
        .emits("p1 asked first @PT0S", "p2 in BR @PT1M")
        .isTheSameAtOnce();
  }

  @Test
  void aSessionThatArrivesAfterItsDayIsDroppedAtOnce() {
    story
        .arrive(
            payment("p1").in("s"),
            session("s", "BR").at(DAY.negated().plus(MINUTE)).lateAt(MINUTE),
            payment("p2").in("t"),
            session("t", "AR").at(DAY.negated().plus(MINUTE).plus(MILLI)).lateAt(MINUTE))
        .pass(WAIT.plus(MINUTE))
        .emits("p2 in AR @PT0S", "p1 asked first @PT0S")
        .isTheSameAtOnce();
  }

  // Users.

  @Test
  void userInfoIsTheLatestOfEachFieldAsOfTheMovementsTime() {
    story
        .arrive(
            payment("p0"),
            address("1", "UY").at(Duration.ofSeconds(1)),
            payment("p1").at(Duration.ofSeconds(2)),
            birth("2", 1987).at(Duration.ofSeconds(3)),
            payment("p2").at(Duration.ofSeconds(4)),
            address("3", "AR").at(Duration.ofSeconds(5)),
            payment("p3").at(Duration.ofSeconds(6)),
            birth("4", 1988).at(Duration.ofSeconds(7)),
            payment("p4").at(Duration.ofSeconds(8)))
        .pass(MINUTE)
        .emits(
            "p0 first @PT0S",
            "p1 resident UY @PT2S",
            "p2 born 1987 resident UY @PT4S",
            "p3 born 1987 resident AR @PT6S",
            "p4 born 1988 resident AR @PT8S")
        .isTheSameAtOnce();
  }

  @Test
  void anEventWithoutItsFieldRemovesNothing() {
    story
        .arrive(
            address("1", "UY"),
            birth("2", 1987),
            address("3", null).at(SECOND),
            birth("4", null).at(SECOND),
            payment("p1").at(SECOND))
        .pass(MINUTE)
        .emits("p1 born 1987 resident UY first @PT1S")
        .isTheSameAtOnce();
  }

  @Test
  void usersEventsApplyToMovementsOfTheSameInstant() {
    story
        .arrive(payment("p1"))
        .arrive(birth("1", 1987))
        .arrive(address("2", "UY"))
        .pass(SECOND)
        .emits("p1 born 1987 resident UY first @PT0S")
        .isTheSameAtOnce();
  }

  @Test
  void usersEventsDoNotApplyToMovementsAMillisecondEarlier() {
    story
        .arrive(payment("p1"), birth("1", 1987).at(MILLI), address("2", "UY").at(MILLI))
        .pass(SECOND)
        .emits("p1 first @PT0S")
        .isTheSameAtOnce();
  }

  @Test
  void theLaterInTheLogOfTwoSimultaneousChangesCounts() {
    story
        .arrive(address("2", "AR").on("users", 0, 1_000_002))
        .arrive(address("1", "UY").on("users", 0, 1_000_001))
        .arrive(payment("p1"))
        .pass(SECOND)
        .emits("p1 resident AR first @PT0S")
        .isTheSameAtOnce();
  }

  @Test
  void userInfoOfAnotherUserIsNotUsed() {
    story
        .arrive(address("1", "UY").by("bob"), payment("p1").at(SECOND))
        .pass(MINUTE)
        .emits("p1 first @PT1S")
        .isTheSameAtOnce();
  }

  @Test
  void aLateChangeDoesNotReplaceANewerOne() {
    story
        .arrive(
            address("new", "UY").at(MINUTE),
            birth("n", 1987).at(MINUTE),
            address("late", "AR").at(SECOND).lateAt(MINUTE.multipliedBy(2)),
            birth("l", 1900).at(SECOND).lateAt(MINUTE.multipliedBy(2)),
            payment("p1").at(MINUTE.multipliedBy(3)))
        .pass(WAIT)
        .emits("p1 born 1987 resident UY first @PT3M")
        .isTheSameAtOnce();
  }

  @Test
  void aLateChangeIsUsedIfThereIsNoNewerOne() {
    story
        .arrive(
            address("late", "AR").at(SECOND).lateAt(MINUTE),
            payment("p1").at(MINUTE.minus(MILLI)),
            payment("p2").at(MINUTE))
        .pass(WAIT)
        .emits("p1 first @PT59.999S", "p2 resident AR @PT1M")
        .isTheSameAtOnce();
  }

  @Test
  void aLateMovementSeesTheUserInfoOfItsTime() {
    story
        .arrive(
            address("1", "UY"),
            birth("2", 1987),
            address("3", "AR").at(MINUTE),
            birth("4", 1988).at(MINUTE),
            payment("p1").at(MINUTE.minus(MILLI)).lateAt(MINUTE.multipliedBy(2)),
            payment("p2").at(MINUTE.multipliedBy(2)))
        .pass(WAIT)
        .emits("p1 born 1987 resident UY first @PT2M", "p2 born 1988 resident AR @PT2M")
        .isTheSameAtOnce();
  }

  @Test
  void aMovementThatIsADayLateSeesTheUserInfoOfItsTime() {
    story
        .arrive(address("1", "UY"), address("2", "AR").at(SECOND), payment("p1").lateAt(DAY))
        .arrive(address("3", "CL").at(DAY), payment("p2").lateAt(DAY.plus(SECOND)))
        .pass(DAY.plus(MINUTE))
        .emits("p1 resident UY first @PT24H", "p2 resident UY @PT24H1S")
        .isTheSameAtOnce();
  }

  @Test
  void userInfoReplacedADayAgoIsRemoved() {
    story
        .arrive(
            address("1", "UY"),
            birth("2", 1987),
            address("3", "AR").at(SECOND),
            birth("4", 1988).at(SECOND),
            address("5", "CL").at(DAY.plus(SECOND)),
            birth("6", 1989).at(DAY.plus(SECOND)),
            payment("p1").lateAt(DAY.plus(SECOND)),
            payment("p2").at(SECOND).lateAt(DAY.plus(SECOND)))
        .pass(DAY.plus(MINUTE))
        .emits("p1 first @PT24H1S", "p2 born 1988 resident AR @PT24H1S")
        .isTheSameAtOnce();
  }

  // First occurrence.

  @Test
  void theFirstOccurrenceIsPerUserAndMoneyType() {
    story
        .arrive(
            payment("p1").of("CASH"),
            payment("p2").of("CARD").at(SECOND),
            payment("p3").of("CASH").at(SECOND.multipliedBy(2)),
            payment("p4").of("CASH").by("bob").at(SECOND.multipliedBy(3)),
            payment("p5").of("CARD").at(DAY.multipliedBy(40)))
        .pass(DAY.multipliedBy(41))
        .emits("p1 first @PT0S", "p2 first @PT1S", "p3 @PT2S", "p4 first @PT3S", "p5 @PT960H")
        .isTheSameAtOnce();
  }

  @Test
  void theFirstOccurrenceIsByTimeAndNotByArrival() {
    story
        .arrive(payment("p2").at(SECOND))
        .arrive(payment("p1"))
        .pass(MINUTE)
        .emits("p1 first @PT0S", "p2 @PT1S")
        .isTheSameAtOnce();
  }

  @Test
  void aWaitingMovementCanBeTheFirstOccurrence() {
    story
        .arrive(payment("p1").in("s"), payment("p2").at(SECOND))
        .pass(WAIT.plus(SECOND))
        .emits("p2 @PT1S", "p1 asked first @PT0S")
        .isTheSameAtOnce();
  }

  @Test
  void aDuplicateIsNotAFirstOccurrence() {
    story
        .arrive(
            payment("p1").of("CASH"),
            payment("p1").of("CARD").at(SECOND),
            payment("p2").of("CARD").at(SECOND.multipliedBy(2)))
        .pass(MINUTE)
        .emits("p1 first @PT0S", "p2 first @PT2S")
        .isTheSameAtOnce();
  }

  // Times that are ahead.

  @Test
  void aMovementAheadOfTheClockIsEmittedAtItsPlaceAndAskedFor() {
    story
        .arrive(
            address("1", "UY"),
            session("s", "BR"),
            payment("p1").in("s").at(DAY.multipliedBy(30)).lateAt(MINUTE),
            payment("p2").at(DAY.multipliedBy(30).plus(MILLI)).lateAt(MINUTE),
            payment("p3").in("s").at(MINUTE.multipliedBy(2)))
        .pass(WAIT)
        .emits(
            "p1 resident UY asked first @PT1M",
            "p2 resident UY @PT1M",
            "p3 resident UY in BR @PT2M")
        .pass(DAY.multipliedBy(3))
        .remembers("ann UserInfo/")
        .isQuiet()
        .isTheSameAtOnce();
  }

  @Test
  void aChangeAheadOfTheClockAppliesFromItsPlace() {
    story
        .arrive(
            address("1", "UY"),
            birth("2", 1987),
            address("3", "AR").at(DAY.multipliedBy(30)).lateAt(MINUTE),
            birth("4", 1988).at(DAY.multipliedBy(30)).lateAt(MINUTE),
            payment("p1").at(MINUTE.minus(MILLI)),
            payment("p2").at(MINUTE))
        .pass(WAIT)
        .emits("p1 born 1987 resident UY first @PT59.999S", "p2 born 1988 resident AR @PT1M")
        .isTheSameAtOnce();
  }

  @Test
  void aSessionAheadOfTheClockIsNotUsedAndNotKept() {
    story
        .arrive(payment("p1").in("s"), session("s", "BR").at(DAY.multipliedBy(30)).lateAt(MINUTE))
        .pass(WAIT.plus(SECOND))
        .emits("p1 asked first @PT0S")
        .pass(DAY.multipliedBy(3))
        .remembers("ann UserInfo/")
        .isQuiet()
        .isTheSameAtOnce();
  }

  // What bad input cannot do.

  @Test
  void manyMovementsOfOneUserAreInPagesOfLimitedSize() {
    for (int i = 0; i < 4 * MANY; i++) {
      story.arrive(payment("p" + i).at(SECOND.multipliedBy(i)));
    }
    story.pass(DAY).arrive(payment("p7").at(SECOND.multipliedBy(7)).lateAt(DAY));
    story.pass(DAY.plus(SECOND));

    assertThat(story.outputs(), is(4 * MANY));
    assertThat(story.largestPage(), is(lessThanOrEqualTo(2_048)));
    story.pass(DAY.multipliedBy(2)).remembers("ann UserInfo/").isQuiet();
  }

  private static final int MANY = 500;

  @Test
  void manyMovementsThatWaitForOneSessionAreNotRewrittenForEach() {
    for (int i = 0; i < MANY; i++) {
      story.arrive(payment("p" + i).in("s").at(Duration.ofMillis(20 * i)));
      story.pass(Duration.ofMillis(20 * i));
    }
    story.pass(WAIT.minus(SECOND));
    assertThat(story.outputs(), is(0));
    assertThat(story.longestList(), is(lessThanOrEqualTo(MoneyRules.LIST_OF_WAITING)));

    story.pass(WAIT.plus(SECOND.multipliedBy(5)));
    assertThat(story.outputs(), is(MANY / 2));
    story.arrive(session("s", "BR").at(WAIT.plus(SECOND.multipliedBy(8))));
    story.pass(DAY.multipliedBy(3)).remembers("ann UserInfo/").isQuiet().isTheSameAtOnce();
    assertThat(story.outputs(), is(MANY));
    assertThat(story.longestList(), is(lessThanOrEqualTo(MoneyRules.LIST_OF_WAITING)));
  }

  @Test
  void manyMoneyTypesAreNotRewrittenForEachAndAreFirstOnce() {
    for (int i = 0; i < MANY; i++) {
      story.arrive(
          payment("p" + i).of("type" + i).at(SECOND.multipliedBy(i)),
          payment("q" + i).of("type" + i / 2).at(SECOND.multipliedBy(i)));
      story.pass(SECOND.multipliedBy(i));
    }
    story.pass(SECOND.multipliedBy(MANY)).isTheSameAtOnce();

    assertThat(story.firsts(), is((long) MANY));
    assertThat(story.longestList(), is(KnownUser.MOST_TYPES));
  }

  @Test
  void manyChangesOfOneUserAreNotRewrittenForEach() {
    for (int i = 0; i < MANY; i++) {
      story.arrive(address("a" + i, "C" + i).at(Duration.ofMillis(i)));
      story.arrive(birth("b" + i, 1900 + i % 100).at(Duration.ofMillis(i)));
      story.pass(Duration.ofMillis(i));
    }
    story
        .arrive(
            payment("p1").at(Duration.ofMillis(MANY)),
            payment("p2").at(Duration.ofMillis(MANY - 64)).lateAt(Duration.ofMillis(MANY)),
            payment("p3").at(Duration.ofMillis(MANY - 65)).lateAt(Duration.ofMillis(MANY)))
        .pass(WAIT)
        .emits(
            "p1 born 1999 resident C499 first @PT0.5S",
            "p2 born 1936 resident C436 @PT0.5S",
            "p3 @PT0.5S")
        .isTheSameAtOnce();
    assertThat(story.longestList(), is(KnownUser.MOST_VERSIONS));
  }

  @Test
  void manyTimesOfOneIdAreNotRewrittenForEach() {
    for (int i = 0; i < MANY; i++) {
      story.arrive(payment("p").at(DAY.plus(MILLI).multipliedBy(i)).lateAt(Duration.ofMillis(i)));
      story.pass(Duration.ofMillis(i));
    }
    story.pass(SECOND.multipliedBy(10)).isTheSameAtOnce();

    assertThat(story.outputs(), is(MANY));
    assertThat(story.longestList(), is(DuplicateRule.MOST));
    story.pass(DAY.multipliedBy(3)).remembers("ann UserInfo/");
  }

  // What stays.

  @Test
  void afterADayOnlyTheUserIsKept() {
    story
        .arrive(
            session("s", "BR"),
            address("a", "UY"),
            payment("p1").in("s"),
            payment("p2").in("nowhere"))
        .pass(WAIT.plus(SECOND))
        .remembers(
            "ann KeptTimes/0a",
            "ann KeptTimes/1s",
            "ann KeptTimes/2p1",
            "ann KeptTimes/2p2",
            "ann SessionInfo/s",
            "ann UserInfo/")
        .pass(DAY.plus(SWEPT).plus(SECOND))
        .remembers("ann UserInfo/")
        .isQuiet();
  }

  @Test
  void aMovementIsKeptWhileItWaits() {
    story
        .arrive(payment("p1").in("s"))
        .pass(MINUTE)
        .remembers("ann KeptTimes/2p1", "ann UserInfo/", "ann WaitingMoney/#s");
  }

  @Test
  void nothingIsRemovedBeforeItsDayIsOver() {
    story.arrive(session("s", "BR")).pass(DAY).remembers("ann KeptTimes/1s", "ann SessionInfo/s");
  }

  @Test
  void aRepeatedIdIsKeptFromItsLastTime() {
    Duration again = DAY.plus(SECOND);
    story
        .arrive(session("s", "BR"), session("s", "AR").at(again))
        .pass(DAY.plus(MINUTE).plus(SECOND))
        .remembers("ann KeptTimes/1s", "ann SessionInfo/s")
        .arrive(session("s", "CL").at(again.plus(DAY)), payment("p1").in("s").at(again.plus(WAIT)))
        .pass(again.plus(DAY).plus(SECOND))
        .emits("p1 in AR first @PT24H5M1S")
        .pass(again.plus(DAY).plus(SWEPT))
        .remembers("ann UserInfo/")
        .isQuiet();
  }

  @Test
  void aLateEventIsKeptForADayFromItsPlace() {
    story
        .arrive(payment("p1").lateAt(DAY))
        .pass(DAY.multipliedBy(2))
        .remembers("ann KeptTimes/2p1", "ann UserInfo/")
        .pass(DAY.multipliedBy(2).plus(SWEPT).plus(SECOND))
        .remembers("ann UserInfo/")
        .isQuiet();
  }

  @Test
  void onlyRelevantUserInfoIsKept() {
    story
        .arrive(
            payment("p1"),
            payment("p2").of("CARD"),
            payment("p3"),
            address("1", "UY"),
            address("2", "AR").at(SECOND),
            address("3", "CL").at(MINUTE),
            birth("4", 1987),
            birth("5", 1988).at(MINUTE),
            address("6", "CL").at(DAY.plus(SECOND)),
            birth("replaced", 1900).at(DAY.plus(MINUTE)),
            birth("7", 1989).at(DAY.plus(MINUTE)))
        .pass(DAY.plus(MINUTE).plus(SECOND));
    long noon = Happening.NOON.getMillis();

    assertThat(
        story.ann(),
        is(
            new UserInfo(
                List.of(
                    new BirthYear(noon + MINUTE.toMillis(), 1988),
                    new BirthYear(noon + DAY.plus(MINUTE).toMillis(), 1989)),
                List.of(
                    new ResidentCountry(noon + SECOND.toMillis(), "AR"),
                    new ResidentCountry(noon + MINUTE.toMillis(), "CL"),
                    new ResidentCountry(noon + DAY.plus(SECOND).toMillis(), "CL")),
                List.of("CASH", "CARD"))));
  }

  @Test
  void aWaitingMovementHoldsTheWatermark() {
    story
        .arrive(payment("p0"))
        .pass(SECOND)
        .arrive(payment("p1").in("s").at(SECOND.plus(MILLI)))
        .isHeldAt(SECOND.plus(MILLI))
        .pass(MINUTE)
        .isHeldAt(SECOND.plus(MILLI));
  }

  @Test
  void stateThatOnlyWaitsForRemovalHoldsNothingBack() {
    story.arrive(session("s", "BR"), payment("p1").in("s")).pass(MINUTE).isHeldAt(DAY.plus(SECOND));
  }

  // The order at one instant.

  @Test
  void eventsOfOneInstantAreOrderedByStreamThenLogThenPosition() {
    StoredEvent user = address("u", "UY").on("z", 9, 9).event();
    StoredEvent session = session("s", "BR").on("y", 9, 9).event();
    StoredEvent first = payment("1").on("a", 9, 9).event();
    StoredEvent second = payment("2").on("b", 0, 9).event();
    StoredEvent third = payment("3").on("b", 1, 1).event();
    StoredEvent fourth = payment("4").on("b", 1, 2).event();
    StoredEvent[] order = {user, session, first, second, third, fourth};
    MoneyRules rules = new MoneyRules(Story.WAIT);

    for (int i = 0; i < order.length; i++) {
      for (int j = 0; j < order.length; j++) {
        int compared = rules.compareAtOneInstant(order[i], order[j]);
        assertThat(compared, i < j ? lessThan(0) : i > j ? greaterThan(0) : is(0));
      }
    }
  }

  @Test
  void anUnknownDeadlineIsAnError() {
    assertThrows(IllegalStateException.class, () -> new MoneyRules(Story.WAIT).due("xkey", null));
  }

  /** All rules in one day of two users. */
  @Test
  void aDayOfEventsIsProcessed() {
    story
        // 1. What is known of ann before anything moves.
        .arrive(birth("b1", 1987).at(NOON), address("a1", "UY").at(NOON))
        .arrive(session("s1", "BR").at(SECOND))
        .pass(SECOND.multipliedBy(2))
        .emits()
        // 2. Out of order, but before time has passed them: put right.
        .arrive(payment("p2").in("s1").at(Duration.ofSeconds(20)))
        .arrive(payment("p1").in("s1").at(Duration.ofSeconds(10)))
        .pass(Duration.ofSeconds(21))
        .emits(
            "p1 born 1987 resident UY in BR first @PT10S", "p2 born 1987 resident UY in BR @PT20S")
        // 3. A duplicate.
        .arrive(payment("p1").in("s1").at(Duration.ofSeconds(30)))
        .pass(Duration.ofSeconds(40))
        .emits()
        // 4. Movements before their session; one of bob, who has one of the same id.
        .arrive(payment("p3").in("s2").of("CARD").at(MINUTE))
        .arrive(payment("p3").in("s2").of("CARD").by("bob").at(MINUTE.plus(MILLI)))
        .pass(MINUTE.multipliedBy(2))
        .emits()
        // 5. Ann's comes.
        .arrive(session("s2", "AR").at(MINUTE.multipliedBy(3)))
        .pass(MINUTE.multipliedBy(4))
        .emits("p3 born 1987 resident UY in AR first @PT1M")
        // 6. Ann moves; at the same instant she pays without a session.
        .arrive(payment("p4").at(MINUTE.multipliedBy(5)))
        .arrive(address("a2", "CL").at(MINUTE.multipliedBy(5)))
        .pass(MINUTE.multipliedBy(6))
        .emits("p4 born 1987 resident CL @PT5M")
        // 7. Bob's does not come in time: a millisecond late.
        .arrive(session("s2", "PE").by("bob").at(MINUTE.multipliedBy(6).plus(MILLI).plus(MILLI)))
        .pass(MINUTE.multipliedBy(7))
        .emits("p3 asked first @PT1M0.001S")
        // 8. A late movement sees ann where she lived then.
        .arrive(payment("p5").in("s1").at(MINUTE.multipliedBy(4)).lateAt(MINUTE.multipliedBy(7)))
        .pass(MINUTE.multipliedBy(8))
        .emits("p5 born 1987 resident UY asked @PT7M")
        // 9. An old one.
        .arrive(payment("p6").in("s1").old().of("LOAN").at(MINUTE.multipliedBy(9)))
        .pass(MINUTE.multipliedBy(10))
        .emits("p6 born 1987 resident CL asked first @PT9M")
        // 10. A late change of address does not undo the newer one; a change without a year.
        .arrive(address("a3", "PY").at(MINUTE).lateAt(MINUTE.multipliedBy(10)))
        .arrive(birth("b2", null).at(MINUTE.multipliedBy(10)))
        .arrive(payment("p7").in("s1").at(MINUTE.multipliedBy(11)))
        .pass(MINUTE.multipliedBy(12))
        .emits("p7 born 1987 resident CL in BR @PT11M")
        // 11. Two wait for a session; it begins within the wait of the second alone.
        .arrive(payment("p8").in("s3").at(MINUTE.multipliedBy(12)))
        .arrive(payment("p9").in("s3").at(MINUTE.multipliedBy(14)))
        .arrive(session("s3", "BO").at(MINUTE.multipliedBy(19)))
        .pass(MINUTE.multipliedBy(20))
        .emits("p8 born 1987 resident CL asked @PT12M", "p9 born 1987 resident CL in BO @PT14M")
        // 12. The last millisecond of the first session, and the one after.
        .arrive(payment("p10").in("s1").at(DAY.plus(SECOND).minus(MILLI)))
        .arrive(payment("p11").in("s1").at(DAY.plus(SECOND)))
        .pass(DAY.plus(MINUTE))
        .emits("p10 born 1987 resident CL in BR @PT24H0.999S")
        .pass(DAY.plus(WAIT).plus(MINUTE))
        .emits("p11 born 1987 resident CL asked @PT24H1S")
        // 13. The first movement's id is free again, its money type is known forever.
        .arrive(payment("p1").at(DAY.plus(WAIT).plus(MINUTE)))
        .pass(DAY.plus(WAIT).plus(MINUTE.multipliedBy(2)))
        .emits("p1 born 1987 resident CL @PT24H6M")
        // 14. Two days later only the users are kept.
        .pass(DAY.multipliedBy(3))
        .emits()
        .remembers("ann UserInfo/", "bob UserInfo/")
        .isQuiet()
        .isTheSameAtOnce();
  }
}
