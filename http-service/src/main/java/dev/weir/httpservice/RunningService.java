package dev.weir.httpservice;

import java.net.URI;

/** A service that listens until it is closed. */
public interface RunningService extends AutoCloseable {

  /** Where a client on this machine finds it, for example {@code http://127.0.0.1:8090}. */
  URI uri();

  /** Stops listening and closes every connection, also those that wait for an answer. */
  @Override
  void close();
}
