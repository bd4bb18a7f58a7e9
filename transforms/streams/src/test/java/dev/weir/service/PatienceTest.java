package dev.weir.service;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.both;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import dev.weir.service.Answer.Missing;
import dev.weir.service.Patience.Next;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatienceTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final ClientPolicy POLICY =
      ClientPolicy.standard()
          .withAttempts(3)
          .withTimeout(Duration.ofSeconds(2))
          .withBackoff(Duration.ofMillis(100), SECOND)
          .withBreakerPause(Duration.ofSeconds(5))
          .withPatience(Duration.ofSeconds(30));

  private final ManualClock clock = new ManualClock();
  private final Patience patience = new Patience(POLICY, clock);

  // without patience

  @Test
  void withoutPatienceTheAttemptsDecide() {
    Patience none = new Patience(POLICY.withPatience(Duration.ZERO), clock);

    Trials trials = retry(none.failed(Trials.NONE, 5, Missing.TIMEOUT)).trials();
    none.answered();
    trials = retry(none.failed(trials, 5, Missing.TIMEOUT)).trials();

    assertThat(none.failed(trials, 5, Missing.TIMEOUT), is(new Next.GiveUp(Missing.TIMEOUT)));
    assertThat(none.waits(), is(false));
    assertThat(none.isExhausted(), is(false));
  }

  @Test
  void withoutPatienceAServiceThatAsksForMoreThanTheMaximumBackoffIsGivenUp() {
    Patience none = new Patience(POLICY.withPatience(Duration.ZERO), clock);

    assertThat(
        retry(none.throttled(Trials.NONE, SECOND)).pause(), is(greaterThanOrEqualTo(SECOND)));
    assertThat(
        none.throttled(Trials.NONE, SECOND.plusMillis(1)),
        is(new Next.GiveUp(Missing.UNAVAILABLE)));
  }

  // outages

  @Test
  void duringAnOutageAQuestionIsAskedAgainRegardlessOfItsAttempts() {
    Trials trials = Trials.NONE;
    other();
    for (int attempt = 1; attempt <= 30; attempt++) {
      trials = retry(patience.failed(trials, 5, Missing.UNAVAILABLE)).trials();
      clock.advance(SECOND);
    }

    assertThat(trials.attempts(), is(30));
    assertThat(patience.waits(), is(true));
  }

  @Test
  void anOutageThatLastsLongerThanThePatienceEndsWithTheReasonOfTheLastFailure() {
    Trials first = retry(patience.failed(Trials.NONE, 5, Missing.TIMEOUT)).trials();
    Trials second = retry(patience.failed(Trials.NONE, 5, Missing.TIMEOUT)).trials();
    clock.advance(Duration.ofSeconds(30));
    assertThat(patience.waits(), is(true));

    clock.advance(Duration.ofMillis(1));

    assertThat(patience.waits(), is(false));
    assertThat(patience.isExhausted(), is(true));
    assertThat(
        patience.failed(first, 5, Missing.UNAVAILABLE), is(new Next.GiveUp(Missing.UNAVAILABLE)));
    assertThat(patience.failed(second, 5, Missing.TIMEOUT), is(new Next.GiveUp(Missing.TIMEOUT)));
    assertThat(
        patience.failed(Trials.NONE, 5, Missing.TIMEOUT), is(new Next.GiveUp(Missing.TIMEOUT)));
  }

  @Test
  void anOutageIsMeasuredFromTheFirstFailureAfterTheLastAnswer() {
    other();
    Trials trials = retry(patience.failed(Trials.NONE, 5, Missing.TIMEOUT)).trials();
    clock.advance(Duration.ofSeconds(29));
    patience.answered();
    clock.advance(Duration.ofSeconds(29));
    other();
    trials = retry(patience.failed(trials, 5, Missing.TIMEOUT)).trials();

    clock.advance(Duration.ofSeconds(30));
    assertThat(patience.isExhausted(), is(false));
    clock.advance(Duration.ofMillis(1));
    assertThat(patience.isExhausted(), is(true));
  }

  @Test
  void anExhaustedPatienceIsRestoredByTheNextAnswer() {
    other();
    other();
    clock.advance(Duration.ofSeconds(31));
    assertThat(patience.isExhausted(), is(true));
    clock.advance(Duration.ofDays(1));
    assertThat(patience.isExhausted(), is(true));
    other();
    assertThat(patience.isExhausted(), is(true));

    patience.answered();

    assertThat(patience.waits(), is(true));
    other();
    other();
    clock.advance(Duration.ofSeconds(30));
    assertThat(patience.waits(), is(true));
  }

  @Test
  void anOldFailureWithoutOpenQuestionsIsNotAnOutage() {
    other();
    other();
    clock.advance(Duration.ofHours(1));

    assertThat(patience.isExhausted(), is(false));
    assertThat(patience.failed(Trials.NONE, 5, Missing.TIMEOUT), is(instanceOf(Next.Retry.class)));
    other();
    clock.advance(Duration.ofSeconds(29));
    assertThat(patience.isExhausted(), is(false));
  }

  // waits

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 40, 1000})
  void theWaitGrowsExponentiallyWithFullJitter(int attempts) {
    Trials before = new Trials(1, attempts - 1, 0, 0, 0, Missing.TIMEOUT);
    long ceiling = attempts > 4 ? 1000 : 100L << (attempts - 1);

    List<Long> waits =
        Stream.generate(() -> retry(patience.failed(before, 5, Missing.TIMEOUT)).pause().toMillis())
            .limit(1000)
            .toList();

    assertThat(waits, everyItem(is(lessThanOrEqualTo(ceiling))));
    assertThat(waits.stream().mapToLong(w -> w).max().getAsLong(), is(greaterThan(ceiling / 2)));
    assertThat(waits.stream().mapToLong(w -> w).min().getAsLong(), is(lessThan(ceiling / 2)));
  }

  @Test
  void aWaitEndsWithThePatienceForOneLastAttempt() {
    Trials trials = retry(patience.failed(Trials.NONE, 5, Missing.TIMEOUT)).trials();
    other();
    clock.advance(Duration.ofMillis(29_999));

    Next.Retry last = retry(patience.failed(trials, 5, Missing.TIMEOUT));

    assertThat(last.pause(), is(lessThanOrEqualTo(Duration.ofMillis(1))));
  }

  // throttling

  @Test
  void aServiceThatThrottlesIsGivenTheTimeItWants() {
    Next.Retry next = retry(patience.throttled(Trials.NONE, Duration.ofSeconds(12)));

    assertThat(
        next.pause(),
        is(
            both(greaterThanOrEqualTo(Duration.ofSeconds(12)))
                .and(lessThanOrEqualTo(Duration.ofMillis(12_100)))));
  }

  @ParameterizedTest
  @ValueSource(longs = {30, 3600, Long.MAX_VALUE})
  void aServiceThatWantsMoreTimeThanThePatienceIsAskedOnceMoreAtItsEnd(long seconds) {
    Duration retryAfter = Duration.ofSeconds(seconds);
    Next.Retry next = retry(patience.throttled(Trials.NONE, retryAfter));
    assertThat(next.pause(), is(Duration.ofSeconds(30)));

    clock.advance(Duration.ofSeconds(30).plusNanos(1));

    assertThat(
        patience.throttled(next.trials(), retryAfter), is(new Next.GiveUp(Missing.UNAVAILABLE)));
  }

  @Test
  void whileOthersAreAnsweredThrottlingIsNotAReasonToGiveUp() {
    Trials trials = Trials.NONE;
    for (int minute = 0; minute < 100; minute++) {
      trials = retry(patience.throttled(trials, SECOND)).trials();
      clock.advance(Duration.ofSeconds(20));
      patience.answered();
    }
    // A single failure does not include the time before it.
    assertThat(patience.failed(trials, 1, Missing.TIMEOUT), is(instanceOf(Next.Retry.class)));
  }

  @Test
  void aServiceThatThrottlesEverybodyIsAnOutageInTheEnd() {
    patience.throttled(Trials.NONE, SECOND);
    patience.throttled(Trials.NONE, SECOND);

    clock.advance(Duration.ofSeconds(31));

    assertThat(patience.isExhausted(), is(true));
  }

  // questions at fault

  @Test
  void aBatchThatFailsWhileOthersAreAnsweredIsHalvedAfterTheAttempts() {
    Trials trials = Trials.NONE;
    for (int attempt = 1; attempt < 3; attempt++) {
      trials = retry(patience.failed(trials, 5, Missing.TIMEOUT)).trials();
      patience.answered();
      other();
    }

    Next third = patience.failed(trials, 5, Missing.TIMEOUT);

    assertThat(third, is(instanceOf(Next.Halve.class)));
    // What is left of it needs no further attempts to be halved again.
    Trials half = ((Next.Halve) third).trials();
    patience.answered();
    assertThat(patience.failed(half, 2, Missing.TIMEOUT), is(instanceOf(Next.Halve.class)));
  }

  @Test
  void aBatchThatFailsLikeAllOthersIsNotHalved() {
    patience.answered();
    other();
    Trials trials = Trials.NONE;
    for (int attempt = 1; attempt <= 20; attempt++) {
      trials = retry(patience.failed(trials, 5, Missing.TIMEOUT)).trials();
    }
  }

  @Test
  void aBatchThatFailsWithoutOthersIsHalvedToFindTheQuestionAtFault() {
    Trials trials = retry(patience.failed(Trials.NONE, 2, Missing.TIMEOUT)).trials();
    trials = retry(patience.failed(trials, 2, Missing.TIMEOUT)).trials();

    assertThat(patience.failed(trials, 2, Missing.TIMEOUT), is(instanceOf(Next.Halve.class)));
  }

  @Test
  void aQuestionThatFailsAloneForLongerThanThePatienceIsGivenUpWhileOthersAreAnswered() {
    Trials trials = Trials.NONE;
    for (int second = 0; second <= 30; second++) {
      trials = retry(patience.failed(trials, 1, Missing.TIMEOUT)).trials();
      patience.answered();
      clock.advance(SECOND);
    }

    assertThat(patience.failed(trials, 1, Missing.TIMEOUT), is(new Next.GiveUp(Missing.TIMEOUT)));
    assertThat(patience.waits(), is(true));
  }

  @Test
  void aQuestionIsNotGivenUpBeforeItHadItsAttempts() {
    Trials trials = retry(patience.failed(Trials.NONE, 1, Missing.TIMEOUT)).trials();
    patience.answered();
    clock.advance(Duration.ofMinutes(2));

    assertThat(patience.failed(trials, 1, Missing.TIMEOUT), is(instanceOf(Next.Retry.class)));
  }

  @Test
  void aQuestionGivenUpWithoutOthersAffectsNoOther() {
    Trials trials = Trials.NONE;
    for (int second = 0; second <= 30; second++) {
      trials = retry(patience.failed(trials, 1, Missing.TIMEOUT)).trials();
      clock.advance(SECOND);
    }

    assertThat(patience.failed(trials, 1, Missing.TIMEOUT), is(new Next.GiveUp(Missing.TIMEOUT)));
    assertThat(patience.waits(), is(true));
    other();
    other();
    assertThat(patience.waits(), is(true));
  }

  private void other() {
    patience.failed(Trials.NONE, 5, Missing.UNAVAILABLE);
  }

  private static Next.Retry retry(Next next) {
    assertThat(next, is(instanceOf(Next.Retry.class)));
    return (Next.Retry) next;
  }
}
