package dev.weir.httpservice;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A server that listens on HTTP/1.1. One event loop serves all requests, and no request holds a
 * thread while it waits.
 */
public final class HttpService {

  /** The host for a service that only this machine can reach. */
  public static final String LOOPBACK = "127.0.0.1";

  private static final String EVERY_INTERFACE = "0.0.0.0";
  private static final long PATIENCE_SECONDS = 30;

  private final Vertx vertx;
  private final Meter meter;
  private final Routes routes;
  private final HttpServer server;
  private final String host;

  private HttpService(Naming naming, String host, int port, Consumer<Routes> site) {
    this.host = host;
    this.meter = new Meter(naming);
    this.vertx = Vertx.vertx(onOneEventLoop());
    this.routes = new Routes(vertx, naming, meter);
    site.accept(routes);
    this.server = vertx.createHttpServer(listeningOn(host, port)).requestHandler(routes.whole());
  }

  /**
   * Starts a service and returns once it listens.
   *
   * @param host the address to listen on, {@code 0.0.0.0} for every interface
   * @param port the port to listen on, 0 for a free one
   * @param site adds the service's own routes
   * @throws UncheckedIOException if it cannot listen there, for example because the port is in use
   * @throws IllegalArgumentException for an invalid port number
   */
  public static HttpService start(Naming naming, String host, int port, Consumer<Routes> site) {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be between 0 and 65535, not " + port);
    }
    HttpService service = new HttpService(naming, host, port, site);
    try {
      await(service.server.listen());
      return service;
    } catch (IOException e) {
      service.close();
      throw new UncheckedIOException(
          "Cannot listen on " + host + ":" + port + ": " + e.getMessage(), e);
    }
  }

  int port() {
    return server.actualPort();
  }

  URI uri() {
    String reachable = host.equals(EVERY_INTERFACE) ? LOOPBACK : host;
    try {
      return new URI("http", null, reachable, port(), null, null, null);
    } catch (URISyntaxException e) {
      throw new IllegalStateException("The host does not fit in a URI: " + host, e);
    }
  }

  ServiceStats stats() {
    return meter.stats();
  }

  List<String> routes() {
    return routes.all();
  }

  void close() {
    try {
      await(vertx.close());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot stop the service", e);
    }
  }

  private static VertxOptions onOneEventLoop() {
    return new VertxOptions()
        .setEventLoopPoolSize(1)
        .setWorkerPoolSize(1)
        .setInternalBlockingPoolSize(1)
        .setFileSystemOptions(
            new FileSystemOptions()
                .setFileCachingEnabled(false)
                .setClassPathResolvingEnabled(false));
  }

  private static HttpServerOptions listeningOn(String host, int port) {
    return new HttpServerOptions()
        .setHost(host)
        .setPort(port)
        .setAcceptBacklog(4096)
        .setHandle100ContinueAutomatically(true)
        .setHttp2ClearTextEnabled(false);
  }

  private static void await(Future<?> future) throws IOException {
    try {
      future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("it took longer than " + PATIENCE_SECONDS + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
