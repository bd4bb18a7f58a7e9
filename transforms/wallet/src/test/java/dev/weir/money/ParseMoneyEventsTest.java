package dev.weir.money;

import static dev.weir.testing.Pipelines.count;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import dev.weir.deadletter.DeadLetter;
import dev.weir.record.Origin;
import dev.weir.record.RawRecord;
import dev.weir.record.RawRecord.Encoding;
import dev.weir.testing.Pipelines;
import dev.weir.testing.Seen;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.WithFailures.Result;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

class ParseMoneyEventsTest {
  private static final Instant PLACE = Instant.parse("2026-01-05T12:01:00Z");
  private static final String REST =
      ",\"id\":\"1\",\"userId\":\"ann\",\"processedAt\":\"2026-01-05T12:00:00Z\"";

  private PipelineResult result;
  private Seen<StoredEvent> events;
  private Seen<DeadLetter> refused;

  @Test
  void anEventKeepsItsPlaceInTheOrder() {
    parse(
        ParseMoneyEvents.ofUsers(),
        "{\"type\":\"ChangeBirthDateEvent\",\"birthYear\":1987" + REST + "}");

    assertThat(events.values().get(0).getContent(), is(new BirthDateChange(1987)));
    assertThat(events.sightings().get(0).time(), is(PLACE));
  }

  @Test
  void irrelevantEventsAreCounted() {
    parse(ParseMoneyEvents.ofUsers(), "{\"type\":\"A\"}", "{\"type\":\"B\"}");
    assertThat(count(result, "events_ignored"), is(2L));
    assertThat(events.values(), is(empty()));
    assertThat(refused.values(), is(empty()));

    parse(ParseMoneyEvents.ofWallet(), "{\"type\":\"KindOfWalletEvent\"}");
    assertThat(count(result, "events_ignored"), is(1L));
    assertThat(events.values(), is(empty()));
    assertThat(refused.values(), is(empty()));

    parse(ParseMoneyEvents.ofSessions(), "{\"type\":\"UserSessionClosedEvent\"}");
    assertThat(count(result, "events_ignored"), is(1L));
  }

  @Test
  void anEventThatBreaksTheContractIsADeadLetterOfItsStream() {
    parse(ParseMoneyEvents.ofWallet(), "{\"type\":\"PaymentEvent\"" + REST + "}", "secret");
    assertThat(
        refused.values().stream()
            .map(letter -> letter.getStage() + " " + letter.getReason())
            .toList(),
        containsInAnyOrder("parse-wallet MISSING_FIELD", "parse-wallet MALFORMED"));

    parse(ParseMoneyEvents.ofUsers(), "secret");
    assertThat(stages(), contains("parse-users"));

    parse(ParseMoneyEvents.ofSessions(), "secret");
    assertThat(stages(), contains("parse-sessions"));
  }

  private List<String> stages() {
    return refused.values().stream().map(DeadLetter::getStage).toList();
  }

  private void parse(ParseMoneyEvents parser, String... texts) {
    List<TimestampedValue<RawRecord>> records = new ArrayList<>();
    for (String text : texts) {
      records.add(
          TimestampedValue.of(
              new RawRecord(
                  text.getBytes(StandardCharsets.UTF_8),
                  Encoding.JSON,
                  Origin.ofTopic("topic", 0, records.size())),
              PLACE));
    }
    Pipeline pipeline = Pipelines.onDirectRunner();
    Result<PCollection<StoredEvent>, DeadLetter> parsed =
        pipeline
            .apply(Create.timestamped(records).withCoder(RawRecord.CODER))
            .apply("Parse", parser);
    events = Seen.in(parsed.output());
    refused = Seen.in(parsed.failures());
    result = Pipelines.run(pipeline);
  }
}
