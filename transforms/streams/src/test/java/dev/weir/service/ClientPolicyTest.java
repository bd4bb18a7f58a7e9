package dev.weir.service;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import org.apache.beam.sdk.util.SerializableUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class ClientPolicyTest {
  private static final ClientPolicy STANDARD = ClientPolicy.standard();

  @Test
  void theStandardPolicyMatchesTheContract() {
    assertThat(STANDARD.batch(), is(50));
    assertThat(STANDARD.inFlight(), is(64));
    assertThat(STANDARD.timeout(), is(Duration.ofSeconds(2)));
    assertThat(STANDARD.attempts(), is(3));
    assertThat(STANDARD.patience(), is(Duration.ZERO));
  }

  @Test
  void eachWitherChangesOneValue() {
    ClientPolicy changed =
        STANDARD
            .withBatch(1)
            .withInFlight(2)
            .withTimeout(Duration.ofMillis(3))
            .withAttempts(4)
            .withLinger(Duration.ofMillis(5))
            .withBackoff(Duration.ofMillis(6), Duration.ofMillis(7))
            .withBreakerPause(Duration.ofMillis(8))
            .withPatience(Duration.ofMillis(9));

    assertThat(
        changed,
        is(
            new ClientPolicy(
                1,
                2,
                Duration.ofMillis(3),
                4,
                Duration.ofMillis(5),
                Duration.ofMillis(6),
                Duration.ofMillis(7),
                Duration.ofMillis(8),
                Duration.ofMillis(9))));
    assertThat(SerializableUtils.ensureSerializableRoundTrip(changed), is(changed));
  }

  @Test
  void invalidValuesAreRefused() {
    Duration none = Duration.ZERO;
    Duration second = Duration.ofSeconds(1);
    List<Executable> all =
        List.of(
            () -> STANDARD.withBatch(0),
            () -> STANDARD.withInFlight(-1),
            () -> STANDARD.withTimeout(none),
            () -> STANDARD.withAttempts(0),
            () -> STANDARD.withLinger(second.negated()),
            () -> STANDARD.withBackoff(none, second),
            () -> STANDARD.withBackoff(second, second.minusMillis(1)),
            () -> STANDARD.withBreakerPause(none),
            () -> STANDARD.withPatience(second.negated()));

    all.forEach(one -> assertThrows(IllegalArgumentException.class, one));
  }

  @Test
  void theQueueHoldsTwiceWhatIsInFlight() {
    assertThat(STANDARD.withBatch(10).withInFlight(3).capacity(), is(60));
    assertThrows(
        ArithmeticException.class,
        () -> STANDARD.withBatch(1 << 20).withInFlight(1 << 20).capacity());
  }
}
