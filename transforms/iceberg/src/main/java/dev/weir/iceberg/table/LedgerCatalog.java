package dev.weir.iceberg.table;

import java.io.IOException;
import java.io.Reader;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.LockManager;
import org.apache.iceberg.catalog.Catalog;

/**
 * Describes how to reach an Iceberg catalog, by <a
 * href="https://iceberg.apache.org/docs/latest/configuration/#catalog-properties">Iceberg's catalog
 * properties</a>. It can be sent to workers; a property whose value is {@code env:NAME} is read
 * from the environment of the process that opens the catalog. All other values travel with the job
 * as they are.
 */
public final class LedgerCatalog implements Serializable {
  private static final long serialVersionUID = 1;
  private static final String NAME = "name";
  private static final String HADOOP_PREFIX = "hadoop.";
  private static final Pattern AFTER_SCHEME = Pattern.compile("^((?:\\w+:)+).*", Pattern.DOTALL);
  private static final Pattern PARAMETERS = Pattern.compile("[?;#].*", Pattern.DOTALL);

  /** What to write instead of an address with a secret. */
  private static final String SECRET_OUTSIDE_URI =
      "remove it from the uri and write jdbc.user=USER and jdbc.password=env:NAME, or"
          + " token=env:NAME for a REST catalog; then set the environment variable NAME in each"
          + " process of the job";

  private final TreeMap<String, String> properties;

  /** The settings on the class path. They are read once: each reading parses XML files. */
  private static final class Hadoop {
    static final Configuration SETTINGS = new Configuration();

    static {
      // Not the loader of the job that comes first.
      SETTINGS.setClassLoader(LedgerCatalog.class.getClassLoader());
      // Reads the files: a copy of settings that are not read would read them again.
      SETTINGS.size();
    }
  }

  private LedgerCatalog(Map<String, String> properties) {
    this.properties = new TreeMap<>(properties);
  }

  /**
   * @param properties {@code type} or {@code catalog-impl}, {@code uri}, {@code warehouse}, …;
   *     {@code name} is the catalog's own name, and {@code hadoop.x} sets Hadoop's {@code x}.
   *     Secrets should be {@code env:NAME}; unlike those of a file, they are not checked
   */
  public static LedgerCatalog of(Map<String, String> properties) {
    return new LedgerCatalog(properties);
  }

  /**
   * A catalog in a folder: suitable for one machine, and safe for one writing process at a time.
   */
  public static LedgerCatalog inFolder(Path warehouse) {
    return new LedgerCatalog(
        Map.of(
            CatalogUtil.ICEBERG_CATALOG_TYPE,
            CatalogUtil.ICEBERG_CATALOG_TYPE_HADOOP,
            CatalogProperties.WAREHOUSE_LOCATION,
            warehouse.toAbsolutePath().toString()));
  }

  /**
   * @param file a Java properties file
   * @throws LedgerException if it cannot be read, does not define a catalog, or has a secret in
   *     clear text, which would be stored with every job that uses the catalog
   */
  public static LedgerCatalog read(Path file) {
    Properties read = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      read.load(reader);
    } catch (NoSuchFileException e) {
      throw new LedgerException("the catalog file " + file + " does not exist", e);
    } catch (IOException | IllegalArgumentException e) {
      throw new LedgerException("the catalog file " + file + " cannot be read: " + e, e);
    }
    Map<String, String> properties = new HashMap<>();
    read.stringPropertyNames().forEach(n -> properties.put(n, read.getProperty(n).strip()));
    if (!properties.containsKey(CatalogUtil.ICEBERG_CATALOG_TYPE)
        && !properties.containsKey(CatalogProperties.CATALOG_IMPL)) {
      throw new LedgerException(
          "the catalog file "
              + file
              + " has no type; set type=hadoop, type=jdbc, type=rest or catalog-impl=CLASS");
    }
    SecretProperties.inClearText(properties)
        .ifPresent(
            name -> {
              throw new LedgerException(
                  "the catalog file "
                      + file
                      + " has a secret in clear text, "
                      + name
                      + ", which would be stored with the job; "
                      + (name.equals(CatalogProperties.URI)
                          ? SECRET_OUTSIDE_URI
                          : "write "
                              + name
                              + "=env:NAME and set the environment variable NAME in each process"
                              + " of the job"));
            });
    return new LedgerCatalog(properties);
  }

  /**
   * Opens a new connection; the caller must close it.
   *
   * @throws LedgerException if the catalog cannot be reached, a property is invalid, or the uri has
   *     a password or token in it, which Iceberg's error messages would quote
   */
  public OpenCatalog open() {
    try {
      Map<String, String> resolved = new HashMap<>();
      properties.forEach((name, value) -> resolved.put(name, resolved(name, value)));
      if (SecretProperties.isInAddress(resolved.getOrDefault(CatalogProperties.URI, ""))) {
        throw new LedgerException(
            "its uri has a secret in it, which error messages would quote; " + SECRET_OUTSIDE_URI);
      }
      if (CatalogUtil.ICEBERG_CATALOG_TYPE_HADOOP.equals(
          resolved.get(CatalogUtil.ICEBERG_CATALOG_TYPE))) {
        resolved.putIfAbsent(CatalogProperties.LOCK_IMPL, ProcessLocks.class.getName());
      }
      Configuration hadoop = new Configuration(Hadoop.SETTINGS);
      // The loader that Hadoop chooses for this thread.
      hadoop.setClassLoader(new Configuration(false).getClassLoader());
      resolved.forEach(
          (name, value) -> {
            if (name.startsWith(HADOOP_PREFIX)) {
              hadoop.set(name.substring(HADOOP_PREFIX.length()), value);
            }
          });
      Catalog catalog =
          CatalogUtil.buildIcebergCatalog(resolved.getOrDefault(NAME, "weir"), resolved, hadoop);
      return new OpenCatalog(catalog);
    } catch (RuntimeException e) {
      throw failure(e);
    }
  }

  /** A driver's message may quote the address with which it was called, password included. */
  private LedgerException failure(RuntimeException e) {
    String text = "the catalog " + this + " cannot be opened: ";
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (hasSecret(String.valueOf(cause.getMessage()))) {
        LedgerException masked =
            new LedgerException(
                text
                    + e.getClass().getSimpleName()
                    + ", whose message has a secret; check its uri");
        masked.setStackTrace(e.getStackTrace());
        return masked;
      }
    }
    return new LedgerException(text + e.getMessage(), e);
  }

  private boolean hasSecret(String text) {
    return properties.values().stream()
        .filter(SecretProperties::isInEnvironment)
        .map(value -> SecretProperties.resolve("", value, variable -> environment(variable, "")))
        .anyMatch(secret -> !secret.isEmpty() && text.contains(secret));
  }

  /**
   * Returns a property as the catalog is opened with it; empty if it is not set. The value may be a
   * secret.
   *
   * @throws LedgerException if the value refers to an environment variable that is not set
   */
  public Optional<String> property(String name) {
    return Optional.ofNullable(properties.get(name)).map(value -> resolved(name, value));
  }

  private static String resolved(String name, String value) {
    return SecretProperties.resolve(name, value, System::getenv);
  }

  private static String environment(String variable, String otherwise) {
    return System.getenv().getOrDefault(variable, otherwise);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LedgerCatalog that && properties.equals(that.properties);
  }

  @Override
  public int hashCode() {
    return properties.hashCode();
  }

  /** The type, address and warehouse, without passwords. */
  @Override
  public String toString() {
    Map<String, String> shown = new TreeMap<>(properties);
    shown
        .keySet()
        .retainAll(
            Set.of(
                CatalogUtil.ICEBERG_CATALOG_TYPE,
                CatalogProperties.CATALOG_IMPL,
                CatalogProperties.URI,
                CatalogProperties.WAREHOUSE_LOCATION));
    shown.computeIfPresent(CatalogProperties.URI, (name, uri) -> withoutSecrets(uri));
    return shown.toString();
  }

  /**
   * Keeps two commits of this process from overwriting each other in a Hadoop catalog. Iceberg's
   * own locks do not: closing any catalog of the process drops the locks of all of them.
   */
  static final class ProcessLocks implements LockManager {
    private static final ConcurrentMap<String, String> OWNERS = new ConcurrentHashMap<>();

    /** Never waits: the lock is on a version, so a second committer must take the next version. */
    @Override
    public boolean acquire(String version, String owner) {
      return OWNERS.putIfAbsent(version, owner) == null;
    }

    @Override
    public boolean release(String version, String owner) {
      OWNERS.remove(version, owner);
      return true;
    }

    @Override
    public void initialize(Map<String, String> catalog) {}

    @Override
    public void close() {}
  }

  private static String withoutSecrets(String uri) {
    String address = PARAMETERS.matcher(uri).replaceFirst("");
    return uri.contains("@") || SecretProperties.isInAddress(address)
        ? AFTER_SCHEME.matcher(uri).replaceFirst("$1...")
        : address;
  }
}
