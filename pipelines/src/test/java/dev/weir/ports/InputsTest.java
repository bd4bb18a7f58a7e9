package dev.weir.ports;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.kafka.ClientProperties;
import dev.weir.kafka.TopicStart;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a pipeline starts to read its topics. */
class InputsTest {
  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");
  private static final String FORMS =
      "; write earliest, latest, or a time such as 2026-01-05 or 2026-01-05T12:00:00Z";

  private static final KafkaSettings KAFKA =
      new KafkaSettings(
          ClientProperties.standard(), 1 << 20, Optional.empty(), Optional.empty(), false);

  private final Port topic = Port.parse("applications", "kafka://broker:9092/loans");
  private final Port files = Port.parse("applications", "file:loans.jsonl");

  @Test
  void topicsBeginAtTheirBeginningUnlessFromIsGiven() {
    assertThat(start(null), is(TopicStart.earliest()));
    assertThat(start("earliest"), is(TopicStart.earliest()));
    assertThat(start("latest"), is(TopicStart.latest()));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-01-05T12:00:00Z,2026-01-05T12:00:00Z",
    "2026-01-05T11:59:59.999Z,2026-01-05T11:59:59.999Z",
    "2026-01-05T13:00:00+01:00,2026-01-05T12:00:00Z",
    "2026-01-05,2026-01-05T00:00:00Z",
    "1969-12-31,1969-12-31T00:00:00Z",
  })
  void orAtATime(String from, Instant time) {
    assertThat(start(from), is(TopicStart.at(time)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Latest",
        "end",
        "now",
        "0",
        "1767614400000",
        "12:00",
        "2026-01-05T12:00:00",
        "2026-01-05 12:00:00Z",
        "2026-02-30",
        "P1D",
        "10m"
      })
  void anyOtherTextIsRejected(String from) {
    assertThat(refusal(from, topic), is("--from: '" + from + "' is not a valid start" + FORMS));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2026-01-05T12:00:00.001Z", "2026-01-06", "2026-01-05T12:00:00-01:00"})
  void aTimeInTheFutureIsRejected(String from) {
    assertThat(refusal(from, topic), is("--from: '" + from + "' is in the future" + FORMS));
  }

  @ParameterizedTest
  @ValueSource(strings = {"earliest", "latest", "2026-01-05"})
  void fromIsRejectedWithoutATopic(String from) {
    assertThat(refusal(from, files), is("--from applies to kafka: inputs only; this job has none"));
  }

  @Test
  void gapsAreRejectedWithoutATopic() {
    KafkaOptions options = PipelineOptionsFactory.as(KafkaOptions.class);
    options.setAllowGaps(true);

    assertThat(
        assertThrows(PortException.class, () -> Inputs.of(options, "p", KAFKA, files)).getMessage(),
        is("--allowGaps applies to kafka: inputs only; this job has none"));
  }

  @Test
  void oneTopicAmongTheInputsIsEnough() {
    assertThat(
        Inputs.of("latest", NOON, "p", KAFKA, files, topic).start(), is(TopicStart.latest()));
  }

  @Test
  void aTopicThatIsReadHasNoFormat() {
    Port avro = Port.parse("customers", "kafka://broker:9092/customers?format=avro");
    Inputs inputs = Inputs.of(null, NOON, "p", KAFKA, avro);

    assertThat(
        assertThrows(
                PortException.class,
                () -> inputs.changes("customers", avro, "p", "public.customers", List.of()))
            .getMessage(),
        is(
            "kafka://broker:9092/customers?format=avro: an input has no format; with"
                + " --schemaRegistry, each value names its schema"));
  }

  private TopicStart start(String from) {
    return Inputs.of(from, NOON, "p", KAFKA, topic).start();
  }

  private static String refusal(String from, Port port) {
    return assertThrows(PortException.class, () -> Inputs.of(from, NOON, "p", KAFKA, port))
        .getMessage();
  }
}
