package dev.weir.loandecisions;

import dev.weir.loan.Application;
import dev.weir.loan.ApplicationReader;
import dev.weir.loan.LoanApplication;
import dev.weir.loan.LoanDecision;
import dev.weir.ports.Durations;
import dev.weir.verify.InputReader.Effect;
import dev.weir.verify.OutputKind;
import dev.weir.verify.Verification;
import java.time.Duration;
import java.util.List;

/** What {@code verify-output} compares of loan decisions. */
public final class LoanVerification {
  private static final String DECISIONS = "with a decision";
  private static final List<String> REQUEST = List.of("request_id");

  private LoanVerification() {}

  /**
   * @param options the options of the job; only some of the ports need to be given
   * @param running whether the job may not have committed everything yet
   * @throws dev.weir.ports.PortException if an argument is invalid
   */
  public static Verification of(LoanDecisionsOptions options, boolean running) {
    Duration window =
        Duration.ofMillis(
            Durations.ofEventTime("dedupWindow", options.getDedupWindow()).getMillis());
    ApplicationReader reader = new ApplicationReader(options.getRoundAmounts(), () -> {});
    return Verification.of(options, LoanPorts.PIPELINE, running)
        .output(
            DECISIONS,
            OutputKind.ofRecords(LoanDecision.class, REQUEST, REQUEST)
                .repeatableAfter("ts", window),
            "decisions",
            options.getDecisions(),
            options.getLedger(),
            LoanPorts.TABLE)
        .deadLetters(options.getDeadLetters())
        .input(
            "applications",
            options.getApplications(),
            LoanApplication.getClassSchema(),
            "ts",
            raw -> {
              Application application = reader.read(raw);
              return Effect.result(
                  List.of(application.requestId()), application.time().getMillis());
            },
            DECISIONS);
  }
}
