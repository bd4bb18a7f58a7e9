package dev.weir.service;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import dev.weir.service.Breaker.Permit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BreakerTest {
  private static final Duration TICK = Duration.ofMillis(1);

  private final ManualClock clock = new ManualClock();
  private final Breaker breaker =
      new Breaker(ClientPolicy.standard().withBreakerPause(Duration.ofSeconds(5)), clock);

  @Test
  void itOpensAfterTenFailuresAndPermitsThreeRequestsAfterAPause() {
    fail(9);
    assertThat(isOpen(), is(false));
    fail(1);
    assertThat(isOpen(), is(true));

    clock.advance(Duration.ofMillis(500));
    assertThat(isOpen(), is(true));
    clock.advance(TICK);

    assertThat(acquire(4).size(), is(3));
  }

  @Test
  void thePauseGrowsWithEachFailureUpToThePolicysAndStartsAgainAfterAnAnswer() {
    fail(10);
    for (long millis : List.of(500L, 1000L, 2000L, 4000L, 5000L, 5000L)) {
      clock.advance(Duration.ofMillis(millis));
      assertThat(millis + " ms", isOpen(), is(true));
      clock.advance(TICK);
      fail(3);
    }
    clock.advance(Duration.ofSeconds(6));
    acquire(3).forEach(breaker::answered);

    fail(10);
    assertThat(isOpen(), is(true));
    clock.advance(Duration.ofMillis(501));
    assertThat(isOpen(), is(false));
  }

  @Test
  void aPolicyMayAskForAShorterPauseThanTheFirst() {
    Breaker quick =
        new Breaker(ClientPolicy.standard().withBreakerPause(Duration.ofMillis(5)), clock);
    Stream.generate(quick::tryAcquire).limit(10).forEach(permit -> quick.failed(permit.get()));
    assertThat(quick.tryAcquire(), is(Optional.empty()));

    clock.advance(Duration.ofMillis(6));

    assertThat(quick.tryAcquire().isPresent(), is(true));
  }

  @Test
  void answersCloseIt() {
    fail(10);
    clock.advance(Duration.ofSeconds(1));

    acquire(3).forEach(breaker::answered);

    assertThat(acquire(50).size(), is(50));
  }

  @Test
  void timeOutsAtTheStartOfTheProcessDoNotOpenIt() {
    timeOut(100);
    clock.advance(Breaker.COLD);
    timeOut(100);

    assertThat(isOpen(), is(false));
  }

  @Test
  void timeOutsAfterTheStartOfTheProcessOpenIt() {
    timeOut(1);
    clock.advance(Breaker.COLD.plus(TICK));

    timeOut(10);

    assertThat(isOpen(), is(true));
  }

  @Test
  void timeOutsOfAServiceThatAnsweredOpenIt() {
    acquire(1).forEach(breaker::answered);

    timeOut(10);

    assertThat(isOpen(), is(true));
  }

  @Test
  void outcomesOfRequestsSentBeforeItOpenedAreIgnored() {
    List<Permit> before = acquire(20);
    before.subList(0, 10).forEach(breaker::failed);
    clock.advance(Duration.ofMillis(501));
    List<Permit> probes = acquire(3);

    before.subList(10, 14).forEach(breaker::failed);
    before.subList(14, 17).forEach(breaker::timedOut);
    before.subList(17, 20).forEach(breaker::undecided);

    assertThat("no permit was returned", isOpen(), is(true));
    probes.forEach(breaker::answered);
    assertThat(acquire(50).size(), is(50));
  }

  @Test
  void anUndecidedRequestReturnsItsPermit() {
    fail(10);
    clock.advance(Duration.ofMillis(501));
    List<Consumer<Permit>> nothing = List.of(breaker::undecided, breaker::undecided);
    for (Consumer<Permit> outcome : nothing) {
      List<Permit> probes = acquire(4);
      assertThat(probes.size(), is(3));
      probes.forEach(outcome);
    }

    acquire(3).forEach(breaker::answered);

    assertThat(acquire(50).size(), is(50));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 50})
  void itCanBeOpenedRegardlessOfTheLastRequests(int answers) {
    acquire(answers).forEach(breaker::answered);

    breaker.open();
    breaker.open();

    assertThat(isOpen(), is(true));
    clock.advance(Duration.ofMillis(501));
    assertThat(acquire(4).size(), is(3));
  }

  private boolean isOpen() {
    Optional<Permit> permit = breaker.tryAcquire();
    permit.ifPresent(breaker::undecided);
    return permit.isEmpty();
  }

  private void fail(int requests) {
    acquire(requests).forEach(breaker::failed);
  }

  private void timeOut(int requests) {
    acquire(requests).forEach(breaker::timedOut);
  }

  /** Acquires all available permits, up to this number. */
  private List<Permit> acquire(int most) {
    List<Permit> permits = new ArrayList<>();
    for (int i = 0; i < most; i++) {
      breaker.tryAcquire().ifPresent(permits::add);
    }
    return permits;
  }
}
