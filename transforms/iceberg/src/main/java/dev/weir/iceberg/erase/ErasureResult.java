package dev.weir.iceberg.erase;

import java.util.List;
import java.util.Optional;

/**
 * The result of erasing the personal data of deleted persons. The next maintenance erases data that
 * is left, except data behind tags and branches: whoever created them must remove them.
 *
 * @param persons number of persons that were ever deleted
 * @param rowsBlanked number of rows whose personal data was removed by this maintenance
 * @param filesLeft number of data files that still show personal data, because they could not be
 *     rewritten or other jobs changed them in the meantime
 * @param keptBy tags and branches that still show personal data
 * @param pendingFiles number of files that no snapshot references, that may still be committed, and
 *     that hold personal data or cannot be read
 * @param skipReason the reason why the search for deleted persons was skipped; empty if it was not
 */
public record ErasureResult(
    int persons,
    long rowsBlanked,
    int filesLeft,
    List<String> keptBy,
    int pendingFiles,
    Optional<String> skipReason) {

  /** Returns whether no personal data of deleted persons is left. */
  public boolean isComplete() {
    return filesLeft == 0 && keptBy.isEmpty() && pendingFiles == 0 && skipReason.isEmpty();
  }

  /** One line for a log. */
  @Override
  public String toString() {
    if (skipReason.isPresent()) {
      return "SKIPPED: " + skipReason.get();
    }
    StringBuilder text = new StringBuilder();
    text.append(rowsBlanked).append(" rows of ").append(persons).append(" deleted persons blanked");
    if (isComplete()) {
      return text.append(", no personal data left").toString();
    }
    text.append("; PERSONAL DATA LEFT in ");
    text.append(filesLeft).append(" data files, ");
    text.append(pendingFiles).append(" files that may be pending");
    keptBy.forEach(name -> text.append(", ").append(name));
    return text.toString();
  }
}
