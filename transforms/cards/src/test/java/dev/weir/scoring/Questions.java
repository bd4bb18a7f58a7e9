package dev.weir.scoring;

import dev.weir.httpservice.Access;
import dev.weir.httpservice.Behaviour;
import dev.weir.scoringservice.ScoringService;
import dev.weir.service.ClientPolicy;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;

/** Services, policies and questions that tests of scoring start from. */
final class Questions {
  /** The token that the build puts into the environment of these tests. */
  static final String TOKEN = System.getenv(ScoringCalls.TOKEN);

  static final Behaviour PROMPT =
      ScoringService.healthy().withLatency(Duration.ZERO, Duration.ofMillis(2));

  static final ClientPolicy POLICY =
      ClientPolicy.standard()
          .withInFlight(4)
          .withTimeout(Duration.ofMinutes(5))
          .withLinger(Duration.ofMillis(1))
          .withBackoff(Duration.ofMillis(5), Duration.ofSeconds(1));

  private Questions() {}

  /** A service that asks for the token of these tests. */
  static ScoringService service() {
    return ScoringService.start(PROMPT, Access.byToken(TOKEN), 0);
  }

  static TransactionQuestion question(String txnId, String amount, String location) {
    return new TransactionQuestion(
        txnId,
        "account-7",
        new BigDecimal(amount),
        "merchant-7",
        location,
        Instant.parse("2026-01-05T12:00:00Z"));
  }
}
