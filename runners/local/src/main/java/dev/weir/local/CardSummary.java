package dev.weir.local;

import static dev.weir.local.RunCounts.addIfNotZero;
import static dev.weir.local.RunCounts.counted;
import static dev.weir.local.RunCounts.number;

import java.util.ArrayList;
import java.util.List;

/**
 * The summary of a bounded run of card-transactions: what happened to the changes that it read,
 * then its results.
 */
final class CardSummary {
  private CardSummary() {}

  /** The results of a run that has not ended. */
  static String soFar(RunCounts counts) {
    return counted(scored(counts), "change") + " with a score";
  }

  static String of(RunCounts counts) {
    long customers = counts.read("Customers");
    long transactions = counts.read("Transactions");
    long stale = counts.sum("changes_stale");
    long changes =
        counts.sum("changes_created")
            + counts.sum("changes_read")
            + counts.sum("changes_updated")
            + counts.sum("changes_deleted");
    List<String> read = new ArrayList<>();
    read.add(number(changes - stale) + " applied");
    read.add(number(stale) + " stale");
    addIfNotZero(read, counts.sum("tombstones"), "empty");
    read.add(counted(counts.refused("Customers") + counts.refused("Transactions"), "dead letter"));
    return counted(customers + transactions, "record")
        + " read ("
        + number(customers)
        + " of customers, "
        + number(transactions)
        + " of transactions): "
        + String.join(", ", read)
        + "; "
        + results(counts)
        + "; "
        + staleRows(counts.sum("rows_stale"))
        + counts.lacking(
            counts.sum("risk_unknown"),
            "settled transaction",
            "the scorer's score",
            "every settled transaction has a score");
  }

  private static String staleRows(long rows) {
    return rows == 0
        ? ""
        : counted(rows, "row")
            + (rows == 1
                ? " is stale: its last change is a dead letter; "
                : " are stale: their last changes are dead letters; ");
  }

  private static long scored(RunCounts counts) {
    return counts.sum("risk_low")
        + counts.sum("risk_medium")
        + counts.sum("risk_high")
        + counts.sum("risk_other")
        + counts.sum("risk_unknown");
  }

  private static String results(RunCounts counts) {
    long settled = counts.sum("settled_changes");
    List<String> risks = new ArrayList<>();
    addIfNotZero(risks, counts.sum("risk_low"), "LOW");
    addIfNotZero(risks, counts.sum("risk_medium"), "MEDIUM");
    addIfNotZero(risks, counts.sum("risk_high"), "HIGH");
    addIfNotZero(risks, counts.sum("risk_other"), "of other risk");
    addIfNotZero(risks, counts.sum("risk_unknown"), "UNKNOWN");
    if (!risks.isEmpty()) {
      addIfNotZero(risks, settled - scored(counts), "withdrawn");
    }
    long tooLate = counts.sum("dead_letters", "TrackTransactions/");
    return counted(settled, "settled change")
        + (risks.isEmpty() ? "" : " (" + String.join(", ", risks) + ")")
        + ", "
        + counted(counts.sum("pending_changes"), "pending change")
        + (tooLate == 0
            ? ""
            : ", " + counted(tooLate, "dead letter") + " of changes too late for their windows");
  }
}
