package dev.weir.iceberg.table;

import java.io.FileNotFoundException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.SupportsPrefixOperations;
import org.apache.iceberg.util.LocationUtil;
import org.apache.iceberg.util.PropertyUtil;

/** The folder that holds a table's data and delete files, and nothing else. */
public final class TableFolder {
  private static final Pattern SCHEME = Pattern.compile("^[A-Za-z][A-Za-z0-9+.-]*:(//[^/]*)?");

  private final Table table;

  public TableFolder(Table table) {
    this.table = table;
  }

  /** The reason why the folder cannot be listed safely; empty if it can be. */
  public Optional<String> skipReason() {
    if (!PropertyUtil.propertyAsBoolean(
        table.properties(), TableProperties.GC_ENABLED, TableProperties.GC_ENABLED_DEFAULT)) {
      return Optional.of("the table has gc.enabled=false");
    }
    if (table.properties().containsKey(TableProperties.WRITE_LOCATION_PROVIDER_IMPL)) {
      return Optional.of("the table has a custom location provider");
    }
    if (!path(folder()).startsWith(path(table.location() + "/"))) {
      return Optional.of(
          folder() + " is not within the table's folder and may contain other tables");
    }
    if (!(table.io() instanceof SupportsPrefixOperations)) {
      return Optional.of(table.io().getClass().getSimpleName() + " cannot list files");
    }
    return Optional.empty();
  }

  private String folder() {
    return LocationUtil.stripTrailingSlash(
        table
            .properties()
            .getOrDefault(TableProperties.WRITE_DATA_LOCATION, table.location() + "/data"));
  }

  /** The files in the folder, regardless of their writer, keyed by {@link #path}. */
  public Map<String, FileInfo> files() {
    Map<String, FileInfo> files = new ConcurrentHashMap<>();
    try {
      ((SupportsPrefixOperations) table.io())
          .listPrefix(folder() + "/")
          .forEach(file -> files.put(path(file.location()), file));
    } catch (UncheckedIOException e) {
      if (!(e.getCause() instanceof FileNotFoundException)) {
        throw e;
      }
      // No file was ever written.
    }
    return files;
  }

  /** Normalizes a location: removes the scheme and authority, and repeated slashes. */
  public static String path(String location) {
    return SCHEME.matcher(location).replaceFirst("").replaceAll("/+", "/");
  }
}
