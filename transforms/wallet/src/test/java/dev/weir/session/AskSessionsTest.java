package dev.weir.session;

import static dev.weir.testing.Pipelines.count;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import dev.weir.encoding.SingleObjectCoder;
import dev.weir.httpservice.Behaviour;
import dev.weir.money.EnrichedMoney;
import dev.weir.money.MoneyEvent;
import dev.weir.money.SessionFacts;
import dev.weir.money.SessionLookup;
import dev.weir.money.UserFacts;
import dev.weir.service.ClientPolicy;
import dev.weir.service.ServiceAddress;
import dev.weir.sessionservice.Countries;
import dev.weir.sessionservice.SessionService;
import dev.weir.testing.Pipelines;
import dev.weir.testing.Seen;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

class AskSessionsTest {
  private static final Coder<EnrichedMoney> CODER = SingleObjectCoder.of(EnrichedMoney.class);
  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");
  private static final Behaviour PROMPT =
      SessionService.healthy().withLatency(Duration.ZERO, Duration.ofMillis(5));
  private static final ClientPolicy POLICY =
      ClientPolicy.standard()
          .withInFlight(4)
          .withTimeout(Duration.ofMinutes(5))
          .withBackoff(Duration.ofMillis(5), Duration.ofSeconds(1));

  private final Pipeline pipeline = Pipelines.onDirectRunner();

  @Test
  void everyEventIsEmittedOnceWithItsSession() {
    List<EnrichedMoney> all = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      all.add(money("m" + i, "session/" + i));
    }
    EnrichedMoney unasked = money("m100", null);
    all.add(unasked);
    try (SessionService service = SessionService.start(PROMPT, 0)) {
      Seen<EnrichedMoney> answered =
          Seen.in(
              pipeline
                  .apply(Create.of(all).withCoder(CODER))
                  .apply("Ask", AskSessions.at(ServiceAddress.of(service.uri()), POLICY, 4)));

      PipelineResult result = Pipelines.run(pipeline);

      assertThat(answered.values(), containsInAnyOrder(answeredByService(all).toArray()));
      long unknown = all.stream().filter(AskSessionsTest::isUnknown).count();
      assertThat(unknown, is(greaterThan(0L)));
      assertThat(service.stats().requests(), is(100L));
      assertThat(count(result, "service_answered"), is(100L));
      assertThat(count(result, "sessions_found"), is(100 - unknown));
      assertThat(count(result, "sessions_unknown"), is(unknown));
      assertThat(count(result, "sessions_unavailable"), is(0L));
    }
  }

  @Test
  void unboundedInputIsAskedAboutLikeBoundedInputAndKeepsItsTimes() {
    Pipeline pipeline = Pipelines.onDirectRunner();
    try (SessionService service = SessionService.start(PROMPT, 0)) {
      TestStream.Builder<EnrichedMoney> stream = TestStream.create(CODER);
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        EnrichedMoney money = money("m" + i, i % 10 == 0 ? null : "session " + i);
        Instant time = NOON.plus(i);
        stream = stream.addElements(TimestampedValue.of(money, time));
        expected.add(time + " " + answeredByService(List.of(money)).get(0));
      }
      Seen<EnrichedMoney> answered =
          Seen.in(
              pipeline
                  .apply(stream.advanceWatermarkToInfinity())
                  .apply("Ask", AskSessions.at(ServiceAddress.of(service.uri()), POLICY, 4)));

      Pipelines.run(pipeline);

      assertThat(
          answered.sightings().stream().map(s -> s.time() + " " + s.value()).toList(),
          containsInAnyOrder(expected.toArray()));
      assertThat(service.stats().requests(), is(45L));
    }
  }

  @Test
  void thePipelineContinuesWhileTheServiceIsDown() {
    allComeOutUnavailable(PROMPT.refusing(503), "service_unavailable");
  }

  @Test
  void aRejectionIsAMissingAnswer() {
    allComeOutUnavailable(PROMPT.refusing(400), "service_rejected");
  }

  @Test
  void aTimeoutIsAMissingAnswer() {
    try (SessionService service = SessionService.start(PROMPT.withHangRate(1), 0)) {
      Seen<EnrichedMoney> answered =
          Seen.in(
              pipeline
                  .apply(Create.of(money("m1", "s1")).withCoder(CODER))
                  .apply(
                      "Ask",
                      AskSessions.at(
                          ServiceAddress.of(service.uri()),
                          POLICY.withTimeout(Duration.ofMillis(100)).withAttempts(1),
                          4)));

      PipelineResult result = Pipelines.run(pipeline);

      assertThat(answered.values(), is(List.of(unavailable(money("m1", "s1")))));
      assertThat(count(result, "service_timeout"), is(1L));
    }
  }

  private void allComeOutUnavailable(Behaviour behaviour, String counter) {
    try (SessionService service = SessionService.start(behaviour, 0)) {
      List<EnrichedMoney> all = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        all.add(money("m" + i, "session " + i));
      }
      Seen<EnrichedMoney> answered =
          Seen.in(
              pipeline
                  .apply(Create.of(all).withCoder(CODER))
                  .apply("Ask", AskSessions.at(ServiceAddress.of(service.uri()), POLICY, 4)));

      PipelineResult result = Pipelines.run(pipeline);

      assertThat(
          answered.values(),
          containsInAnyOrder(all.stream().map(AskSessionsTest::unavailable).toArray()));
      assertThat(count(result, "sessions_unavailable"), is(200L));
      assertThat(count(result, counter), is(200L));
    }
  }

  @Test
  void theTransformIsSerializable() {
    SerializableUtils.ensureSerializable(
        AskSessions.at(ServiceAddress.of(URI.create("http://localhost:1")), POLICY, 4));
  }

  private static List<EnrichedMoney> answeredByService(List<EnrichedMoney> all) {
    return all.stream()
        .map(
            money ->
                money.getMoney().getUserSessionId() == null
                    ? money
                    : EnrichedMoney.newBuilder(money)
                        .setSessionInfo(
                            Countries.of(money.getMoney().getUserSessionId())
                                .map(SessionFacts::new)
                                .orElse(null))
                        .build())
        .toList();
  }

  private static boolean isUnknown(EnrichedMoney money) {
    String id = money.getMoney().getUserSessionId();
    return id != null && Countries.of(id).isEmpty();
  }

  private static EnrichedMoney unavailable(EnrichedMoney money) {
    return EnrichedMoney.newBuilder(money).setSessionLookup(SessionLookup.UNAVAILABLE).build();
  }

  private static EnrichedMoney money(String id, String sessionId) {
    return EnrichedMoney.newBuilder()
        .setMoney(
            MoneyEvent.newBuilder()
                .setType("PaymentEvent")
                .setId(id)
                .setUserId("u1")
                .setUserSessionId(sessionId)
                .setProcessedAt("2026-01-05T12:00:00.123Z")
                .setAmount("12.50")
                .setCurrency("UYU")
                .setOpeningBalance("100.00")
                .setClosingBalance("87.50")
                .setMoneyType("CASH")
                .setPaymentRelatedThing("{\"shop\":7}")
                .setIsOldMoneyEvent(false)
                .build())
        .setUserInfo(new UserFacts(1987, "UY"))
        .setFirstOccurrence(true)
        .build();
  }
}
