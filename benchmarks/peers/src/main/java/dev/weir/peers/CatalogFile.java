package dev.weir.peers;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.catalog.CatalogDescriptor;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.flink.FlinkCatalogFactory;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.util.EnvironmentUtil;

/** Reads a file of Iceberg catalog properties for Flink's {@code CREATE CATALOG}. */
final class CatalogFile {
  private final Map<String, String> properties = new HashMap<>();

  /**
   * @param file a Java properties file with {@code type} or {@code catalog-impl}; a value {@code
   *     env:NAME} is read from that environment variable
   */
  CatalogFile(Path file) throws IOException {
    Properties read = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      read.load(reader);
    }
    read.stringPropertyNames().forEach(n -> properties.put(n, read.getProperty(n).strip()));
  }

  /** Returns the catalog's name. A JDBC catalog also uses this name to find its tables. */
  String name() {
    return properties.getOrDefault("name", "weir");
  }

  CatalogDescriptor descriptor() {
    Map<String, String> flink = new HashMap<>(EnvironmentUtil.resolveAll(properties));
    String type = flink.put(FlinkCatalogFactory.TYPE, "iceberg");
    if (CatalogUtil.ICEBERG_CATALOG_TYPE_JDBC.equals(type)) {
      flink.put(CatalogProperties.CATALOG_IMPL, JdbcCatalog.class.getName());
    } else if (type != null) {
      flink.put(FlinkCatalogFactory.ICEBERG_CATALOG_TYPE, type);
    }
    return CatalogDescriptor.of(name(), Configuration.fromMap(flink));
  }
}
