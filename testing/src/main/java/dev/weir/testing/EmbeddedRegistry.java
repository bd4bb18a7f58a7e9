package dev.weir.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;

/**
 * A schema registry in this process, with the part of Confluent's REST API that Weir uses, its
 * error codes, and backward compatibility of the versions of a subject.
 */
public final class EmbeddedRegistry implements AutoCloseable {
  /** The path below which the routes are. */
  private static final String PATH = "/apis/ccompat/v7";

  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern BY_ID = Pattern.compile("/schemas/ids/(\\d+)");
  private static final Pattern VERSION = Pattern.compile("/subjects/([^/]+)/versions/(\\d+)");
  private static final Pattern SUBJECT = Pattern.compile("/subjects/([^/]+)(/versions)?");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool(EmbeddedRegistry::daemon);
  private final List<ObjectNode> schemas = new ArrayList<>();
  private final Map<String, List<Integer>> subjects = new LinkedHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private volatile int outage;
  private volatile String authorization;
  private volatile boolean readOnly;
  private volatile int forbidden;

  private EmbeddedRegistry(HttpServer server) {
    this.server = server;
  }

  /** Starts an empty registry on a free port. */
  public static EmbeddedRegistry start() {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      EmbeddedRegistry registry = new EmbeddedRegistry(server);
      server.createContext("/", registry::handle);
      server.setExecutor(registry.threads);
      server.start();
      return registry;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the registry's address, with a path. */
  public URI uri() {
    return URI.create("http://localhost:" + server.getAddress().getPort() + PATH);
  }

  /** Registers an Avro schema, whatever its compatibility, and returns its id. */
  public int register(String subject, String schema) {
    return add(subject, JSON.createObjectNode().put("schema", schema));
  }

  /** Registers an Avro schema that refers to the first version of another subject. */
  public int register(String subject, String schema, String name, String referenced) {
    ObjectNode entry = JSON.createObjectNode().put("schema", schema);
    ArrayNode references = entry.putArray("references");
    references.addObject().put("name", name).put("subject", referenced).put("version", 1);
    return add(subject, entry);
  }

  /** Registers a schema of another type. */
  public int registerOther(String subject, String type, String schema) {
    return add(subject, JSON.createObjectNode().put("schemaType", type).put("schema", schema));
  }

  /** Returns the text of the schema with this id. */
  public synchronized String schema(int id) {
    return schemas.get(id - 1).get("schema").textValue();
  }

  /** Returns the ids of a subject's versions. */
  public synchronized List<Integer> ids(String subject) {
    return List.copyOf(subjects.getOrDefault(subject, List.of()));
  }

  /** Answers each request with this status, until {@link #recover}. */
  public void failWith(int status) {
    outage = status;
  }

  public void recover() {
    outage = 0;
  }

  /** Answers only requests with this {@code Authorization} header. */
  public void require(String header) {
    authorization = header;
  }

  /** Sets whether nobody may register schemas. */
  public void setReadOnly(boolean only) {
    readOnly = only;
  }

  /** Refuses to show the schema with this id. */
  public void forbid(int id) {
    forbidden = id;
  }

  /** Returns the requests so far, such as {@code GET /schemas/ids/1}. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode request = JSON.readTree(exchange.getRequestBody());
      String path = exchange.getRequestURI().getRawPath();
      if (!path.startsWith(PATH)) {
        send(exchange, 404, "<html>not here</html>");
        return;
      }
      String route = path.substring(PATH.length());
      requests.add(exchange.getRequestMethod() + " " + route);
      if (outage != 0) {
        send(exchange, outage, "<html>away</html>");
      } else if (authorization != null
          && !authorization.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
        refuse(exchange, 401, 401, "Unauthorized");
      } else if (exchange.getRequestMethod().equals("GET")) {
        get(exchange, route);
      } else {
        post(exchange, route, request);
      }
    }
  }

  private synchronized void get(HttpExchange exchange, String route) throws IOException {
    Matcher byId = BY_ID.matcher(route);
    Matcher version = VERSION.matcher(route);
    if (byId.matches()) {
      long id = Long.parseLong(byId.group(1));
      if (id < 1 || id > schemas.size()) {
        refuse(exchange, 404, 40403, "Schema " + id + " not found");
      } else if (id == forbidden) {
        refuse(exchange, 403, 40301, "User is denied operation Read on Subject");
      } else {
        send(exchange, 200, schemas.get((int) id - 1).toString());
      }
    } else if (version.matches()) {
      List<Integer> ids = subjects.get(version.group(1));
      int number = Integer.parseInt(version.group(2));
      if (ids == null) {
        refuse(exchange, 404, 40401, "Subject '" + version.group(1) + "' not found.");
      } else if (number > ids.size()) {
        refuse(exchange, 404, 40402, "Version " + number + " not found.");
      } else {
        ObjectNode answer = schemas.get(ids.get(number - 1) - 1).deepCopy();
        answer.put("subject", version.group(1)).put("version", number);
        send(exchange, 200, answer.put("id", ids.get(number - 1)).toString());
      }
    } else {
      refuse(exchange, 404, 404, "HTTP 404 Not Found");
    }
  }

  private synchronized void post(HttpExchange exchange, String route, JsonNode request)
      throws IOException {
    Matcher subject = SUBJECT.matcher(route);
    if (!subject.matches()) {
      refuse(exchange, 404, 404, "HTTP 404 Not Found");
      return;
    }
    ObjectNode entry = JSON.createObjectNode().put("schema", request.path("schema").asText());
    List<Integer> ids = subjects.get(subject.group(1));
    int known = schemas.indexOf(entry) + 1;
    boolean isThere = ids != null && ids.contains(known);
    if (subject.group(2) == null && !isThere) {
      refuse(
          exchange,
          404,
          ids == null ? 40401 : 40403,
          ids == null ? "Subject '" + subject.group(1) + "' not found." : "Schema not found");
    } else if (subject.group(2) == null) {
      ObjectNode answer = entry.put("subject", subject.group(1)).put("id", known);
      send(exchange, 200, answer.put("version", ids.indexOf(known) + 1).toString());
    } else if (readOnly) {
      refuse(exchange, 403, 40301, "User is denied operation Write on Subject");
    } else {
      register(exchange, subject.group(1), entry);
    }
  }

  private void register(HttpExchange exchange, String subject, ObjectNode entry)
      throws IOException {
    List<Integer> ids = subjects.getOrDefault(subject, List.of());
    Schema schema;
    try {
      schema = new Schema.Parser().parse(entry.get("schema").textValue());
    } catch (AvroRuntimeException e) {
      refuse(exchange, 422, 42201, "Invalid Avro schema");
      return;
    }
    if (!ids.isEmpty()
        && SchemaCompatibility.checkReaderWriterCompatibility(
                    schema, new Schema.Parser().parse(schema(ids.get(ids.size() - 1))))
                .getType()
            != SchemaCompatibilityType.COMPATIBLE) {
      refuse(exchange, 409, 409, "Schema being registered is incompatible with an earlier schema");
      return;
    }
    send(exchange, 200, JSON.createObjectNode().put("id", add(subject, entry)).toString());
  }

  private synchronized int add(String subject, ObjectNode entry) {
    int id = schemas.indexOf(entry) + 1;
    if (id == 0) {
      schemas.add(entry);
      id = schemas.size();
    }
    List<Integer> ids = subjects.computeIfAbsent(subject, name -> new ArrayList<>());
    if (!ids.contains(id)) {
      ids.add(id);
    }
    return id;
  }

  private static void refuse(HttpExchange exchange, int status, int code, String message)
      throws IOException {
    send(
        exchange,
        status,
        JSON.createObjectNode().put("error_code", code).put("message", message).toString());
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange
        .getResponseHeaders()
        .set(
            "Content-Type",
            body.startsWith("{") ? "application/vnd.schemaregistry.v1+json" : "text/html");
    exchange.sendResponseHeaders(status, bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "embedded-registry");
    thread.setDaemon(true);
    return thread;
  }
}
