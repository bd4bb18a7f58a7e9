package dev.weir.iceberg.table;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;

/** A connection to a catalog that is open as long as any step of this process uses it. */
final class SharedCatalog {
  private static final ConcurrentMap<Key, SharedCatalog> IN_USE = new ConcurrentHashMap<>();

  private final Key key;

  /** Held while the catalog is opened, which may take long; a thread that waits can be stopped. */
  private final ReentrantLock opening = new ReentrantLock();

  private volatile OpenCatalog open;

  /** Changes only within an update of {@link #IN_USE}. */
  private int users;

  /**
   * A catalog may keep the class loader with which it was opened, so jobs share none, even if this
   * class is loaded once for all of them.
   */
  private record Key(LedgerCatalog catalog, ClassLoader loader) {}

  private SharedCatalog(Key key) {
    this.key = key;
  }

  /**
   * Returns the connection to a catalog; each call needs a call of {@link #release}.
   *
   * @throws LedgerException if the catalog cannot be opened, or the thread is interrupted while
   *     another opens it
   */
  static SharedCatalog of(LedgerCatalog catalog) {
    SharedCatalog shared =
        IN_USE.compute(
            new Key(catalog, Thread.currentThread().getContextClassLoader()),
            (key, found) -> {
              SharedCatalog used = found == null ? new SharedCatalog(key) : found;
              used.users++;
              return used;
            });
    try {
      shared.connect();
      return shared;
    } catch (RuntimeException | Error e) {
      shared.release();
      throw e;
    }
  }

  private void connect() {
    try {
      opening.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LedgerException(
          "interrupted while waiting for the catalog " + key.catalog() + " to be opened", e);
    }
    try {
      if (open == null) {
        open = key.catalog().open();
      }
    } finally {
      opening.unlock();
    }
  }

  OpenCatalog open() {
    return open;
  }

  /** Closes the connection if nothing else uses it. */
  void release() {
    SharedCatalog left =
        IN_USE.computeIfPresent(key, (same, shared) -> --shared.users == 0 ? null : shared);
    if (left == null && open != null) {
      open.close();
    }
  }
}
