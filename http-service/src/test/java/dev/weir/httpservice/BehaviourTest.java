package dev.weir.httpservice;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BehaviourTest {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Behaviour HEALTHY = Behaviour.taking(Duration.ZERO, SECOND);

  @Test
  void aBehaviourHasNoFaultsByDefault() {
    assertThat(
        HEALTHY,
        is(
            new Behaviour(
                new LatencyRange(Duration.ZERO, SECOND),
                0,
                0,
                OptionalInt.empty(),
                Optional.empty(),
                0,
                OptionalInt.empty())));
  }

  @Test
  void eachChangeKeepsTheOthers() {
    Behaviour changed =
        Behaviour.taking(SECOND, SECOND)
            .withLatency(Duration.ZERO, SECOND)
            .withErrorRate(0.1)
            .withHangRate(0.2)
            .withRateLimit(3)
            .withOutage(SECOND, SECOND.multipliedBy(4))
            .withSeed(5)
            .refusing(400);

    assertThat(
        changed,
        is(
            new Behaviour(
                new LatencyRange(Duration.ZERO, SECOND),
                0.1,
                0.2,
                OptionalInt.of(3),
                Optional.of(new Behaviour.Outage(SECOND, Duration.ofSeconds(4))),
                5,
                OptionalInt.of(400))));
    assertThat(changed.withLatency(SECOND, SECOND).refusal().getAsInt(), is(400));
  }

  @ParameterizedTest
  @MethodSource
  void anInvalidValueIsRejectedByName(String name, UnaryOperator<Behaviour> nonsense) {
    var e = assertThrows(IllegalArgumentException.class, () -> nonsense.apply(HEALTHY));

    assertThat(e.getMessage(), containsString(name));
  }

  static Stream<Arguments> anInvalidValueIsRejectedByName() {
    return Stream.of(
        nonsense("minLatency", b -> b.withLatency(SECOND.negated(), SECOND)),
        nonsense("minLatency", b -> b.withLatency(SECOND.multipliedBy(2), SECOND)),
        nonsense("maxLatency", b -> b.withLatency(SECOND, Duration.ofSeconds(Long.MAX_VALUE))),
        nonsense("errorRate", b -> b.withErrorRate(1.5)),
        nonsense("errorRate", b -> b.withErrorRate(Double.NaN)),
        nonsense("hangRate", b -> b.withHangRate(-0.1)),
        nonsense("hangRate", b -> b.withErrorRate(0.7).withHangRate(0.7)),
        nonsense("rateLimit", b -> b.withRateLimit(0)),
        nonsense("rateLimit", b -> b.withRateLimit(Integer.MAX_VALUE)),
        nonsense("outage", b -> b.withOutage(SECOND, SECOND)),
        nonsense("outage", b -> b.withOutage(SECOND.negated(), SECOND)),
        nonsense("status", b -> b.refusing(200)));
  }

  private static Arguments nonsense(String name, UnaryOperator<Behaviour> change) {
    return Arguments.of(name, change);
  }
}
