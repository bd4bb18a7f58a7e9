package dev.weir.local;

import static dev.weir.local.RunCounts.addIfNotZero;
import static dev.weir.local.RunCounts.counted;

import java.util.ArrayList;
import java.util.List;

/** The summary of a bounded run of loan-decisions; its results add up to the records it read. */
final class LoanSummary {
  private LoanSummary() {}

  /** The results of a run that has not ended. */
  static String soFar(RunCounts counts) {
    return counted(
        counts.sum("approved") + counts.sum("denied") + counts.sum("referred"), "decision");
  }

  static String of(RunCounts counts) {
    long approved = counts.sum("approved");
    long denied = counts.sum("denied");
    long referred = counts.sum("referred");
    List<String> decisions = new ArrayList<>();
    addIfNotZero(decisions, approved, "APPROVED");
    addIfNotZero(decisions, denied, "DENIED");
    addIfNotZero(decisions, referred, "REFERRED");
    return counted(counts.read("Applications"), "record")
        + " read: "
        + counted(approved + denied + referred, "decision")
        + (decisions.isEmpty() ? "" : " (" + String.join(", ", decisions) + ")")
        + ", "
        + counted(counts.sum("duplicates"), "duplicate")
        + ", "
        + counted(counts.sum("dead_letters"), "dead letter")
        + "; "
        + counts.lacking(
            referred,
            "decision",
            "the bureau's answer",
            "every decision that needed a score has one");
  }
}
