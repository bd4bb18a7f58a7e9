package dev.weir.httpservice;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FatesTest {

  private static final long START = 0;
  private static final Behaviour HEALTHY =
      Behaviour.taking(Duration.ofMillis(200), Duration.ofMillis(1000));

  @Test
  void latencyIsUniformWithinItsBounds() {
    List<Long> delays = many(HEALTHY).map(fate -> ((Fate.Delayed) fate).millis()).toList();

    assertThat(delays, everyItem(is(allOf(greaterThanOrEqualTo(200L), lessThanOrEqualTo(1000L)))));
    assertThat(delays.stream().mapToLong(d -> d).min().getAsLong(), is(200L));
    assertThat(delays.stream().mapToLong(d -> d).max().getAsLong(), is(1000L));
    assertThat(delays.stream().mapToLong(d -> d).average().getAsDouble(), is(closeTo(600, 10)));
  }

  @Test
  void theSharesOfErrorsAndHangingRequestsAreAsConfigured() {
    Behaviour faulty = HEALTHY.withErrorRate(0.3).withHangRate(0.1);

    double failing =
        many(faulty).filter(f -> f instanceof Fate.Delayed d && d.fails()).count() / 10_000.0;
    double hanging = many(faulty).filter(f -> f instanceof Fate.Hanging).count() / 10_000.0;

    assertThat(failing, is(closeTo(0.3, 0.02)));
    assertThat(hanging, is(closeTo(0.1, 0.02)));
  }

  @Test
  void theSameSeedGivesTheSameFatesAndAnotherSeedGivesOthers() {
    Behaviour faulty = HEALTHY.withErrorRate(0.3).withHangRate(0.1);

    assertThat(many(faulty.withSeed(7)).toList(), is(many(faulty.withSeed(7)).toList()));
    assertThat(many(faulty.withSeed(7)).toList(), is(not(many(faulty.withSeed(8)).toList())));
  }

  @Test
  void anOutageRefusesFromItsFirstMomentUntilItsEnd() {
    Fates fates = new Fates(HEALTHY.withOutage(Duration.ofSeconds(10), Duration.ofSeconds(20)));

    assertThat(fates.next(seconds(10) - 1), is(instanceOf(Fate.Delayed.class)));
    assertThat(fates.next(seconds(10)), is(new Fate.Refused(503)));
    assertThat(fates.next(seconds(20) - 1), is(new Fate.Refused(503)));
    assertThat(fates.next(seconds(20)), is(instanceOf(Fate.Delayed.class)));
  }

  @Test
  void aRateLimitHoldsInEverySecond() {
    Fates fates = new Fates(HEALTHY.withRateLimit(2));

    assertThat(fates.next(START), is(instanceOf(Fate.Delayed.class)));
    assertThat(fates.next(seconds(1) - 2), is(instanceOf(Fate.Delayed.class)));
    assertThat(fates.next(seconds(1) - 1), is(new Fate.Refused(429)));
    assertThat(fates.next(seconds(1)), is(instanceOf(Fate.Delayed.class)));
    assertThat(fates.next(seconds(1) + 1), is(new Fate.Refused(429)));
    assertThat(fates.next(seconds(2) - 2), is(instanceOf(Fate.Delayed.class)));
  }

  private static Stream<Fate> many(Behaviour behaviour) {
    Fates fates = new Fates(behaviour);
    return Stream.generate(() -> fates.next(START)).limit(10_000);
  }

  private static long seconds(long n) {
    return Duration.ofSeconds(n).toNanos();
  }
}
