package dev.weir.service;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.service.ServiceFault.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchOrSingleTest {
  private final ManualClock clock = new ManualClock();
  private final List<String> asked = new ArrayList<>();
  private boolean hasBatchRoute;
  private boolean hasSingleRoute = true;
  private final BatchOrSingle<String, Integer> service =
      new BatchOrSingle<>(this::batch, this::single, clock);

  @Test
  void aMissingRouteIsNotTriedForTenMinutes() throws IOException {
    assertThat(faultOf("q1", "q2"), is(Kind.ONE_BY_ONE));
    assertThat(faultOf("q3", "q4"), is(Kind.ONE_BY_ONE));
    assertThat(service.ask(List.of("q1")), is(List.of(Answer.of(1))));
    hasBatchRoute = true;
    clock.advance(BatchOrSingle.PAUSE.minusNanos(1));
    assertThat(faultOf("q1", "q2"), is(Kind.ONE_BY_ONE));

    clock.advance(Duration.ofNanos(1));

    assertThat(service.ask(List.of("q5", "q6")), is(List.of(Answer.of(5), Answer.of(6))));
    assertThat(asked, contains("[q1, q2]", "q1", "[q5, q6]"));
  }

  @Test
  void aRouteThatIsStillMissingIsNotTriedAgainForAWhile() {
    faultOf("q1", "q2");
    clock.advance(BatchOrSingle.PAUSE);
    faultOf("q1", "q2");
    faultOf("q1", "q2");

    assertThat(asked, contains("[q1, q2]", "[q1, q2]"));
  }

  @Test
  void aQuestionThatTheServiceDoesNotFindIsRefusedAndChangesNothing() throws IOException {
    faultOf("q1", "q2");
    hasSingleRoute = false;
    assertThat(faultOf("q1"), is(Kind.REFUSED));
    hasSingleRoute = true;

    assertThat(service.ask(List.of("q2")), is(List.of(Answer.of(2))));
    assertThat(asked, contains("[q1, q2]", "q1", "q2"));
  }

  @Test
  void aRouteThatFailsIsNotMissing() {
    BatchOrSingle<String, Integer> failing =
        new BatchOrSingle<>(
            questions -> {
              throw ServiceFault.of(Kind.TRANSIENT, "status 503");
            },
            this::single,
            clock);

    for (int n = 0; n < 2; n++) {
      ServiceFault fault = assertThrows(ServiceFault.class, () -> failing.ask(List.of("q1", "q2")));
      assertThat(fault.kind(), is(Kind.TRANSIENT));
    }
    assertThat(asked, is(List.of()));
  }

  private Kind faultOf(String... questions) {
    return assertThrows(ServiceFault.class, () -> service.ask(List.of(questions))).kind();
  }

  private List<Answer<Integer>> batch(List<String> questions) throws IOException {
    asked.add(questions.toString());
    if (!hasBatchRoute) {
      throw ServiceFault.of(Kind.NO_ROUTE, "status 404");
    }
    return FakeService.rightAnswers(questions);
  }

  private Answer<Integer> single(String question) throws IOException {
    asked.add(question);
    if (!hasSingleRoute) {
      throw ServiceFault.of(Kind.NO_ROUTE, "status 404");
    }
    return Answer.of(FakeService.rightAnswer(question));
  }
}
