package dev.weir.iceberg.maintain;

/**
 * What a merge of manifests did.
 *
 * @param before manifests of data files
 * @param after the same; fewer where there were many small ones
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
