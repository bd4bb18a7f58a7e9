package dev.weir.iceberg.maintain;

import dev.weir.iceberg.erase.Forgetting;
import dev.weir.iceberg.table.Erasure;
import java.util.Optional;

/**
 * What was done to a table, step by step.
 *
 * @param table its name
 * @param forgetting what became of personal data; empty for a table without an {@link Erasure}
 */
public record Maintenance(
    String table,
    Compaction compaction,
    ManifestMerge manifests,
    Expiry expiry,
    OrphanRemoval orphans,
    Optional<Forgetting> forgetting) {

  /** A line for each step. */
  @Override
  public String toString() {
    String steps =
        String.join(
            System.lineSeparator(),
            "table " + table,
            "  compaction: " + compaction,
            "  manifests: " + manifests,
            "  history: " + expiry,
            "  orphans: " + orphans);
    return forgetting.map(f -> steps + System.lineSeparator() + "  forgetting: " + f).orElse(steps);
  }
}
