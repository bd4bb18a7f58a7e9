package dev.weir.httpservice;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;

/**
 * The open connections of a service: as many as its limits allow, none of which is idle for longer
 * than they allow. A connection whose request waits for its answer is never closed, however long
 * that takes. Only the event loop calls it.
 */
final class Connections {

  private final Vertx vertx;
  private final Limits limits;
  private final Logger log;
  private final Map<HttpConnection, Use> open = new HashMap<>();
  private boolean full;

  private static final class Use {
    long idleSince = System.nanoTime();
    boolean waitsForAnswer;
  }

  Connections(Vertx vertx, Limits limits, Logger log) {
    this.vertx = vertx;
    this.limits = limits;
    this.log = log;
  }

  /** Keeps a new connection, or closes it if there are too many. */
  void opened(HttpConnection connection) {
    if (open.size() >= limits.connections()) {
      if (!full) {
        full = true;
        log.warn("All {} connections are in use: new ones are closed", limits.connections());
      }
      connection.close();
      return;
    }
    Use use = new Use();
    open.put(connection, use);
    connection.closeHandler(gone -> closed(connection));
    checkAfter(limits.idle(), connection, use);
  }

  /** Records that the headers of a request have arrived. */
  void begun(HttpConnection connection) {
    use(connection, false);
  }

  /** Records that the whole request has arrived. */
  void arrived(HttpConnection connection) {
    use(connection, true);
  }

  /** Records that a request was answered. */
  void answered(HttpConnection connection) {
    use(connection, false);
  }

  private void use(HttpConnection connection, boolean waitsForAnswer) {
    Use use = open.get(connection);
    if (use != null) {
      use.waitsForAnswer = waitsForAnswer;
      use.idleSince = System.nanoTime();
    }
  }

  private void closed(HttpConnection connection) {
    open.remove(connection);
    full = false;
  }

  /** One timer for each connection, not for each request: a busy one is checked again later. */
  private void checkAfter(Duration pause, HttpConnection connection, Use use) {
    vertx.setTimer(Math.max(1, pause.toMillis()), id -> check(connection, use));
  }

  private void check(HttpConnection connection, Use use) {
    if (!open.containsKey(connection)) {
      return;
    }
    Duration idle = Duration.ofNanos(System.nanoTime() - use.idleSince);
    if (use.waitsForAnswer) {
      checkAfter(limits.idle(), connection, use);
    } else if (idle.compareTo(limits.idle()) < 0) {
      // Rounded up: a timer of the exact rest could fire just before its end.
      checkAfter(limits.idle().minus(idle).plusMillis(1), connection, use);
    } else {
      connection.close();
    }
  }
}
