package dev.weir.ledger;

/**
 * What was done to a table, step by step.
 *
 * @param table its name
 */
public record Maintenance(
    String table,
    Compaction compaction,
    ManifestMerge manifests,
    Expiry expiry,
    OrphanRemoval orphans) {

  /** A line for each step. */
  @Override
  public String toString() {
    return String.join(
        System.lineSeparator(),
        "table " + table,
        "  compaction: " + compaction,
        "  manifests: " + manifests,
        "  history: " + expiry,
        "  orphans: " + orphans);
  }
}
