package dev.weir.iceberg.maintain;

/**
 * The result of expiring snapshots.
 *
 * @param snapshots number of snapshots that were expired
 * @param files number of removed files, which only these snapshots referenced
 */
public record Expiry(int snapshots, long files) {

  /** One line for a log. */
  @Override
  public String toString() {
    return snapshots + " snapshots expired, " + files + " files removed with them";
  }
}
