package dev.weir.it.loans;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * A service with only a route for single questions, like the bureau and the scorer of the systems
 * that users migrate from. It answers 404, 405, 403 and 422 in the same way as FastAPI.
 */
final class OneRouteService implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String route;
  private final boolean asksForToken;
  private final Function<JsonNode, Answer> model;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final HttpServer server;

  private record Answer(int status, String body) {}

  private OneRouteService(String route, boolean asksForToken, Function<JsonNode, Answer> model) {
    this.route = route;
    this.asksForToken = asksForToken;
    this.model = model;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::serve);
    server.setExecutor(threads);
    server.start();
  }

  /** {@code POST /v1/score}: the ssn's last three characters are the score; some have decimals. */
  static OneRouteService bureau() {
    return new OneRouteService("/v1/score", false, OneRouteService::score);
  }

  /** {@code POST /predict}, for clients that send any bearer token. */
  static OneRouteService scorer() {
    return new OneRouteService("/predict", true, OneRouteService::predict);
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Returns the number of requests with a method and path, such as {@code POST /predict}. */
  long requests(String methodAndPath) {
    return requests.stream().filter(methodAndPath::equals).count();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      requests.add(exchange.getRequestMethod() + " " + path);
      byte[] body = exchange.getRequestBody().readAllBytes();
      Answer answer = answer(exchange, path, body);
      byte[] bytes = answer.body().getBytes(UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(answer.status(), bytes.length);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(bytes);
      }
    }
  }

  private Answer answer(HttpExchange exchange, String path, byte[] body) throws IOException {
    if (!path.equals(route)) {
      return new Answer(404, "{\"detail\":\"Not Found\"}");
    }
    if (!exchange.getRequestMethod().equals("POST")) {
      return new Answer(405, "{\"detail\":\"Method Not Allowed\"}");
    }
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    if (asksForToken && (authorization == null || !authorization.startsWith("Bearer "))) {
      return new Answer(403, "{\"detail\":\"Not authenticated\"}");
    }
    return model.apply(JSON.readTree(body));
  }

  private static Answer score(JsonNode question) {
    String ssn = question.path("ssn").textValue();
    String points = ssn.substring(ssn.length() - 3);
    String decimals = ssn.startsWith("a") ? ".0" : ssn.startsWith("b") ? ".7" : "";
    return new Answer(200, "{\"score\":" + points + decimals + "}");
  }

  private static Answer predict(JsonNode question) {
    for (String field : List.of("txn_id", "account_number", "merchant", "location", "tx_time")) {
      if (!question.path(field).isTextual()) {
        return unprocessable(field, "string_type");
      }
    }
    BigDecimal amount = question.path("amount").decimalValue();
    if (amount.signum() <= 0) {
      return unprocessable("amount", "greater_than");
    }
    boolean online = question.path("location").textValue().equalsIgnoreCase("ONLINE");
    boolean high = amount.compareTo(BigDecimal.valueOf(500)) > 0;
    String verdict =
        amount.compareTo(BigDecimal.valueOf(1000)) > 0
            ? "0.7,\"fraud_category\":\"AMOUNT_ANOMALY\",\"risk_level\":\"HIGH\""
            : high && online
                ? "0.5,\"fraud_category\":\"ONLINE_HIGH_VALUE\",\"risk_level\":\"MEDIUM\""
                : high
                    ? "0.3,\"fraud_category\":\"HIGH_VALUE\",\"risk_level\":\"MEDIUM\""
                    : "0.1,\"fraud_category\":\"NORMAL\",\"risk_level\":\"LOW\"";
    return new Answer(
        200,
        "{\"txn_id\":"
            + question.path("txn_id")
            + ",\"fraud_score\":"
            + verdict
            + ",\"inference_timestamp\":1768374565.300123}");
  }

  private static Answer unprocessable(String field, String type) {
    return new Answer(
        422, "{\"detail\":[{\"type\":\"" + type + "\",\"loc\":[\"body\",\"" + field + "\"]}]}");
  }
}
