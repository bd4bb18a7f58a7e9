package dev.weir.local;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class FailureReasonTest {
  @Test
  void theInnermostMessageIsShown() {
    Exception refused = new IllegalArgumentException("refused\nat once");

    assertThat(
        Main.reason(new IllegalStateException("no broker", refused)),
        is("IllegalArgumentException: refused"));
  }

  @Test
  void aCauseWithoutAMessageDoesNotHideTheOneThatItCaused() {
    Exception silent = new TimeoutException();

    assertThat(
        Main.reason(new IllegalStateException("Kafka did not start", silent)),
        is("IllegalStateException: Kafka did not start"));
    assertThat(Main.reason(silent), is("TimeoutException"));
  }
}
