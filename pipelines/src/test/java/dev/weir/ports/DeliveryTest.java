package dev.weir.ports;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;

class DeliveryTest {
  @Test
  void liveJobsPublishExactlyOnceUnlessTheyAreToldOtherwise() {
    assertThat(
        settings(true).exactlyOnce(), is(Optional.of(new ExactlyOnce("job", Map.of(), false))));
    assertThat(
        settings(true, "--delivery=exactly-once").exactlyOnce(), is(settings(true).exactlyOnce()));
    assertThat(settings(true, "--delivery=at-least-once").exactlyOnce(), is(Optional.empty()));
    assertThat(
        settings(true, "--writerGroups=a:5,b:1", "--allowRepeats=true").exactlyOnce(),
        is(Optional.of(new ExactlyOnce("job", Map.of("a", 5, "b", 1), true))));
  }

  @Test
  void boundedRunsPublishAtLeastOnce() {
    assertThat(settings(false).exactlyOnce(), is(Optional.empty()));
    assertThat(
        error(false, "--delivery=exactly-once"),
        containsString("--delivery=exactly-once needs an input that never ends"));
  }

  @Test
  void otherGuaranteesAreErrors() {
    assertThat(
        error(true, "--delivery=at-most-once"),
        is("--delivery: 'at-most-once' is not a guarantee; write exactly-once or at-least-once"));
    for (String groups : List.of("4", "a:0", "a:-1", ":4", "a:4,")) {
      assertThat(error(true, "--writerGroups=" + groups), containsString("--writerGroups"));
    }
  }

  private static String error(boolean live, String... arguments) {
    return assertThrows(PortException.class, () -> settings(live, arguments)).getMessage();
  }

  private static KafkaSettings settings(boolean live, String... arguments) {
    return KafkaSettings.of(
        PipelineOptionsFactory.fromArgs(arguments).as(KafkaOptions.class), "job", live);
  }
}
