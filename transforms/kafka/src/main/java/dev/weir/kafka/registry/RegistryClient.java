package dev.weir.kafka.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.google.api.client.util.BackOff;
import com.google.api.client.util.ExponentialBackOff;
import com.google.api.client.util.Sleeper;
import com.google.common.base.Ticker;
import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import dev.weir.kafka.registry.RegistryHttp.Answer;
import dev.weir.record.UnreadableRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.avro.Schema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks up and registers schemas, each once. If the registry does not answer, it waits and asks
 * again, and throws a {@link RegistryException} after {@link #PATIENCE}. An unknown id is not an
 * outage; it is looked up again after {@link #UNUSABLE}, because the registry may learn it. A
 * refusal of one schema while another one is still answered is no outage either. Thread-safe.
 */
public final class RegistryClient {
  /** How long a registry that does not answer is asked again. */
  static final Duration PATIENCE = Duration.ofMinutes(1);

  /** How long an id without a usable schema is not looked up again for the time of a record. */
  static final Duration UNUSABLE = Duration.ofSeconds(10);

  /**
   * The same for the value, which is read soon after the time. It is longer, so that a value whose
   * time could not be read is not read either.
   */
  static final Duration UNUSABLE_FOR_VALUES = UNUSABLE.multipliedBy(2);

  private static final Logger LOG = LoggerFactory.getLogger(RegistryClient.class);
  private static final JsonMapper JSON = new JsonMapper();
  private static final String SCHEMA = "/schemas/ids/";
  private static final int MOST_UNUSABLE = 10_000;

  private final RegistryHttp http;
  private final Patience patience;
  private final Map<Integer, RegisteredSchema> schemas = new ConcurrentHashMap<>();
  private final Map<Registration, Integer> registered = new ConcurrentHashMap<>();
  private final Cache<Integer, Unusable> unusable;
  private final Ticker ticker;

  private record Unusable(RegisteredSchema schema, long nanos) {}

  private record Registration(String subject, String schema) {}

  /**
   * @param waits creates the waits between the requests of one call
   * @param ticker the clock of {@link #UNUSABLE}
   */
  RegistryClient(RegistryHttp http, Supplier<BackOff> waits, Sleeper sleeper, Ticker ticker) {
    this.http = http;
    this.patience = new Patience(waits, sleeper);
    this.ticker = ticker;
    this.unusable =
        CacheBuilder.newBuilder()
            .expireAfterWrite(UNUSABLE_FOR_VALUES)
            .maximumSize(MOST_UNUSABLE)
            .ticker(ticker)
            .build();
  }

  static RegistryClient patient(RegistryHttp http) {
    return new RegistryClient(
        http,
        () ->
            new ExponentialBackOff.Builder()
                .setInitialIntervalMillis(200)
                .setMultiplier(2)
                .setMaxIntervalMillis(5_000)
                .setMaxElapsedTimeMillis(Math.toIntExact(PATIENCE.toMillis()))
                .build(),
        Sleeper.DEFAULT,
        Ticker.systemTicker());
  }

  /**
   * Returns a client that asks once.
   *
   * @throws IllegalArgumentException if the credentials in the environment are invalid, or may not
   *     be sent to this address
   */
  public static RegistryClient impatient(SchemaRegistry registry) {
    return new RegistryClient(
        registry.http(), () -> BackOff.STOP_BACKOFF, Sleeper.DEFAULT, Ticker.systemTicker());
  }

  /**
   * Looks up the schema of an id, for a value.
   *
   * @throws UnreadableRecord if the registry has no such schema, or one that cannot be used
   * @throws RegistryException if the registry does not answer or refuses the request
   */
  RegisteredSchema schema(int id) throws UnreadableRecord {
    return schema(id, UNUSABLE_FOR_VALUES);
  }

  /** Looks up the schema of an id for the time in a value; otherwise like {@link #schema}. */
  RegisteredSchema schemaForTime(int id) throws UnreadableRecord {
    return schema(id, UNUSABLE);
  }

  private RegisteredSchema schema(int id, Duration unusableFor) throws UnreadableRecord {
    RegisteredSchema known = schemas.get(id);
    if (known == null) {
      Unusable recent = unusable.getIfPresent(id);
      known =
          recent == null || ticker.read() - recent.nanos >= unusableFor.toNanos()
              ? lookedUp(id)
              : recent.schema;
    }
    return known.usable();
  }

  private RegisteredSchema lookedUp(int id) {
    RegisteredSchema found = patience.retried(() -> lookUp(id));
    if (found.problem() == null) {
      schemas.put(id, found);
    } else {
      unusable.put(id, new Unusable(found, ticker.read()));
    }
    return found;
  }

  private RegisteredSchema lookUp(int id) {
    try {
      Answer answer = http.get(SCHEMA + id);
      return isNotFound(answer)
          ? RegisteredSchema.unusable("the schema registry has no schema with the record's id")
          : SchemaAnswer.read(id, schemaIn("GET /schemas/ids", answer), this::referenced);
    } catch (RegistryException e) {
      if (e.isOutage() || !answersAnother()) {
        throw e;
      }
      LOG.warn("{}; this concerns the schema {} only", e.getMessage(), id);
      return RegisteredSchema.unusable(
          "the schema registry gives other schemas, but not the schema " + id + ": " + e.summary());
    }
  }

  /** Returns whether the registry still gives a schema that it gave before. */
  private boolean answersAnother() {
    Optional<Integer> known = schemas.keySet().stream().findAny();
    return known.isPresent() && http.get(SCHEMA + known.get()).isSuccess();
  }

  /** Returns the answer for one version of a subject; null if the registry has none. */
  private JsonNode referenced(String subjectSegment, int version) {
    // A deleted version still belongs to the schemas that refer to it.
    Answer answer =
        http.get("/subjects/" + subjectSegment + "/versions/" + version + "?deleted=true");
    return isNotFound(answer) ? null : schemaIn("GET /subjects", answer);
  }

  /**
   * Returns the id of a schema in a subject, which is registered unless it is.
   *
   * @param subject such as {@code topic-value}; of letters, digits, dots, dashes and underscores
   * @throws RegistryException if the registry does not answer or refuses the schema
   */
  public int register(String subject, Schema schema) {
    String text = schema.toString();
    Registration registration = new Registration(subject, text);
    Integer known = registered.get(registration);
    if (known == null) {
      byte[] request = request(text);
      known = patience.retried(() -> registered(subject, request));
      registered.put(registration, known);
    }
    return known;
  }

  private int registered(String subject, byte[] request) {
    // Looked up first: who may only read can use a schema that others have registered.
    Answer found = http.post("/subjects/" + subject, request);
    if (!isNotFound(found)) {
      return id(body("POST /subjects", found));
    }
    Answer added = http.post("/subjects/" + subject + "/versions", request);
    return switch (added.status()) {
      case 409 ->
          throw refusal(
              "rejects the schema for "
                  + subject
                  + " as incompatible with the schemas that are there; write to another topic, or"
                  + " change the compatibility of the subject");
      case 422 -> throw refusal("rejects the schema for " + subject + " as invalid");
      case 401, 403 ->
          throw refusal(
              "does not allow registering a schema for "
                  + subject
                  + " (status "
                  + added.status()
                  + "); register it first, or set "
                  + credentialsHint());
      default -> id(body("POST /subjects/" + subject + "/versions", added));
    };
  }

  /**
   * Checks that the registry answers questions for schemas.
   *
   * @throws RegistryException if it does not
   */
  public void probe() {
    // Whether there is such a schema does not matter.
    Answer answer = patience.retried(() -> http.get(SCHEMA + 1));
    // 403: a registry may allow each schema by itself.
    if (!isNotFound(answer) && answer.status() != 403) {
      schemaIn("GET /schemas/ids", answer);
    }
  }

  /** Returns an answer that has the text of a schema. Any other page comes from a gateway. */
  private JsonNode schemaIn(String route, Answer answer) {
    JsonNode body = body(route, answer);
    if (!body.path("schema").isTextual()) {
      throw RegistryException.outage(
          "the schema registry at "
              + http.address()
              + " does not answer (no schema in the answer to "
              + route
              + "); check the address",
          Duration.ZERO);
    }
    return body;
  }

  private JsonNode body(String route, Answer answer) {
    if (answer.isSuccess()) {
      return answer.body();
    }
    throw switch (answer.status()) {
      case 401, 403 ->
          refusal(
              "rejects this client (status " + answer.status() + "); set " + credentialsHint(),
              "status " + answer.status());
      case 404, 405 ->
          refusal(
              "has no route "
                  + route
                  + " (status "
                  + answer.status()
                  + "); check the address and its path",
              "status " + answer.status());
      default ->
          refusal(
              "answers " + route + " with status " + answer.status(), "status " + answer.status());
    };
  }

  private static String credentialsHint() {
    return RegistryCredentials.USER_INFO
        + " or "
        + RegistryCredentials.TOKEN
        + " in the environment";
  }

  private int id(JsonNode answer) {
    if (!answer.path("id").isInt()) {
      throw refusal("gives no id for a schema; check the address");
    }
    return answer.path("id").intValue();
  }

  /** A gateway's 404 has none of the registry's own codes and means a wrong address. */
  private static boolean isNotFound(Answer answer) {
    return answer.status() == 404 && answer.errorCode() / 100 == 404;
  }

  private RegistryException refusal(String what) {
    return refusal(what, what);
  }

  private RegistryException refusal(String what, String summary) {
    return RegistryException.refusal(
        "the schema registry at " + http.address() + " " + what, summary);
  }

  private static byte[] request(String schema) {
    try {
      return JSON.writeValueAsBytes(JsonNodeFactory.instance.objectNode().put("schema", schema));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
