package dev.weir.iceberg.erase;

import java.util.List;
import java.util.Optional;

/**
 * What became of the personal data of deleted persons. What is left is for the next maintenance,
 * and for whoever made the tags and branches.
 *
 * @param persons that are deleted, ever
 * @param rowsBlanked rows that lost their personal data this time
 * @param filesLeft data files that could not be rewritten, or were changed by others meanwhile
 * @param keptBy tags and branches that still show personal data
 * @param pendingFiles files that no snapshot names, that may be committed yet, and that hold
 *     personal data or cannot be read
 * @param whyNot nobody was looked for; empty where all were
 */
public record Forgetting(
    int persons,
    long rowsBlanked,
    int filesLeft,
    List<String> keptBy,
    int pendingFiles,
    Optional<String> whyNot) {

  /** Whether nothing of them is left. */
  public boolean isComplete() {
    return filesLeft == 0 && keptBy.isEmpty() && pendingFiles == 0 && whyNot.isEmpty();
  }

  /** One line for a log. */
  @Override
  public String toString() {
    if (whyNot.isPresent()) {
      return "NOT LOOKED FOR: " + whyNot.get();
    }
    StringBuilder text = new StringBuilder();
    text.append(rowsBlanked).append(" rows blanked of ").append(persons).append(" persons deleted");
    if (isComplete()) {
      return text.append(", nothing of them left").toString();
    }
    text.append("; STILL SHOWN by ");
    text.append(filesLeft).append(" data files, ");
    text.append(pendingFiles).append(" files that may be pending");
    keptBy.forEach(name -> text.append(", ").append(name));
    return text.toString();
  }
}
