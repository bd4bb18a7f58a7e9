package dev.weir.spark;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.iceberg.spark.SparkCatalog;
import org.apache.iceberg.util.EnvironmentUtil;
import org.apache.spark.sql.SparkSession;

/** A file of Iceberg catalog properties, as the settings of a catalog of Spark. */
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

  /** Makes it the current catalog of a session that has not used another one yet. */
  void useIn(SparkSession session) {
    // A JDBC catalog finds its tables by the catalog's name.
    String name = properties.getOrDefault("name", "weir");
    String prefix = "spark.sql.catalog." + name;
    session.conf().set(prefix, SparkCatalog.class.getName());
    EnvironmentUtil.resolveAll(properties)
        .forEach((key, value) -> session.conf().set(prefix + "." + key, value));
    session.catalog().setCurrentCatalog(name);
  }
}
