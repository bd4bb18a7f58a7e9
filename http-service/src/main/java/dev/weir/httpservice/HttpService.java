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
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A server that listens on HTTP/1.1, with or without TLS. One event loop serves all requests, and
 * no request holds a thread while it waits.
 */
public final class HttpService {

  /** Every interface, and how this machine reaches itself there. */
  private static final Map<String, String> REACHABLE =
      Map.of("0.0.0.0", Listening.LOOPBACK, "::", "::1");

  private static final long PATIENCE_SECONDS = 30;

  private final Vertx vertx;
  private final Meter meter;
  private final Routes routes;
  private final HttpServer server;
  private final Listening listening;

  private HttpService(Naming naming, Listening listening, Consumer<Routes> site) {
    this.listening = listening;
    this.meter = new Meter(naming);
    this.vertx = Vertx.vertx(onOneEventLoop());
    Connections connections = new Connections(vertx, listening.limits(), naming.log());
    this.routes = new Routes(vertx, naming, meter, listening.access(), connections);
    site.accept(routes);
    this.server =
        vertx
            .createHttpServer(options(listening))
            .connectionHandler(connections::opened)
            .invalidRequestHandler(routes::refuseUnreadable)
            .requestHandler(routes.whole());
  }

  /**
   * Starts a service and returns once it listens.
   *
   * @param site adds the service's own routes
   * @throws UncheckedIOException if it cannot listen there, for example because the port is in use
   */
  public static HttpService start(Naming naming, Listening listening, Consumer<Routes> site) {
    HttpService service = new HttpService(naming, listening, site);
    try {
      await(service.server.listen());
      return service;
    } catch (IOException e) {
      service.close();
      throw new UncheckedIOException(
          "Cannot listen on " + listening.host() + ":" + listening.port() + ": " + e.getMessage(),
          e);
    }
  }

  int port() {
    return server.actualPort();
  }

  URI uri() {
    String scheme = listening.certificate().isPresent() ? "https" : "http";
    String host = REACHABLE.getOrDefault(listening.host(), listening.host());
    try {
      return new URI(scheme, null, host, port(), null, null, null);
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

  private static HttpServerOptions options(Listening listening) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(listening.host())
            .setPort(listening.port())
            .setAcceptBacklog(4096)
            .setMaxInitialLineLength(Limits.FIRST_LINE)
            .setMaxHeaderSize(Limits.HEADERS)
            .setHandle100ContinueAutomatically(true)
            .setHttp2ClearTextEnabled(false);
    listening.certificate().ifPresent(own -> options.setSsl(true).setKeyCertOptions(own.options()));
    return options;
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
