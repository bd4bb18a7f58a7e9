package dev.weir.iceberg.table;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Supplier;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;

/** A connection to a catalog; the caller must close it. */
public final class OpenCatalog implements AutoCloseable {
  private final Catalog catalog;

  OpenCatalog(Catalog catalog) {
    this.catalog = catalog;
  }

  /** Iceberg's own catalog, for what this class does not offer. */
  public Catalog catalog() {
    return catalog;
  }

  /**
   * Loads a table.
   *
   * @param name the table's full name, such as {@code bank.loan_decisions}
   * @throws LedgerException if there is no such table
   */
  public Table table(String name) {
    return orExplain(
        name,
        () -> {
          try {
            return catalog.loadTable(TableIdentifier.parse(name));
          } catch (NoSuchTableException e) {
            throw new LedgerException("table " + name + " does not exist", e);
          }
        });
  }

  /**
   * Calls the catalog and rethrows any failure as a {@link LedgerException} that names the table.
   */
  public static <T> T orExplain(String table, Supplier<T> call) {
    try {
      return call.get();
    } catch (LedgerException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new LedgerException("table " + table + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    if (catalog instanceof Closeable closeable) {
      try {
        closeable.close();
      } catch (IOException e) {
        throw new UncheckedIOException("the catalog could not be closed", e);
      }
    }
  }
}
