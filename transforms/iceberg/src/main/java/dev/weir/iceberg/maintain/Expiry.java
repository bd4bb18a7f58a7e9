package dev.weir.iceberg.maintain;

/**
 * What an expiry of snapshots did.
 *
 * @param snapshots that are gone
 * @param files that only they named, removed with them
 */
public record Expiry(int snapshots, long files) {

  /** One line for a log. */
  @Override
  public String toString() {
    return snapshots + " snapshots expired, " + files + " files removed with them";
  }
}
