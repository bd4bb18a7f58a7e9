package dev.weir.it.lake;

import static dev.weir.testing.Eventually.eventually;
import static org.hamcrest.Matchers.is;

import dev.weir.it.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.iceberg.rest.RESTCatalogServer;

/** Iceberg's REST catalog server, in its own process; it keeps its tables in a database. */
public final class CatalogServer implements AutoCloseable {
  private final String address;
  private final Program server;

  private CatalogServer(String address, Program server) {
    this.address = address;
    this.server = server;
  }

  static CatalogServer start(CatalogDatabase database, Path folder) {
    Map<String, String> properties = new HashMap<>();
    properties.putAll(database.properties(folder.resolve("server-warehouse")));
    properties.putAll(database.secrets());
    return start(properties);
  }

  /**
   * @param catalog the properties of the JDBC catalog in which it keeps its tables
   */
  public static CatalogServer start(Map<String, String> catalog) {
    int port = freePort();
    Map<String, String> properties = new HashMap<>(catalog);
    properties.put("rest.port", Integer.toString(port));
    properties.remove("type");
    Map<String, String> environment = new HashMap<>();
    properties.forEach((name, value) -> environment.put(variable(name), value));
    Program server =
        Program.start("catalog-server", RESTCatalogServer.class, environment, List.of());
    CatalogServer started = new CatalogServer("http://localhost:" + port, server);
    try {
      eventually("target/programs/catalog-server.err", started::answers, is(true));
      return started;
    } catch (RuntimeException | AssertionError e) {
      started.close();
      throw e;
    }
  }

  private static String variable(String property) {
    return "CATALOG_" + property.toUpperCase(Locale.ROOT).replace("-", "__").replace(".", "_");
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean answers() {
    if (!server.isAlive()) {
      throw new AssertionError("the server has ended; see target/programs/catalog-server.err");
    }
    try {
      URI config = URI.create(address + "/v1/config");
      HttpURLConnection connection = (HttpURLConnection) config.toURL().openConnection();
      return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
    } catch (IOException e) {
      return false;
    }
  }

  public String address() {
    return address;
  }

  NamedCatalog catalog(Path folder) {
    return NamedCatalog.write(
        folder.resolve("server.properties"), Map.of("type", "rest", "uri", address), Map.of());
  }

  @Override
  public void close() {
    server.close();
  }
}
