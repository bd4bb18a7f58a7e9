package dev.weir.moneyenrichment;

import dev.weir.money.EnrichedMoney;
import dev.weir.money.EventReader;
import dev.weir.money.StoredEvent;
import dev.weir.verify.InputReader.Effect;
import dev.weir.verify.OutputKind;
import dev.weir.verify.Verification;
import java.util.List;

/** What {@code verify-output} compares of money enrichment. */
public final class MoneyVerification {
  private static final String MOVEMENTS = "with a movement";
  private static final String IGNORED = "ignored";

  private MoneyVerification() {}

  /**
   * @param options the options of the job; only some of the ports need to be given
   * @param running whether the job may not have published everything yet
   * @throws dev.weir.ports.PortException if an argument is invalid
   */
  public static Verification of(MoneyEnrichmentOptions options, boolean running) {
    return Verification.of(options, MoneyPorts.PIPELINE, running)
        .output(
            MOVEMENTS,
            OutputKind.ofRecords(
                EnrichedMoney.class, List.of("money/userId", "money/id"), List.of("money/userId")),
            "enriched",
            options.getEnriched(),
            null,
            null)
        .deadLetters(options.getDeadLetters())
        .input(
            "wallet",
            options.getWallet(),
            null,
            null,
            raw -> {
              StoredEvent event = EventReader.wallet(raw);
              return event == null
                  ? Effect.none(IGNORED)
                  : Effect.result(List.of(event.getUserId(), event.getId()), 0);
            },
            MOVEMENTS)
        .input(
            "users",
            options.getUsers(),
            null,
            null,
            raw -> Effect.none(EventReader.users(raw) == null ? IGNORED : "changes of users"))
        .input(
            "sessions",
            options.getSessions(),
            null,
            null,
            raw -> Effect.none(EventReader.sessions(raw) == null ? IGNORED : "sessions"));
  }
}
