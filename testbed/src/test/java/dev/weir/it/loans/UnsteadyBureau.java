package dev.weir.it.loans;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.bureaumock.Scores;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A bureau that fails three times for some requests: before its first answer, in the middle, and
 * before the last few questions.
 */
final class UnsteadyBureau implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Enough for the circuit breaker of the client to open. */
  private static final int REQUESTS = 13;

  /** How it fails. */
  enum Kind {
    HANGING,
    FAILING_500,
    FAILING_503,
    THROTTLING,
    THROTTLING_FOR_A_SECOND,
    AWAY,
    /** 503, for fifteen seconds in the middle and not for a number of requests. */
    FAILING_FOR_LONG
  }

  private final Kind kind;
  private final int questions;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch end = new CountDownLatch(1);
  private HttpServer server;
  private int answered;
  private int outage;
  private int left = REQUESTS;
  private long over;

  /**
   * @param questions the number of questions
   */
  UnsteadyBureau(Kind kind, int questions) {
    this.kind = kind;
    this.questions = questions;
    this.server = listen(0);
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + port());
  }

  /** Never recovers from its first outage. */
  synchronized void failForEver() {
    left = Integer.MAX_VALUE;
  }

  /** Returns how many outages are over. */
  synchronized int outages() {
    return outage;
  }

  @Override
  public synchronized void close() {
    end.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private synchronized int port() {
    return server.getAddress().getPort();
  }

  private HttpServer listen(int port) {
    try {
      HttpServer listening =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 100);
      listening.createContext("/v1/scores", this::serve);
      listening.setExecutor(threads);
      listening.start();
      return listening;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode ssns = JSON.readTree(exchange.getRequestBody()).get("ssns");
      if (fails(ssns.size())) {
        fail(exchange);
        return;
      }
      ObjectNode answer = JSON.createObjectNode();
      ArrayNode scores = answer.putArray("scores");
      ssns.forEach(ssn -> scores.addObject().put("score", Scores.of(ssn.textValue())));
      byte[] body = JSON.writeValueAsBytes(answer);
      exchange.sendResponseHeaders(200, body.length);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    }
  }

  private synchronized boolean fails(int asked) {
    if (outage < 3 && answered >= beginOf(outage)) {
      if (isOn()) {
        return true;
      }
      outage++;
      left = REQUESTS;
    }
    answered += asked;
    return false;
  }

  private boolean isOn() {
    switch (kind) {
      case FAILING_FOR_LONG -> {
        if (outage != 1) {
          return false;
        }
        over = over == 0 ? System.nanoTime() + Duration.ofSeconds(15).toNanos() : over;
        return System.nanoTime() < over;
      }
      case AWAY -> {
        // The request that meets it loses its connection.
        boolean begins = left == REQUESTS;
        left = 0;
        if (begins) {
          threads.execute(this::goAway);
        }
        return begins;
      }
      default -> {
        return left-- > 0;
      }
    }
  }

  private synchronized void goAway() {
    int port = port();
    server.stop(0);
    try {
      end.await(2, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server = listen(port);
  }

  private int beginOf(int which) {
    return switch (which) {
      case 0 -> 0;
      case 1 -> questions / 2;
      default -> questions - 5;
    };
  }

  private void fail(HttpExchange exchange) throws IOException {
    switch (kind) {
      case HANGING -> {
        try {
          end.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      case FAILING_500 -> exchange.sendResponseHeaders(500, -1);
      case THROTTLING -> exchange.sendResponseHeaders(429, -1);
      case THROTTLING_FOR_A_SECOND -> {
        exchange.getResponseHeaders().add("Retry-After", "1");
        exchange.sendResponseHeaders(429, -1);
      }
      case AWAY -> throw new IOException("away");
      case FAILING_503, FAILING_FOR_LONG -> exchange.sendResponseHeaders(503, -1);
    }
  }
}
