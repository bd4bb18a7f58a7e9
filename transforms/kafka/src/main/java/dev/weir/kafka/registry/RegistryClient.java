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
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.avro.Schema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks up and registers schemas, each once. If the registry does not answer, it waits and asks
 * again, and throws a {@link RegistryException} after {@link #PATIENCE}. An unknown id is not an
 * outage; it is looked up again after {@link #UNUSABLE}, because the registry may learn it.
 * Thread-safe.
 */
public final class RegistryClient {
  /** How long a registry that does not answer is asked again. */
  static final Duration PATIENCE = Duration.ofMinutes(1);

  /** How long an id without a usable schema is not looked up again. */
  static final Duration UNUSABLE = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(RegistryClient.class);
  private static final JsonMapper JSON = new JsonMapper();
  private static final int MOST_UNUSABLE = 10_000;

  private final RegistryHttp http;
  private final Supplier<BackOff> waits;
  private final Sleeper sleeper;
  private final Map<Integer, RegisteredSchema> schemas = new ConcurrentHashMap<>();
  private final Map<Registration, Integer> registered = new ConcurrentHashMap<>();
  private final Cache<Integer, RegisteredSchema> unusable;

  private record Registration(String subject, String schema) {}

  /**
   * @param waits creates the waits between the requests of one call
   * @param ticker the clock of {@link #UNUSABLE}
   */
  RegistryClient(RegistryHttp http, Supplier<BackOff> waits, Sleeper sleeper, Ticker ticker) {
    this.http = http;
    this.waits = waits;
    this.sleeper = sleeper;
    this.unusable =
        CacheBuilder.newBuilder()
            .expireAfterWrite(UNUSABLE)
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
   * Looks up the schema of an id.
   *
   * @throws UnreadableRecord if the registry has no such schema, or one that cannot be used
   * @throws RegistryException if the registry does not answer or refuses the request
   */
  RegisteredSchema schema(int id) throws UnreadableRecord {
    RegisteredSchema known = schemas.get(id);
    if (known == null) {
      known = unusable.getIfPresent(id);
    }
    if (known == null) {
      known = retried(() -> lookUp(id));
      if (known.problem() == null) {
        schemas.put(id, known);
      } else {
        unusable.put(id, known);
      }
    }
    return known.usable();
  }

  private RegisteredSchema lookUp(int id) {
    Answer answer = http.get("/schemas/ids/" + id);
    return isNotFound(answer)
        ? RegisteredSchema.unusable("the schema registry has no schema with the record's id")
        : SchemaAnswer.read(id, body("GET /schemas/ids", answer), this::referenced);
  }

  /** Returns the answer for one version of a subject; null if the registry has none. */
  private JsonNode referenced(String subjectSegment, int version) {
    // A deleted version still belongs to the schemas that refer to it.
    Answer answer =
        http.get("/subjects/" + subjectSegment + "/versions/" + version + "?deleted=true");
    return isNotFound(answer) ? null : body("GET /subjects", answer);
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
      known = retried(() -> registered(subject, request));
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
    Answer answer = retried(() -> http.get("/schemas/ids/1"));
    // 403: a registry may allow each schema by itself.
    if (!isNotFound(answer) && answer.status() != 403) {
      body("GET /schemas/ids", answer);
    }
  }

  private JsonNode body(String route, Answer answer) {
    if (answer.isSuccess()) {
      return answer.body();
    }
    throw switch (answer.status()) {
      case 401, 403 ->
          refusal("rejects this client (status " + answer.status() + "); set " + credentialsHint());
      case 404, 405 ->
          refusal(
              "has no route "
                  + route
                  + " (status "
                  + answer.status()
                  + "); check the address and its path");
      default -> refusal("answers " + route + " with status " + answer.status());
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
    return RegistryException.refusal("the schema registry at " + http.address() + " " + what);
  }

  private static byte[] request(String schema) {
    try {
      return JSON.writeValueAsBytes(JsonNodeFactory.instance.objectNode().put("schema", schema));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private <T> T retried(Supplier<T> call) {
    BackOff backOff = waits.get();
    for (boolean first = true; ; first = false) {
      try {
        return call.get();
      } catch (RegistryException e) {
        long wait = e.isOutage() ? next(backOff) : BackOff.STOP;
        if (wait == BackOff.STOP) {
          throw e;
        }
        if (first) {
          LOG.warn("{}; asking again for up to {} s", e.getMessage(), PATIENCE.toSeconds());
        }
        pause(Math.max(wait, Math.min(e.retryAfter().toMillis(), PATIENCE.toMillis())), e);
      }
    }
  }

  private static long next(BackOff backOff) {
    try {
      return backOff.nextBackOffMillis();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void pause(long millis, RegistryException failure) {
    try {
      sleeper.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure;
    }
  }
}
