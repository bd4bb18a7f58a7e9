package dev.weir.it.lake;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.iceberg.table.LedgerCatalog;
import dev.weir.iceberg.table.OpenCatalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;

/**
 * A catalog as given to a program by a user, and as seen by this process.
 *
 * @param file the value of {@code --catalog}
 * @param environment the environment variables that the file refers to
 */
record NamedCatalog(Path file, Map<String, String> environment, LedgerCatalog catalog) {

  /**
   * @param secrets the properties that are in the environment, not in the file
   */
  static NamedCatalog write(
      Path file, Map<String, String> properties, Map<String, String> secrets) {
    Properties written = new Properties();
    written.putAll(properties);
    Map<String, String> environment = new HashMap<>();
    secrets.forEach(
        (name, secret) -> {
          String variable = "WEIR_" + name.toUpperCase(Locale.ROOT).replaceAll("\\W", "_");
          written.put(name, "env:" + variable);
          environment.put(variable, secret);
        });
    try (Writer out = Files.newBufferedWriter(file, UTF_8)) {
      written.store(out, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, String> all = new HashMap<>(properties);
    all.putAll(secrets);
    return new NamedCatalog(file, environment, LedgerCatalog.of(all));
  }

  static NamedCatalog inFolder(Path folder) {
    return write(
        folder.resolve("folder.properties"),
        Map.of("type", "hadoop", "warehouse", folder.resolve("warehouse").toString()),
        Map.of());
  }

  /** Returns the number of snapshots of a table. */
  int snapshots(String table) {
    try (OpenCatalog open = catalog.open()) {
      List<Object> snapshots = new ArrayList<>();
      open.table(table).snapshots().forEach(snapshots::add);
      return snapshots.size();
    }
  }

  /** Returns the number of delete files that apply to the current rows of a table. */
  int deleteFiles(String table) {
    try (OpenCatalog open = catalog.open()) {
      return Integer.parseInt(
          open.table(table).currentSnapshot().summary().get("total-delete-files"));
    }
  }

  /** Reads the rows of a table with Iceberg's own reader, each as text, sorted. */
  List<String> rows(String name, Function<Record, String> text) {
    List<String> rows = new ArrayList<>();
    try (OpenCatalog open = catalog.open()) {
      Table table = open.table(name);
      try (CloseableIterable<Record> found = IcebergGenerics.read(table).build()) {
        found.forEach(row -> rows.add(text.apply(row)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows.stream().sorted().toList();
  }
}
