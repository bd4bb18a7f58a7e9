package dev.weir.bureau;

import dev.weir.dedup.KeepFirst;
import dev.weir.loan.Application;
import dev.weir.loan.AssessedApplication;
import dev.weir.loan.Ssn;
import dev.weir.service.Answer;
import dev.weir.service.AskAboutFirst;
import dev.weir.service.AskService;
import dev.weir.service.ClientPolicy;
import dev.weir.service.ServiceAddress;
import dev.weir.sharding.Shards;
import java.util.Objects;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;

/**
 * Asks the credit bureau about the applicants whom the lender does not know. Every application, or
 * with {@link #aboutFirst} every first one, is emitted once; that of an unknown applicant carries
 * the score or the reason why there is none. A rounded score is counted as {@code scores_rounded}.
 * See {@link AskService} for the calls and {@link BureauCalls} for the token.
 */
public final class AskBureau
    extends PTransform<PCollection<Application>, PCollection<AssessedApplication>> {
  private static final long serialVersionUID = 1L;
  private static final Counter ROUNDED = Metrics.counter("weir", "scores_rounded");

  private final ServiceAddress bureau;
  private final ClientPolicy policy;
  private final int shards;
  private final KeepFirst<Application> first;

  private AskBureau(
      ServiceAddress bureau, ClientPolicy policy, int shards, KeepFirst<Application> first) {
    this.bureau = bureau;
    this.policy = policy;
    this.shards = shards;
    this.first = first;
  }

  /**
   * @param bureau the address of the bureau
   * @param shards the number of shards for open questions on unbounded input
   */
  public static AskBureau at(ServiceAddress bureau, ClientPolicy policy, int shards) {
    return new AskBureau(
        Objects.requireNonNull(bureau), Objects.requireNonNull(policy), shards, null);
  }

  /**
   * Drops duplicates first, as in {@link AskAboutFirst}: on unbounded input in the shards of {@code
   * applications}.
   */
  public AskBureau aboutFirst(KeepFirst<Application> applications) {
    return new AskBureau(bureau, policy, shards, Objects.requireNonNull(applications));
  }

  @Override
  public PCollection<AssessedApplication> expand(PCollection<Application> applications) {
    AskService<Application, Ssn, BureauScore, AssessedApplication> ask =
        AskService.of(
            new BureauCalls.Opener(bureau),
            policy,
            application -> application.needsScore() ? application.ssn() : null,
            AskBureau::assessed,
            Shards.of(shards, Application::requestId),
            AssessedApplication.CODER);
    return first == null
        ? applications.apply("AskService", ask)
        : applications.apply("AskAboutFirst", AskAboutFirst.of(first, ask));
  }

  private static AssessedApplication assessed(Application application, Answer<BureauScore> score) {
    if (score != null && score.isPresent() && score.value().rounded()) {
      ROUNDED.inc();
    }
    return new AssessedApplication(
        application, score == null ? null : score.map(BureauScore::points));
  }
}
