package dev.weir.needs;

import static org.apache.iceberg.CatalogUtil.ICEBERG_CATALOG_TYPE;
import static org.apache.iceberg.CatalogUtil.ICEBERG_CATALOG_TYPE_HADOOP;
import static org.apache.iceberg.CatalogUtil.ICEBERG_CATALOG_TYPE_REST;

import dev.weir.iceberg.commit.SinkRecord;
import dev.weir.iceberg.table.LedgerCatalog;
import dev.weir.iceberg.table.LedgerException;
import dev.weir.iceberg.table.OpenCatalog;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;

/** An Iceberg catalog that answers, and has the tables that are read. Nothing is created in it. */
final class CatalogNeed implements Need {
  private static final Map<String, Integer> STANDARD_PORTS =
      Map.of("http", 80, "https", 443, "thrift", 9083, "postgresql", 5432, "mysql", 3306);

  /** Where Hadoop looks for a location that has no scheme. */
  private static final String DEFAULT_FILE_SYSTEM = "hadoop.fs.defaultFS";

  private final String option;
  private final LedgerCatalog catalog;
  private final Map<String, String> read = new LinkedHashMap<>();
  private String unusedSink;
  private final Map<String, String> written = new LinkedHashMap<>();

  /** The options of the tables, in the order in which they were given. */
  private final List<String> users = new ArrayList<>();

  /**
   * @param option the option that names the catalog; null for the default catalog, whose errors
   *     name the option of a table
   */
  CatalogNeed(String option, LedgerCatalog catalog) {
    this.option = option;
    this.catalog = catalog;
  }

  void reads(String by, String table) {
    opens(by);
    read.put(by, table);
  }

  void writes(String by, String table) {
    opens(by);
    written.put(by, table);
  }

  void opens(String by) {
    users.add(by);
  }

  /** Tables that are appended to must not have rows of this sink. */
  void hasNoRowsOf(String sink) {
    unusedSink = sink;
  }

  boolean isUsed() {
    return !users.isEmpty();
  }

  @Override
  public String option() {
    return option != null ? option : users.get(0);
  }

  @Override
  public String address() {
    return "the catalog " + catalog;
  }

  @Override
  public List<String> problems() {
    try {
      Optional<String> unreachable = unreachable();
      if (unreachable.isPresent()) {
        return problem(address() + " does not answer (" + unreachable.get() + "); check its uri");
      }
      Optional<String> unwritable = written.isEmpty() ? Optional.empty() : unwritable();
      if (unwritable.isPresent()) {
        return problem(address() + " cannot be written to: " + unwritable.get());
      }
      try (OpenCatalog open = catalog.open()) {
        return problems(open);
      }
    } catch (LedgerException e) {
      return problem(e.getMessage());
    }
  }

  private List<String> problems(OpenCatalog open) {
    List<String> problems = new ArrayList<>();
    read.forEach(
        (by, table) -> {
          try {
            open.table(table);
          } catch (LedgerException e) {
            problems.add(Need.line(by, e.getMessage() + " in " + address() + "; check its name"));
          }
        });
    written.forEach(
        (by, table) -> {
          try {
            if (open.catalog().tableExists(TableIdentifier.parse(table)) && unusedSink != null) {
              requireUnused(by, open, table, problems);
            }
          } catch (RuntimeException e) {
            problems.add(
                Need.line(by, address() + " failed to look up " + table + ": " + e.getMessage()));
          }
        });
    return problems;
  }

  /** A table with a key is not affected: rows that are written again replace each other. */
  private void requireUnused(String by, OpenCatalog open, String name, List<String> problems) {
    Table table = open.catalog().loadTable(TableIdentifier.parse(name));
    if (table.schema().identifierFieldIds().isEmpty()
        && table.properties().containsKey(SinkRecord.property(unusedSink))) {
      problems.add(Need.line(by, UnusedTopic.refusal("table " + name, unusedSink, "")));
    }
  }

  /** Returns why the catalog's server, if it has one, cannot be connected to. */
  private Optional<String> unreachable() {
    Optional<URI> server = catalog.property(CatalogProperties.URI).flatMap(CatalogNeed::server);
    if (server.isEmpty()) {
      return Optional.empty();
    }
    int port =
        server.get().getPort() >= 0
            ? server.get().getPort()
            : STANDARD_PORTS.getOrDefault(server.get().getScheme(), -1);
    return port < 0
        ? Optional.empty()
        : Reach.failure(server.get().getHost().replaceAll("[\\[\\]]", ""), port, Reach.PATIENCE);
  }

  private static Optional<URI> server(String uri) {
    try {
      URI parsed = URI.create(uri.startsWith("jdbc:") ? uri.substring("jdbc:".length()) : uri);
      return parsed.getHost() == null ? Optional.empty() : Optional.of(parsed);
    } catch (IllegalArgumentException e) {
      // Several hosts, or another form: opening the catalog checks it.
      return Optional.empty();
    }
  }

  /** Returns why a warehouse that is a folder of this machine cannot be created or written to. */
  private Optional<String> unwritable() {
    if (!catalog.property(ICEBERG_CATALOG_TYPE).equals(Optional.of(ICEBERG_CATALOG_TYPE_HADOOP))) {
      return Optional.empty();
    }
    Optional<Path> warehouse =
        catalog.property(CatalogProperties.WAREHOUSE_LOCATION).flatMap(LocalPaths::of);
    if (warehouse.isEmpty()) {
      return Optional.empty();
    }
    Path there = warehouse.get().toAbsolutePath();
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    if (!Files.isDirectory(there)) {
      return Optional.of(there + " is not a folder");
    }
    return Files.isWritable(there)
        ? Optional.empty()
        : Optional.of("access to " + there + " is denied");
  }

  /**
   * Returns the warehouse, as it was written, if it is a folder of this machine. To a REST catalog
   * a warehouse is only a name.
   */
  Optional<String> localWarehouse() {
    boolean elsewhere =
        catalog.property(ICEBERG_CATALOG_TYPE).equals(Optional.of(ICEBERG_CATALOG_TYPE_REST))
            || catalog
                .property(DEFAULT_FILE_SYSTEM)
                .filter(location -> LocalPaths.of(location).isEmpty())
                .isPresent();
    return elsewhere
        ? Optional.empty()
        : catalog
            .property(CatalogProperties.WAREHOUSE_LOCATION)
            .filter(location -> LocalPaths.of(location).isPresent());
  }
}
