package dev.weir.it.money;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A session service that knows every session, all from one country, and records the requests. */
final class OneCountryService implements AutoCloseable {
  private static final String SESSIONS = "/sessions/";

  private final byte[] answer;
  private final Set<String> asked = new ConcurrentSkipListSet<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;

  OneCountryService(String country) {
    answer = ("{\"clientCountryCode\":\"" + country + "\"}").getBytes(UTF_8);
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext(SESSIONS, this::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    asked.add(exchange.getRequestURI().getPath().substring(SESSIONS.length()));
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Returns the sessions that were requested since the last call, in order. */
  Set<String> asked() {
    Set<String> sessions = new TreeSet<>(asked);
    asked.clear();
    return sessions;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
