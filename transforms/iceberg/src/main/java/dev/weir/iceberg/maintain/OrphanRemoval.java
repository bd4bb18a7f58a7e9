package dev.weir.iceberg.maintain;

import java.util.Optional;

/**
 * The result of a removal of orphans.
 *
 * @param removed number of removed files: no snapshot references them and no job will commit them
 * @param removedBytes their total size, in bytes
 * @param kept number of files that no snapshot references but a job may still commit
 * @param keptBytes their total size, in bytes
 * @param runsForgotten number of removed records of finished runs whose sink ids will not be used
 *     again
 * @param whyNot the reason why orphans were not looked for; empty if they were
 */
public record OrphanRemoval(
    int removed,
    long removedBytes,
    int kept,
    long keptBytes,
    int runsForgotten,
    Optional<String> whyNot) {

  /** One line for a log. */
  @Override
  public String toString() {
    String files =
        whyNot
            .map(why -> "skipped: " + why)
            .orElse(
                removed
                    + " files ("
                    + removedBytes
                    + " bytes) removed, "
                    + kept
                    + " ("
                    + keptBytes
                    + " bytes) kept, which may be pending");
    return files + ", " + runsForgotten + " run records removed";
  }
}
