package dev.weir.iceberg.maintain;

import dev.weir.iceberg.erase.ErasureResult;
import dev.weir.iceberg.table.Erasure;
import java.util.Optional;

/**
 * The results of all maintenance steps on one table.
 *
 * @param table the table's name
 * @param erasure the result of the erasure; empty for a table without an {@link Erasure}
 */
public record Maintenance(
    String table,
    Compaction compaction,
    ManifestMerge manifests,
    Expiry expiry,
    OrphanRemoval orphans,
    Optional<ErasureResult> erasure) {

  /** One line per step. */
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
    return erasure.map(e -> steps + System.lineSeparator() + "  erasure: " + e).orElse(steps);
  }
}
