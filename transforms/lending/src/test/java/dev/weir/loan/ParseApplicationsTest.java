package dev.weir.loan;

import static dev.weir.loan.Applications.anApplication;
import static dev.weir.loan.Applications.noon;
import static dev.weir.testing.Pipelines.count;
import static dev.weir.testing.Pipelines.run;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import dev.weir.deadletter.DeadLetter;
import dev.weir.record.Origin;
import dev.weir.record.RawRecord;
import dev.weir.testing.Pipelines;
import dev.weir.testing.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.WithFailures.Result;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TimestampedValue;
import org.junit.jupiter.api.Test;

class ParseApplicationsTest {
  private static final long SEED = Long.getLong("weir.fuzz.seed", 20_260_106);

  private final Pipeline pipeline = Pipelines.onDirectRunner();
  private Seen<Application> applications;
  private Seen<DeadLetter> deadLetters;

  @Test
  void aReadableRecordIsAnApplicationAndAnUnreadableOneADeadLetter() {
    Origin offset = Origin.ofTopic("loan_applications", 2, 41);
    parse(
        List.of(
            at("2026-01-05T11:00:00Z", anApplication().unknown().from(offset).asAvro()),
            at("2026-01-05T11:00:01Z", anApplication().amount("0").from(offset).asJson()),
            at("2026-01-05T11:00:02Z", anApplication().onLine(7).asJson("{"))));

    PipelineResult result = run(pipeline);

    assertThat(applications.values(), contains(anApplication().unknown().from(offset).build()));
    assertThat(
        deadLetters.values(),
        containsInAnyOrder(
            new DeadLetter(
                "parse-applications",
                "INVALID_VALUE",
                "amount is not above 0 and at most 1e9",
                "loan_applications",
                2,
                41L,
                null,
                null,
                noon()),
            new DeadLetter(
                "parse-applications",
                "MALFORMED",
                "not a single JSON object",
                null,
                null,
                null,
                "applications.jsonl",
                7L,
                java.time.Instant.parse("2026-01-05T11:00:02Z"))));
    assertThat(count(result, "records_read"), is(3L));
    assertThat(count(result, "dead_letters"), is(2L));
  }

  @Test
  void amountsThatAreRoundedAreCounted() {
    parse(
        List.of(
            at("2026-01-05T11:00:00Z", anApplication().amount("3417.5912345678").asAvro()),
            at("2026-01-05T11:00:01Z", anApplication().amount("12.5").asAvro()),
            at("2026-01-05T11:00:02Z", anApplication().amount("12.345").asJson()),
            at("2026-01-05T11:00:03Z", anApplication().amount("0.004").asAvro())),
        ParseApplications.create());

    PipelineResult result = run(pipeline);

    assertThat(
        applications.values(),
        containsInAnyOrder(
            anApplication().amount("3417.59").build(), anApplication().amount("12.50").build()));
    assertThat(count(result, "amounts_rounded"), is(1L));
    assertThat(count(result, "dead_letters"), is(2L));
  }

  @Test
  void amountsInJsonAreRoundedOnRequest() {
    parse(
        List.of(
            at("2026-01-05T11:00:00Z", anApplication().amount("3417.5912345678").asAvro()),
            at("2026-01-05T11:00:02Z", anApplication().amount("12.345").asJson())),
        ParseApplications.create().withJsonAmountsRounded(true));

    PipelineResult result = run(pipeline);

    assertThat(
        applications.values(),
        containsInAnyOrder(
            anApplication().amount("3417.59").build(), anApplication().amount("12.35").build()));
    assertThat(count(result, "amounts_rounded"), is(2L));
  }

  @Test
  void everyRecordIsEmittedOnceWhateverItsBytes() {
    Mutations mutations = new Mutations(SEED);
    List<RawRecord> records = Stream.generate(mutations::next).limit(3000).toList();
    PCollection<RawRecord> input =
        pipeline.apply("Records", Create.of(records).withCoder(RawRecord.CODER));
    see(input.apply("Parse", ParseApplications.create()));

    PipelineResult result = run(pipeline);

    List<Long> lines = new ArrayList<>();
    applications.values().forEach(application -> lines.add(application.origin().position()));
    deadLetters.values().forEach(letter -> lines.add(letter.getLine()));
    assertThat("seed " + SEED, lines.size(), is(3000));
    assertThat(
        new TreeSet<>(lines), is(new TreeSet<>(LongStream.rangeClosed(1, 3000).boxed().toList())));
    assertThat(count(result, "dead_letters"), is((long) deadLetters.values().size()));
  }

  @Test
  void noRecordsMakeNoOutput() {
    parse(List.of());

    run(pipeline);

    assertThat(applications.values(), is(empty()));
    assertThat(deadLetters.values(), is(empty()));
  }

  @Test
  void theTransformIsSerializable() {
    SerializableUtils.ensureSerializable(ParseApplications.create());
    SerializableUtils.ensureSerializable(Decide.byPolicy());
  }

  private void parse(List<TimestampedValue<RawRecord>> records) {
    parse(records, ParseApplications.create());
  }

  private void parse(List<TimestampedValue<RawRecord>> records, ParseApplications parser) {
    see(
        pipeline
            .apply("Records", Create.timestamped(records).withCoder(RawRecord.CODER))
            .apply("Parse", parser));
  }

  private void see(Result<PCollection<Application>, DeadLetter> parsed) {
    applications = Seen.in(parsed.output());
    deadLetters = Seen.in(parsed.failures());
  }

  private static TimestampedValue<RawRecord> at(String time, RawRecord record) {
    return TimestampedValue.of(record, org.joda.time.Instant.parse(time));
  }
}
