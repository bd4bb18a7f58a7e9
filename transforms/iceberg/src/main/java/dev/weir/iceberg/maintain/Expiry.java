package dev.weir.iceberg.maintain;

/**
 * The result of an expiry of snapshots.
 *
 * @param snapshots number of snapshots that were expired
 * @param files number of files removed with them, which only they referenced
 */
public record Expiry(int snapshots, long files) {

  /** One line for a log. */
  @Override
  public String toString() {
    return snapshots + " snapshots expired, " + files + " files removed with them";
  }
}
