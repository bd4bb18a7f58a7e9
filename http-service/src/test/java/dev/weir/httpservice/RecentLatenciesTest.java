package dev.weir.httpservice;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RecentLatenciesTest {

  private final RecentLatencies latencies = new RecentLatencies();

  @Test
  void theLastHalfMinuteIsRemembered() {
    for (int second = 0; second < 30; second++) {
      latencies.add(at(second), millis(100));
    }

    assertThat(latencies.at(at(30)).getTotalCount(), is(30L));
    assertThat(latencies.at(at(30)).getValueAtPercentile(50) / 1000, is(100L));
  }

  @Test
  void whatIsOlderIsForgottenEvenIfNothingNewComes() {
    latencies.add(at(0), millis(100));
    latencies.add(at(6), millis(200));

    assertThat(latencies.at(at(34)).getTotalCount(), is(2L));
    assertThat(latencies.at(at(35)).getTotalCount(), is(1L));
    assertThat(latencies.at(at(40)).getTotalCount(), is(0L));
  }

  @Test
  void whatIsNewTakesThePlaceOfWhatIsOld() {
    latencies.add(at(0), millis(100));
    latencies.add(at(35), millis(200));

    assertThat(latencies.at(at(36)).getTotalCount(), is(1L));
    assertThat(latencies.at(at(36)).getValueAtPercentile(50) / 1000, is(200L));
  }

  private static long at(int second) {
    return Duration.ofSeconds(second).toNanos();
  }

  private static long millis(long n) {
    return Duration.ofMillis(n).toNanos();
  }
}
