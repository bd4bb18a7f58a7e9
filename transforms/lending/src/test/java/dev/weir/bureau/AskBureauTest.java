package dev.weir.bureau;

import static dev.weir.loan.Applications.anApplication;
import static dev.weir.testing.Pipelines.count;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.is;

import dev.weir.bureaumock.BureauMock;
import dev.weir.bureaumock.Scores;
import dev.weir.deadletter.DeadLetter;
import dev.weir.dedup.KeepFirst;
import dev.weir.encoding.PlainJson;
import dev.weir.httpservice.Behaviour;
import dev.weir.loan.Application;
import dev.weir.loan.ApplicationCoder;
import dev.weir.loan.AssessedApplication;
import dev.weir.loan.Decide;
import dev.weir.loan.LoanDecision;
import dev.weir.loan.ParseApplications;
import dev.weir.loan.Status;
import dev.weir.record.RawRecord;
import dev.weir.service.Answer;
import dev.weir.service.ClientPolicy;
import dev.weir.service.ServiceAddress;
import dev.weir.testing.LogLines;
import dev.weir.testing.Pipelines;
import dev.weir.testing.Seen;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.WithFailures.Result;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.values.PCollection;
import org.junit.jupiter.api.Test;

class AskBureauTest {
  private static final Behaviour PROMPT =
      BureauMock.healthy().withLatency(Duration.ZERO, Duration.ofMillis(5));
  private static final ClientPolicy POLICY =
      ClientPolicy.standard()
          .withInFlight(4)
          .withTimeout(Duration.ofMinutes(5))
          .withBackoff(Duration.ofMillis(5), Duration.ofSeconds(1));

  private final Pipeline pipeline = Pipelines.onDirectRunner();

  @Test
  void onlyUnknownApplicantsAreAskedAbout() {
    Application known = anApplication().known().id("r1").build();
    Application unknown = anApplication().unknown().id("r2").ssn("a").build();
    Application poor = anApplication().unknown().id("r3").ssn("555-00-0009").build();
    try (BureauMock bureau = BureauMock.start(PROMPT, 0)) {
      Seen<AssessedApplication> assessed =
          Seen.in(
              pipeline
                  .apply(Create.of(known, unknown, poor).withCoder(ApplicationCoder.of()))
                  .apply("Ask", AskBureau.at(ServiceAddress.of(bureau.uri()), POLICY, 4)));

      PipelineResult result = Pipelines.run(pipeline);

      assertThat(
          assessed.values(),
          containsInAnyOrder(
              new AssessedApplication(known, null),
              new AssessedApplication(unknown, Answer.of(Scores.of("a"))),
              new AssessedApplication(poor, Answer.of(450))));
      assertThat(bureau.stats().questions(), is(2L));
      assertThat(count(result, "service_answered"), is(2L));
    }
  }

  @Test
  void unboundedInputIsAskedAboutLikeBoundedInput() {
    try (BureauMock bureau = BureauMock.start(PROMPT, 0)) {
      TestStream.Builder<Application> stream = TestStream.create(ApplicationCoder.of());
      List<AssessedApplication> expected = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        Application application = anApplication().unknown().id("r" + i).ssn("ssn " + i).build();
        stream = stream.addElements(application);
        expected.add(new AssessedApplication(application, Answer.of(Scores.of("ssn " + i))));
      }
      Seen<AssessedApplication> assessed =
          Seen.in(
              pipeline
                  .apply(stream.advanceWatermarkToInfinity())
                  .apply("Ask", AskBureau.at(ServiceAddress.of(bureau.uri()), POLICY, 4)));

      Pipelines.run(pipeline);

      assertThat(assessed.values(), containsInAnyOrder(expected.toArray()));
    }
  }

  @Test
  void thePipelineContinuesWhileTheBureauIsDown() {
    try (BureauMock bureau = BureauMock.start(PROMPT.refusing(503), 0)) {
      List<Application> all = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        all.add(anApplication().unknown().id("r" + i).ssn("ssn " + i).build());
      }
      Seen<LoanDecision> decisions =
          Seen.in(
              pipeline
                  .apply(Create.of(all).withCoder(ApplicationCoder.of()))
                  .apply("Ask", AskBureau.at(ServiceAddress.of(bureau.uri()), POLICY, 4))
                  .apply("Decide", Decide.byPolicy()));

      PipelineResult result = Pipelines.run(pipeline);

      assertThat(
          decisions.values().stream().map(LoanDecision::getReason).toList(),
          is(Collections.nCopies(200, "Bureau Unavailable: UNAVAILABLE")));
      assertThat(count(result, "referred"), is(200L));
      assertThat(count(result, "service_unavailable"), is(200L));
    }
  }

  @Test
  void onlyTheBureauSeesTheSsn() {
    String ssn = "987-65-4321";
    List<RawRecord> records =
        List.of(
            anApplication().onLine(1).known().id("r1").ssn(ssn).asJson(),
            anApplication().onLine(2).unknown().id("r2").ssn(ssn).asJson(),
            anApplication().onLine(3).unknown().id("r3").ssn(ssn).asAvro(),
            anApplication().onLine(4).unknown().id("r2").ssn(ssn).asJson(),
            anApplication().onLine(5).amount("0").ssn(ssn).asJson(),
            anApplication().onLine(6).type(ssn).ssn(ssn).asAvro(),
            anApplication().onLine(7).asJson("{\"ssn\":\"" + ssn));
    try (LogLines log = LogLines.record();
        BureauMock bureau = BureauMock.start(PROMPT, 0)) {
      Result<PCollection<Application>, DeadLetter> parsed =
          pipeline
              .apply(Create.of(records).withCoder(RawRecord.CODER))
              .apply("Parse", ParseApplications.create());
      Seen<DeadLetter> letters = Seen.in(parsed.failures());
      Seen<LoanDecision> decisions =
          Seen.in(
              parsed
                  .output()
                  .apply(
                      "Ask",
                      AskBureau.at(ServiceAddress.of(bureau.uri()), POLICY, 4)
                          .aboutFirst(
                              KeepFirst.of(
                                  Application::requestId,
                                  Application::time,
                                  Application::origin,
                                  org.joda.time.Duration.standardHours(24),
                                  4)))
                  .apply("Decide", Decide.byPolicy()));

      PipelineResult result = Pipelines.run(pipeline);

      assertThat(
          decisions.values().stream().map(d -> d.getRequestId() + " " + d.getStatus()).toList(),
          containsInAnyOrder("r1 " + Status.APPROVED, "r2 " + byScore(ssn), "r3 " + byScore(ssn)));
      assertThat(letters.values().size(), is(3));
      assertThat(count(result, "duplicates"), is(1L));
      List<String> written = new ArrayList<>(log.all());
      decisions.values().forEach(d -> written.add(json(PlainJson.write(d)) + d));
      letters.values().forEach(l -> written.add(json(PlainJson.write(l)) + l));
      result
          .metrics()
          .allMetrics()
          .getCounters()
          .forEach(counter -> written.add(counter.toString()));
      assertThat(written.stream().filter(text -> text.contains(ssn)).toList(), is(List.of()));
    }
  }

  @Test
  void theTransformIsSerializable() {
    SerializableUtils.ensureSerializable(
        AskBureau.at(ServiceAddress.of(URI.create("http://localhost:1")), POLICY, 4));
  }

  private static Status byScore(String ssn) {
    return Scores.of(ssn) > 700 ? Status.APPROVED : Status.DENIED;
  }

  private static String json(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
