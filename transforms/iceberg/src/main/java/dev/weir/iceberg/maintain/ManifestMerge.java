package dev.weir.iceberg.maintain;

/**
 * The result of merging manifests.
 *
 * @param before number of manifests of data files before the merge
 * @param after number of manifests of data files after it; lower if there were many small ones
 */
public record ManifestMerge(int before, int after) {

  /** One line for a log. */
  @Override
  public String toString() {
    return before == after
        ? before + " manifests left as they are"
        : before + " manifests merged into " + after;
  }
}
