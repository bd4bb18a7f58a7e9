package dev.weir.bureaumock;

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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * A mock credit bureau that listens on HTTP/1.1.
 *
 * <ul>
 *   <li>{@code POST /v1/score} with {@code {"ssn":"…"}} answers {@code {"score":n}}.
 *   <li>{@code POST /v1/scores} with {@code {"ssns":["…",…]}}, 1 to 100 of them, answers {@code
 *       {"scores":[{"score":n},…]}} in the same order; an entry that is not a non-blank string is
 *       answered {@code {"error":"…"}} in its place.
 *   <li>{@code GET /health} answers {@code {"status":"UP"}}.
 *   <li>{@code GET /metrics} answers the Prometheus text format.
 * </ul>
 *
 * <p>{@code n} is {@link Scores#of}. Whatever is wrong is answered with {@code {"error":"…"}}: 400
 * for an unreadable body, 404, 405, 413 for more than 1 MiB, and 429 (with {@code Retry-After: 1})
 * and 503 as the {@link BureauBehaviour} says. No ssn is ever logged or repeated in an error (with
 * Vert.x's own TRACE log off, which writes the address of each request). One event loop serves all
 * requests, and none of them holds a thread while it waits.
 */
public final class BureauMock implements AutoCloseable {

  private static final String LOOPBACK = "127.0.0.1";
  private static final String EVERY_INTERFACE = "0.0.0.0";
  private static final long PATIENCE_SECONDS = 30;

  private final Vertx vertx;
  private final AtomicReference<Fates> fates;
  private final Meter meter;
  private final HttpServer server;
  private final String host;

  private BureauMock(BureauBehaviour behaviour, String host, int port) {
    long began = System.nanoTime();
    LongSupplier sinceStart = () -> System.nanoTime() - began;
    this.host = host;
    this.fates = new AtomicReference<>(new Fates(behaviour));
    this.meter = new Meter(sinceStart);
    this.vertx = Vertx.vertx(onOneEventLoop());
    this.server =
        vertx
            .createHttpServer(listeningOn(host, port))
            .requestHandler(new Routes(fates::get, meter, sinceStart).on(vertx));
  }

  /**
   * Starts a bureau on the loopback interface; see {@link #start(BureauBehaviour, String, int)}.
   */
  public static BureauMock start(BureauBehaviour behaviour, int port) {
    return start(behaviour, LOOPBACK, port);
  }

  /**
   * Starts a bureau and returns once it listens.
   *
   * @param host the address to listen on, {@code 0.0.0.0} for every interface
   * @param port the port to listen on, 0 for a free one
   * @throws UncheckedIOException if it cannot listen there, for example because the port is in use
   * @throws IllegalArgumentException if there is no such port
   */
  public static BureauMock start(BureauBehaviour behaviour, String host, int port) {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be between 0 and 65535, not " + port);
    }
    BureauMock mock = new BureauMock(behaviour, host, port);
    try {
      await(mock.server.listen());
      return mock;
    } catch (IOException e) {
      mock.close();
      throw new UncheckedIOException(
          "Cannot listen on %s:%d: %s".formatted(host, port, e.getMessage()), e);
    }
  }

  /** The port it listens on. */
  public int port() {
    return server.actualPort();
  }

  /** Where a client on this machine finds it, for example {@code http://127.0.0.1:8090}. */
  public URI uri() {
    String reachable = host.equals(EVERY_INTERFACE) ? LOOPBACK : host;
    try {
      return new URI("http", null, reachable, port(), null, null, null);
    } catch (URISyntaxException e) {
      throw new IllegalStateException("It listens on a host that no URI can name: " + host, e);
    }
  }

  /** What it did so far. */
  public BureauStats stats() {
    return meter.read().stats();
  }

  /**
   * Behaves differently from the next request on: the seed and the rate limit begin anew, an outage
   * is still measured from the start. Requests in flight keep their fate, so that one that hangs
   * goes on hanging.
   *
   * @return the behaviour until now
   */
  public BureauBehaviour behave(BureauBehaviour behaviour) {
    return fates.getAndSet(new Fates(behaviour)).behaviour();
  }

  /** Stops listening and closes every connection, also those that wait for an answer. */
  @Override
  public void close() {
    try {
      await(vertx.close());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot stop the mock bureau", e);
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
