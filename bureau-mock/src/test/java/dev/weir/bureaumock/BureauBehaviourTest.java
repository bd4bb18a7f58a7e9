package dev.weir.bureaumock;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import dev.weir.bureaumock.BureauBehaviour.Answers;
import dev.weir.httpservice.Behaviour;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BureauBehaviourTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void aHealthyBureauTakes200To1000MsAndHasNoFaults() {
    assertThat(
        BureauBehaviour.healthy(),
        is(
            new BureauBehaviour(
                Behaviour.taking(Duration.ofMillis(200), Duration.ofMillis(1000)), Answers.WHOLE)));
  }

  @Test
  void eachChangeKeepsTheOthers() {
    BureauBehaviour changed =
        BureauBehaviour.healthy()
            .shortAnswers()
            .withLatency(Duration.ZERO, SECOND)
            .withErrorRate(0.1)
            .withHangRate(0.2)
            .withRateLimit(3)
            .withOutage(SECOND, SECOND.multipliedBy(4))
            .withSeed(5)
            .refusing(400);

    Behaviour faults =
        Behaviour.taking(Duration.ZERO, SECOND)
            .withErrorRate(0.1)
            .withHangRate(0.2)
            .withRateLimit(3)
            .withOutage(SECOND, SECOND.multipliedBy(4))
            .withSeed(5)
            .refusing(400);
    assertThat(changed, is(new BureauBehaviour(faults, Answers.SHORT)));
    assertThat(changed.garbage(), is(new BureauBehaviour(faults, Answers.GARBAGE)));
  }
}
