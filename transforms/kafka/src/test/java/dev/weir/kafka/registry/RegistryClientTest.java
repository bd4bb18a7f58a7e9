package dev.weir.kafka.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.api.client.util.BackOff;
import com.google.common.base.Ticker;
import dev.weir.record.UnreadableRecord;
import dev.weir.record.UnreadableRecord.Reason;
import dev.weir.testing.EmbeddedRegistry;
import dev.weir.testing.TinyServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class RegistryClientTest {
  private static final String NAME =
      "{'type':'record','name':'Name','namespace':'x','fields':[{'name':'first','type':'string'}]}"
          .replace('\'', '"');
  private static final String PERSON =
      "{'type':'record','name':'Person','namespace':'x','fields':[{'name':'name','type':'x.Name'}]}"
          .replace('\'', '"');

  private final EmbeddedRegistry registry = EmbeddedRegistry.start();
  private final List<Long> waits = new ArrayList<>();
  private long nanos;

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void aSchemaIsLookedUpOnce() throws UnreadableRecord {
    int id = registry.register("names-value", NAME);
    RegistryClient client = client();

    assertThat(client.schema(id).avro(), is(new Schema.Parser().parse(NAME)));
    assertThat(client.schema(id).avro(), is(new Schema.Parser().parse(NAME)));

    assertThat(registry.requests(), contains("GET /schemas/ids/1"));
  }

  @Test
  void aSchemaMayReferToOthers() throws UnreadableRecord {
    registry.register("names", NAME);
    int id = registry.register("people-value", PERSON, "x.Name", "names");

    Schema person = client().schema(id).avro();

    assertThat(person.getField("name").schema(), is(new Schema.Parser().parse(NAME)));
    assertThat(
        registry.requests(), contains("GET /schemas/ids/2", "GET /subjects/names/versions/1"));
  }

  @Test
  void aReferenceThatLeadsNowhereIsADeadLetter() {
    int id = registry.register("people-value", PERSON, "x.Name", "names");

    assertThat(
        refused(client(), id).getMessage(),
        is("the schema 1 of the registry refers to a schema that the registry does not have"));
  }

  @Test
  void anUnknownIdIsADeadLetterAndIsLookedUpAgainLater() throws UnreadableRecord {
    RegistryClient client = client();

    UnreadableRecord unknown = refused(client, 1);
    registry.register("names-value", NAME);
    refused(client, 1);
    assertThat(registry.requests(), contains("GET /schemas/ids/1"));

    nanos += RegistryClient.UNUSABLE_FOR_VALUES.toNanos() + 1;
    assertThat(client.schema(1).avro(), is(new Schema.Parser().parse(NAME)));
    assertThat(unknown.reason(), is(Reason.UNKNOWN_SCHEMA));
    assertThat(unknown.getMessage(), is("the schema registry has no schema with the record's id"));
  }

  /** Otherwise a record would have the time of its topic and the value of a readable record. */
  @Test
  void aValueIsNotReadIfItsTimeWasNot() throws UnreadableRecord {
    RegistryClient client = client();
    assertThrows(UnreadableRecord.class, () -> client.schemaForTime(1));
    registry.register("names-value", NAME);

    nanos += RegistryClient.UNUSABLE.toNanos() - 1;
    assertThrows(UnreadableRecord.class, () -> client.schemaForTime(1));
    nanos += 2;
    refused(client, 1);

    assertThat(client.schemaForTime(1).isJson(), is(false));
    assertThat(client.schema(1).isJson(), is(false));
  }

  @Test
  void aForbiddenSchemaIsADeadLetterWhileOthersCanBeRead() throws UnreadableRecord {
    int allowed = registry.register("names-value", NAME);
    int forbidden = registry.register("secrets-value", "\"string\"");
    int another = registry.register("more-value", "\"long\"");
    registry.forbid(forbidden);
    RegistryClient client = client();

    RegistryException unknown =
        assertThrows(RegistryException.class, () -> client.schema(forbidden));
    client.schema(allowed);
    UnreadableRecord refused = refused(client, forbidden);
    registry.require("Basic other");
    RegistryException rejected =
        assertThrows(RegistryException.class, () -> client.schema(another));

    assertThat(unknown.isOutage(), is(false));
    assertThat(refused.reason(), is(Reason.UNKNOWN_SCHEMA));
    assertThat(
        refused.getMessage(),
        is("the schema registry gives other schemas, but not the schema 2: status 403"));
    assertThat("new credentials are needed", rejected.getMessage(), containsString("status 401"));
  }

  @Test
  void aSchemaThatIsTooLongIsADeadLetterWhileOthersCanBeRead() throws UnreadableRecord {
    int allowed = registry.register("names-value", NAME);
    int large = registry.register("large-value", "\"string\"" + " ".repeat(16 << 20));
    RegistryClient client = client();

    client.schema(allowed);

    assertThat(
        refused(client, large).getMessage(),
        is(
            "the schema registry gives other schemas, but not the schema 2: longer than 16777216"
                + " bytes"));
  }

  @Test
  void anAnswerWithoutASchemaIsAnOutage() throws IOException, UnreadableRecord {
    String page = "{\"status\":\"maintenance\"}";
    String schema = "{\"schema\":\"\\\"string\\\"\"}";
    Iterator<String> answers = List.of(page, page, schema).iterator();
    try (TinyServer gateway =
        TinyServer.doing(
            (body, out) -> {
              String answer = answers.next();
              TinyServer.write(out, TinyServer.head("200 OK", answer.length()) + answer);
            })) {
      assertThat(
          client(gateway.uri().toString(), 0).schema(1).avro(),
          is(Schema.create(Schema.Type.STRING)));
      assertThat(waits, contains(100L, 100L));
    }
  }

  @Test
  void aSchemaThatIsNeitherAvroNorJsonIsADeadLetter() throws UnreadableRecord {
    int json = registry.registerOther("a-value", "JSON", "{}");
    int protobuf = registry.registerOther("b-value", "PROTOBUF", "syntax = \"proto3\";");
    int broken = registry.register("c-value", "{\"type\":\"nothing\"}");

    assertThat(client().schema(json).isJson(), is(true));
    assertThat(
        refused(client(), protobuf).getMessage(),
        is("the schema 2 of the registry is of another type than AVRO and JSON"));
    assertThat(
        refused(client(), broken).getMessage(),
        is("the schema 3 of the registry cannot be parsed as Avro"));
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503, 429, 302, 408})
  void anOutageIsWaitedFor(int status) throws UnreadableRecord {
    int id = registry.register("names-value", NAME);
    registry.failWith(status);
    RegistryClient client = client(3);

    assertThat(client.schema(id).isJson(), is(false));

    assertThat(waits, contains(100L, 100L, 100L));
    assertThat(registry.requests().size(), is(4));
  }

  @Test
  void anOutageThatDoesNotEndIsNotADeadLetter() {
    registry.failWith(503);
    RegistryClient client = client(Integer.MAX_VALUE);

    RegistryException failure = assertThrows(RegistryException.class, () -> client.schema(1));

    assertThat(failure.isOutage(), is(true));
    assertThat(
        failure.getMessage(),
        is("the schema registry at " + registry.uri() + " does not answer (status 503)"));
    assertThat(waits.size(), is(5));
  }

  @Test
  void aRegistryThatIsAwayIsAnOutage() throws IOException {
    String address;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      address = "http://localhost:" + closed.getLocalPort();
    }

    RegistryException failure =
        assertThrows(RegistryException.class, () -> client(address, 0).schema(1));

    assertThat(failure.isOutage(), is(true));
    assertThat(
        failure.getMessage(),
        is("the schema registry at " + address + " does not answer (connection refused)"));
  }

  @Test
  void anAnswerThatNeverEndsIsAnOutage() throws IOException {
    try (TinyServer dripping =
        TinyServer.dripping("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n", ' ')) {
      RegistryHttp http =
          new RegistryHttp(
              dripping.uri().toString(), RegistryCredentials.none(), Duration.ofMillis(300));

      RegistryException failure =
          assertThrows(RegistryException.class, () -> client(http, 0).schema(1));

      assertThat(failure.getMessage(), containsString("does not answer (no answer in time)"));
    }
  }

  @Test
  void aRegistryThatAsksForALongerWaitGetsIt() throws IOException {
    try (TinyServer throttling =
        TinyServer.throttlingOnce(
            "Retry-After: 7", "{\"schemaType\":\"JSON\",\"schema\":\"{}\"}")) {
      assertThat(client(throttling.uri().toString(), 0).schema(1).isJson(), is(true));
      assertThat(waits, contains(7_000L));
    } catch (UnreadableRecord e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aWrongAddressIsNotAnUnknownSchema() {
    URI wrong = registry.uri().resolve("/elsewhere");

    RegistryException failure =
        assertThrows(RegistryException.class, () -> client(wrong.toString(), 0).schema(1));

    assertThat(failure.isOutage(), is(false));
    assertThat(
        failure.getMessage(),
        is(
            "the schema registry at "
                + wrong
                + " has no route GET /schemas/ids (status 404); check the address and its path"));
  }

  @Test
  void credentialsAreSentAndNeverShown() throws UnreadableRecord {
    registry.register("names-value", NAME);
    RegistryCredentials basic =
        RegistryCredentials.in(Map.of("SCHEMA_REGISTRY_USER_INFO", "ann:s3cr3t"));
    RegistryCredentials bearer =
        RegistryCredentials.in(Map.of("SCHEMA_REGISTRY_TOKEN", " t0k3n\n"));

    registry.require("Basic " + Base64.getEncoder().encodeToString("ann:s3cr3t".getBytes(UTF_8)));
    assertThat(client(basic).schema(1).isJson(), is(false));
    RegistryException refused =
        assertThrows(RegistryException.class, () -> client(bearer).schema(1));
    registry.require("Bearer t0k3n");
    assertThat(client(bearer).schema(1).isJson(), is(false));

    assertThat(
        refused.getMessage(),
        is(
            "the schema registry at "
                + registry.uri()
                + " rejects this client (status 401); set SCHEMA_REGISTRY_USER_INFO or"
                + " SCHEMA_REGISTRY_TOKEN in the environment"));
    assertThat(basic + " " + bearer, is("••• •••"));
  }

  @Test
  void aSchemaIsRegisteredOnceUnlessItIs() {
    Schema name = new Schema.Parser().parse(NAME);
    RegistryClient client = client();

    assertThat(client.register("names-value", name), is(1));
    assertThat(client.register("names-value", name), is(1));
    assertThat(
        registry.requests(),
        contains("POST /subjects/names-value", "POST /subjects/names-value/versions"));

    registry.setReadOnly(true);
    assertThat(client().register("names-value", name), is(1));
    assertThat(
        assertThrows(RegistryException.class, () -> client().register("other-value", name))
            .getMessage(),
        containsString(
            "does not allow registering a schema for other-value (status 403); register it first"));
  }

  @Test
  void anIncompatibleSchemaIsRefused() {
    registry.register("names-value", NAME);
    Schema changed = new Schema.Parser().parse(NAME.replace("\"string\"", "\"long\""));

    RegistryException refused =
        assertThrows(RegistryException.class, () -> client().register("names-value", changed));

    assertThat(refused.isOutage(), is(false));
    assertThat(
        refused.getMessage(),
        startsWith(
            "the schema registry at "
                + registry.uri()
                + " rejects the schema for names-value as incompatible"));
  }

  @Test
  void theProbeAcceptsAnEmptyRegistry() {
    client().probe();
    registry.require("Basic abc");

    assertThat(
        assertThrows(RegistryException.class, () -> client().probe()).getMessage(),
        not(containsString("abc")));
  }

  private static UnreadableRecord refused(RegistryClient client, int id) {
    return assertThrows(UnreadableRecord.class, () -> client.schema(id));
  }

  private RegistryClient client() {
    return client(registry.uri().toString(), 0);
  }

  private RegistryClient client(int failures) {
    return client(registry.uri().toString(), failures);
  }

  private RegistryClient client(RegistryCredentials credentials) {
    return client(new RegistryHttp(registry.uri().toString(), credentials), 0);
  }

  private RegistryClient client(String address, int failures) {
    return client(new RegistryHttp(address, RegistryCredentials.none()), failures);
  }

  /**
   * @param failures the number of waits after which the registry recovers
   */
  private RegistryClient client(RegistryHttp http, int failures) {
    return new RegistryClient(
        http,
        FiveWaits::new,
        millis -> {
          waits.add(millis);
          if (waits.size() == failures) {
            registry.recover();
          }
        },
        new Ticker() {
          @Override
          public long read() {
            return nanos;
          }
        });
  }

  private static final class FiveWaits implements BackOff {
    private int left = 5;

    @Override
    public void reset() {}

    @Override
    public long nextBackOffMillis() {
      return left-- > 0 ? 100 : STOP;
    }
  }
}
