package dev.weir.iceberg.table;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** A connection to a catalog that is open as long as any step of this process uses it. */
final class SharedCatalog {
  private static final ConcurrentMap<LedgerCatalog, SharedCatalog> IN_USE =
      new ConcurrentHashMap<>();

  private final LedgerCatalog key;
  private final OpenCatalog open;
  private int users;

  private SharedCatalog(LedgerCatalog key, OpenCatalog open) {
    this.key = key;
    this.open = open;
  }

  /**
   * Returns the connection to a catalog; each call needs a call of {@link #release}.
   *
   * @throws LedgerException if the catalog cannot be opened
   */
  static SharedCatalog of(LedgerCatalog catalog) {
    return IN_USE.compute(
        catalog,
        (key, found) -> {
          SharedCatalog shared = found == null ? new SharedCatalog(key, key.open()) : found;
          shared.users++;
          return shared;
        });
  }

  OpenCatalog open() {
    return open;
  }

  /** Closes the connection if nothing else uses it. */
  void release() {
    SharedCatalog left =
        IN_USE.computeIfPresent(key, (same, shared) -> --shared.users == 0 ? null : shared);
    if (left == null) {
      open.close();
    }
  }
}
