package dev.weir.iceberg.table;

import org.apache.iceberg.Table;

/**
 * A table with access to its files, for a step that reads or writes them; the caller must close it.
 * The steps of a process share one connection per catalog, while the credentials that a catalog
 * issues for a table are this step's own, and as new as the step.
 */
public final class OpenTable implements AutoCloseable {
  private final SharedCatalog catalog;

  /** Kept, because a REST catalog closes the files of a table that nothing refers to. */
  private final Table loaded;

  private final Table table;
  private boolean closed;

  private OpenTable(SharedCatalog catalog, Table loaded, Table table) {
    this.catalog = catalog;
    this.loaded = loaded;
    this.table = table;
  }

  /**
   * Loads a table.
   *
   * @param name the table's full name, such as {@code bank.loan_decisions}
   * @throws LedgerException if the catalog cannot be reached or has no such table
   */
  public static OpenTable of(LedgerCatalog catalog, String name) {
    SharedCatalog shared = SharedCatalog.of(catalog);
    try {
      Table loaded = shared.open().table(name);
      return new OpenTable(shared, loaded, loaded);
    } catch (RuntimeException | Error e) {
      shared.release();
      throw e;
    }
  }

  /** Returns this connection for a copy of the table, which uses the same access to files. */
  OpenTable as(Table copy) {
    return new OpenTable(catalog, loaded, copy);
  }

  public Table table() {
    return table;
  }

  /** The table as the catalog has it, which can be refreshed. */
  public Table current() {
    return loaded;
  }

  /** Closes the connection to the catalog if no other step uses it. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      catalog.release();
    }
  }
}
