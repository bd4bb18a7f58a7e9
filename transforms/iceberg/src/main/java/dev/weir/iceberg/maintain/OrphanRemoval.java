package dev.weir.iceberg.maintain;

import java.util.Optional;

/**
 * What a removal of orphans did.
 *
 * @param removed files that no snapshot names and nobody will commit
 * @param removedBytes of them
 * @param kept files that no snapshot names and somebody may commit yet
 * @param keptBytes of them
 * @param runsForgotten records of finished runs under ids that nobody will use again
 * @param whyNot nothing was looked for; empty where all was
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
            .map(why -> "not looked for: " + why)
            .orElse(
                removed
                    + " files ("
                    + removedBytes
                    + " bytes) removed, "
                    + kept
                    + " ("
                    + keptBytes
                    + " bytes) kept, which may be pending");
    return files + ", " + runsForgotten + " run records forgotten";
  }
}
