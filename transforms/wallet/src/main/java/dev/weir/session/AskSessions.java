package dev.weir.session;

import dev.weir.encoding.SingleObjectCoder;
import dev.weir.money.EnrichedMoney;
import dev.weir.money.SessionFacts;
import dev.weir.money.SessionLookup;
import dev.weir.service.Answer;
import dev.weir.service.AskService;
import dev.weir.service.ClientPolicy;
import dev.weir.service.ServiceAddress;
import dev.weir.sharding.Shards;
import java.util.Objects;
import java.util.Optional;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.Filter;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;

/**
 * Asks the session service about money events that have a session id but no session. Each event is
 * emitted once: with its session, without one if the service has no such session, or marked as
 * unavailable if the service did not answer. All other events pass through immediately. See {@link
 * AskService} for the calls.
 */
public final class AskSessions
    extends PTransform<PCollection<EnrichedMoney>, PCollection<EnrichedMoney>> {
  private static final long serialVersionUID = 1L;
  private static final Counter FOUND = Metrics.counter("weir", "sessions_found");
  private static final Counter UNKNOWN = Metrics.counter("weir", "sessions_unknown");
  private static final Counter UNAVAILABLE = Metrics.counter("weir", "sessions_unavailable");

  private final ServiceAddress service;
  private final ClientPolicy policy;
  private final int shards;

  private AskSessions(ServiceAddress service, ClientPolicy policy, int shards) {
    this.service = service;
    this.policy = policy;
    this.shards = shards;
  }

  /**
   * @param service the address of the session service
   * @param policy how the service is called; its batch size is ignored, each request asks for one
   *     session
   * @param shards the number of shards for open questions on unbounded input
   */
  public static AskSessions at(ServiceAddress service, ClientPolicy policy, int shards) {
    return new AskSessions(Objects.requireNonNull(service), policy.withBatch(1), shards);
  }

  @Override
  public PCollection<EnrichedMoney> expand(PCollection<EnrichedMoney> money) {
    PCollection<EnrichedMoney> answered =
        money
            .apply("KeepOpen", Filter.by(AskSessions::isOpen))
            .apply(
                "AskService",
                AskService.of(
                    new SessionCalls.Opener(service),
                    policy,
                    enriched -> enriched.getMoney().getUserSessionId(),
                    AskSessions::withAnswer,
                    Shards.of(shards, enriched -> enriched.getMoney().getId()),
                    SingleObjectCoder.of(EnrichedMoney.class)));
    return PCollectionList.of(money.apply("KeepComplete", Filter.by(e -> !isOpen(e))))
        .and(answered)
        .apply("All", Flatten.pCollections());
  }

  private static boolean isOpen(EnrichedMoney enriched) {
    return enriched.getMoney().getUserSessionId() != null
        && enriched.getSessionInfo() == null
        && enriched.getSessionLookup() == null;
  }

  private static EnrichedMoney withAnswer(
      EnrichedMoney asked, Answer<Optional<SessionFacts>> answer) {
    if (answer == null) {
      return asked;
    }
    // The input element must not be modified, nor what other elements may share with it.
    EnrichedMoney.Builder answered =
        EnrichedMoney.newBuilder(asked).setSessionInfo(null).setSessionLookup(null);
    if (!answer.isPresent()) {
      UNAVAILABLE.inc();
      return answered.setSessionLookup(SessionLookup.UNAVAILABLE).build();
    }
    Optional<SessionFacts> session = answer.value();
    (session.isPresent() ? FOUND : UNKNOWN).inc();
    return answered.setSessionInfo(session.orElse(null)).build();
  }
}
