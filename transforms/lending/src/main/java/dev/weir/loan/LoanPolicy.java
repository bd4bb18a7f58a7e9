package dev.weir.loan;

import dev.weir.service.Answer;

/** The rules that decide loan applications. */
public final class LoanPolicy {
  /** Scores above this threshold are approved. */
  private static final int THRESHOLD = 700;

  private LoanPolicy() {}

  /**
   * Decides one application. A missing score is never a denial.
   *
   * @param score the bureau's answer; null if the bureau was not asked, which is valid only for
   *     known applicants
   */
  public static LoanDecision decide(Application application, Answer<Integer> score) {
    if (application.type() == ApplicantType.KNOWN) {
      return decision(application, Status.APPROVED, "Internal Customer Check", null);
    }
    return score.fold(
        known ->
            decision(
                application,
                known > THRESHOLD ? Status.APPROVED : Status.DENIED,
                "Based on External Bureau Score: " + known,
                known),
        missing -> decision(application, Status.REFERRED, "Bureau Unavailable: " + missing, null));
  }

  private static LoanDecision decision(
      Application application, Status status, String reason, Integer score) {
    return new LoanDecision(
        application.requestId(),
        status,
        reason,
        application.type(),
        application.amount(),
        score,
        application.ts());
  }
}
