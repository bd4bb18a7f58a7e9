package dev.weir.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Kafka Connect and its plugin, as built in a checkout.
 *
 * @param testbed the folder of the module {@code testbed}
 */
record ConnectBuild(Path testbed) {

  /**
   * @throws IllegalStateException if Connect is not built
   */
  static ConnectBuild ofThisCheckout() throws URISyntaxException {
    return above(
        Path.of(ConnectBuild.class.getProtectionDomain().getCodeSource().getLocation().toURI()));
  }

  /**
   * Returns the build in the checkout that a folder of classes or a jar belongs to.
   *
   * @throws IllegalStateException if Connect is not built
   */
  static ConnectBuild above(Path classes) {
    for (Path up = classes; up != null; up = up.getParent()) {
      ConnectBuild build = new ConnectBuild(up.resolve("testbed"));
      if (Files.isRegularFile(build.worker()) && Files.isRegularFile(build.plugin())) {
        return build;
      }
    }
    ConnectBuild missing = new ConnectBuild(Path.of("testbed"));
    throw new IllegalStateException(
        "Kafka Connect is not built: no folder above "
            + classes
            + " has "
            + missing.worker()
            + " and "
            + missing.plugin()
            + "; run 'mvn compile' at the root of the checkout");
  }

  String workerClassPath() throws IOException {
    return worker().resolveSibling("classes")
        + System.getProperty("path.separator")
        + Files.readString(worker(), UTF_8);
  }

  /** Links the plugin's jars into a folder; Connect gives each plugin its own class loader. */
  void linkPlugin(Path folder) throws IOException {
    Files.createDirectories(folder);
    String jars = Files.readString(plugin(), UTF_8);
    for (String jar : jars.split(System.getProperty("path.separator"))) {
      Path from = Path.of(jar);
      Path to = folder.resolve(from.getFileName());
      Files.deleteIfExists(to);
      try {
        Files.createSymbolicLink(to, from);
      } catch (IOException | UnsupportedOperationException e) {
        Files.copy(from, to);
      }
    }
  }

  private Path worker() {
    return testbed.resolve("connect-worker").resolve("target").resolve("classpath");
  }

  private Path plugin() {
    return testbed.resolve("debezium").resolve("target").resolve("classpath");
  }
}
