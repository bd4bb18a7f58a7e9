package dev.weir.httpservice;

import java.net.URI;
import java.util.List;

/** A service that listens until it is closed and whose behaviour can be changed meanwhile. */
public abstract class RunningService implements AutoCloseable {

  private final Conduct conduct;
  private final HttpService http;

  protected RunningService(Conduct conduct, HttpService http) {
    this.conduct = conduct;
    this.http = http;
  }

  /** The port it listens on. */
  public final int port() {
    return http.port();
  }

  /** The address for clients on this machine, for example {@code http://127.0.0.1:8090}. */
  public final URI uri() {
    return http.uri();
  }

  /** Returns what the service has done so far. */
  public final ServiceStats stats() {
    return http.stats();
  }

  /** All routes, each as a method and a path, such as {@code GET /health}. */
  public final List<String> routes() {
    return http.routes();
  }

  /**
   * Changes the behaviour from the next request on; see {@link Conduct#behave}.
   *
   * @return the previous behaviour
   */
  public final Behaviour behave(Behaviour behaviour) {
    return conduct.behave(behaviour);
  }

  /** Stops listening and closes every connection, including those that wait for an answer. */
  @Override
  public final void close() {
    http.close();
  }
}
