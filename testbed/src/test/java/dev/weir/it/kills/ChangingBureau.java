package dev.weir.it.kills;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A bureau that gives another score each time it is asked. */
final class ChangingBureau implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LOWEST = 300;
  private static final int SCORES = 551;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger asked = new AtomicInteger();
  private final HttpServer server;

  ChangingBureau() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/v1/scores", this::answer);
    server.start();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Returns the number of questions so far. */
  int asked() {
    return asked.get();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode ssns = JSON.readTree(exchange.getRequestBody()).get("ssns");
      ObjectNode answer = JSON.createObjectNode();
      ArrayNode scores = answer.putArray("scores");
      for (int n = 0; n < ssns.size(); n++) {
        scores.addObject().put("score", LOWEST + asked.getAndIncrement() % SCORES);
      }
      byte[] body = JSON.writeValueAsBytes(answer);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
