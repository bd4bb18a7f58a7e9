package dev.weir.bureaumock;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.bureaumock.BureauBehaviour.Answers;
import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BureauBehaviourTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void aHealthyBureauTakes200To1000MsAndHasNoFaults() {
    BureauBehaviour healthy = BureauBehaviour.healthy();

    assertThat(healthy.minLatency(), is(Duration.ofMillis(200)));
    assertThat(healthy.maxLatency(), is(Duration.ofMillis(1000)));
    assertThat(healthy.errorRate(), is(0.0));
    assertThat(healthy.hangRate(), is(0.0));
    assertThat(healthy.rateLimit().isPresent(), is(false));
    assertThat(healthy.outage().isPresent(), is(false));
    assertThat(healthy.answers(), is(Answers.WHOLE));
    assertThat(healthy.refusal().isPresent(), is(false));
  }

  @Test
  void eachChangeKeepsTheOthers() {
    BureauBehaviour changed =
        BureauBehaviour.healthy()
            .withLatency(Duration.ZERO, SECOND)
            .withErrorRate(0.1)
            .withHangRate(0.2)
            .withRateLimit(3)
            .withOutage(SECOND, SECOND.multipliedBy(4))
            .withSeed(5)
            .shortAnswers()
            .refusing(400);

    assertThat(changed.minLatency(), is(Duration.ZERO));
    assertThat(changed.maxLatency(), is(SECOND));
    assertThat(changed.errorRate(), is(0.1));
    assertThat(changed.hangRate(), is(0.2));
    assertThat(changed.rateLimit().getAsInt(), is(3));
    assertThat(
        changed.outage().orElseThrow(),
        is(new BureauBehaviour.Outage(SECOND, Duration.ofSeconds(4))));
    assertThat(changed.seed(), is(5L));
    assertThat(changed.answers(), is(Answers.SHORT));
    assertThat(changed.refusal().getAsInt(), is(400));
    assertThat(changed.garbage().answers(), is(Answers.GARBAGE));
    assertThat(changed.withLatency(SECOND, SECOND).refusal().getAsInt(), is(400));
  }

  @ParameterizedTest
  @MethodSource
  void aValueThatMakesNoSenseIsRejectedByName(
      String name, UnaryOperator<BureauBehaviour> nonsense) {
    var e =
        assertThrows(
            IllegalArgumentException.class, () -> nonsense.apply(BureauBehaviour.healthy()));

    assertThat(e.getMessage(), containsString(name));
  }

  static Stream<Arguments> aValueThatMakesNoSenseIsRejectedByName() {
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

  private static Arguments nonsense(String name, UnaryOperator<BureauBehaviour> change) {
    return Arguments.of(name, change);
  }
}
