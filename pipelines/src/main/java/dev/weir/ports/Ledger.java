package dev.weir.ports;

import dev.weir.iceberg.table.LedgerCatalog;
import dev.weir.iceberg.table.LedgerException;
import dev.weir.iceberg.table.Partitioning;
import java.nio.file.Path;
import java.util.UUID;

/**
 * The settings that the {@code iceberg:} ports of a job share.
 *
 * @param sinkId names the job in the tables it writes
 * @param partitioning the partitioning of the tables it creates
 */
public record Ledger(LedgerCatalog catalog, String sinkId, Partitioning partitioning) {
  private static final Path STANDARD_WAREHOUSE = Path.of("warehouse");

  /**
   * Returns the settings for tables without partitions.
   *
   * @param pipeline the name of a live job's sink, unless the options have one
   * @param live whether the job's input never ends
   * @throws PortException if an argument is invalid
   */
  public static Ledger of(LedgerOptions options, String pipeline, boolean live) {
    String standardId = live ? pipeline : "run-" + UUID.randomUUID();
    try {
      LedgerCatalog catalog =
          options.getCatalog() == null
              ? LedgerCatalog.inFolder(STANDARD_WAREHOUSE)
              : read(options.getCatalog());
      String sinkId = options.getSinkId() == null ? standardId : options.getSinkId();
      return new Ledger(catalog, sinkId, Partitioning.none());
    } catch (LedgerException e) {
      throw new PortException(e.getMessage());
    }
  }

  private static LedgerCatalog read(String file) {
    try {
      return LedgerCatalog.read(Path.of(file));
    } catch (LedgerException e) {
      throw new PortException("--catalog: " + e.getMessage());
    }
  }

  /**
   * Returns a copy for tables that are partitioned by these terms.
   *
   * @throws PortException if the terms cannot be parsed
   */
  public Ledger partitionedBy(String terms) {
    try {
      return new Ledger(catalog, sinkId, Partitioning.parse(terms));
    } catch (LedgerException e) {
      throw new PortException(e.getMessage());
    }
  }
}
