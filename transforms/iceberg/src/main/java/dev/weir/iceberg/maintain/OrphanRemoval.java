package dev.weir.iceberg.maintain;

import java.util.Optional;

/**
 * The result of removing orphans.
 *
 * @param removed number of removed files: no snapshot references them and no job will commit them
 * @param removedBytes their total size, in bytes
 * @param kept number of files that no snapshot references but a job may still commit
 * @param keptBytes their total size, in bytes
 * @param runsRemoved number of removed records of finished runs whose sink ids will not be used
 *     again
 * @param skipReason the reason why the search for orphans was skipped; empty if it was not
 */
public record OrphanRemoval(
    int removed,
    long removedBytes,
    int kept,
    long keptBytes,
    int runsRemoved,
    Optional<String> skipReason) {

  /** One line for a log. */
  @Override
  public String toString() {
    String files =
        skipReason
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
    return files + ", " + runsRemoved + " run records removed";
  }
}
