package dev.weir.kafka;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasEntry;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.common.base.Throwables;
import dev.weir.kafka.ClientProperties.Client;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientPropertiesTest {
  private static final String JAAS =
      "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"weir\""
          + " password=\"${env:PASSWORD}\";";

  @TempDir private Path folder;

  @Test
  void aWholeValueOrPartOfOneIsReadFromTheEnvironment() {
    ClientProperties properties =
        ClientProperties.of(Map.of("sasl.jaas.config", JAAS, "ssl.key.password", "env:PASSWORD"));

    assertThat(
        created(properties, Client.CONSUMER, "s3cret"),
        is(
            Map.of(
                "sasl.jaas.config",
                JAAS.replace("${env:PASSWORD}", "s3cret"),
                "ssl.key.password",
                "s3cret")));
  }

  @Test
  void aQuoteInAPasswordDoesNotEndItInTheConfigurationOfALoginModule() {
    assertThat(
        created(ClientProperties.of(Map.of("sasl.jaas.config", JAAS)), Client.ADMIN, "a\"b\\c$1;"),
        hasEntry("sasl.jaas.config", JAAS.replace("${env:PASSWORD}", "a\\\"b\\\\c$1;")));
  }

  @Test
  void onlyTheNameOfTheVariableTravels() {
    byte[] travels =
        SerializableUtils.serializeToByteArray(
            new KafkaCluster("b:9092", ClientProperties.of(Map.of("sasl.jaas.config", JAAS))));

    assertThat(new String(travels, StandardCharsets.ISO_8859_1), containsString("${env:PASSWORD}"));
  }

  @ParameterizedTest
  @CsvSource({
    "compression.type, PRODUCER, true",
    "compression.type, CONSUMER, false",
    "compression.type, ADMIN, false",
    "fetch.max.bytes, CONSUMER, true",
    "fetch.max.bytes, PRODUCER, false",
    "security.protocol, ADMIN, true",
    "a.plugin.of.yours, ADMIN, true",
    "a.plugin.of.yours, CONSUMER, true",
  })
  void aClientGetsThePropertiesThatApplyToIt(String name, Client client, boolean applies) {
    Map<String, Object> all = created(ClientProperties.of(Map.of(name, "x")), client, null);

    assertThat(all, applies ? hasEntry(name, "x") : not(hasKey(name)));
  }

  @Test
  void theConsumerGroupCanBeSet() {
    assertThat(
        created(ClientProperties.of(Map.of("group.id", "lag")), Client.CONSUMER, null),
        hasEntry("group.id", "lag"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bootstrap.servers",
        "group.instance.id",
        "auto.offset.reset",
        "enable.auto.commit",
        "key.serializer",
        "value.serializer",
        "key.deserializer",
        "value.deserializer",
        "acks",
        "retries",
        "enable.idempotence",
        "max.in.flight.requests.per.connection",
        "transactional.id",
        "isolation.level",
        "partitioner.class",
        "partitioner.ignore.keys",
        "max.request.size"
      })
  void whatTheGuaranteesRestOnCannotBeSet(String name) {
    assertThat(error(name, "1"), containsString(name + " cannot be set ("));
  }

  @ParameterizedTest
  @CsvSource({
    "ssl.truststore.password",
    "ssl.keystore.password",
    "ssl.key.password",
    "ssl.keystore.key",
    "sasl.oauthbearer.client.credentials.client.secret",
    "my.interceptor.api.key",
    "basic.auth.user.info"
  })
  void aSecretInTheFileIsRejectedAndNotShown(String name) {
    assertThat(
        error(name, "hunter2"),
        is(
            name
                + " contains a secret, which would be stored with the job; put it into an"
                + " environment variable and write env:NAME, or ${env:NAME} in place of the secret"
                + " part"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "username=\"weir\" password=\"hunter2\";",
        "username=\"${env:USER}\" password=\"hunter2\";",
        "username=\"${env:USER}\" password=hunter2 ;",
        "password=\"${env:PASSWORD}hunter2\" username=\"weir\";",
        "clientId=\"weir\" clientSecret = 'hunter2';"
      })
  void soIsAPasswordOfALoginModule(String options) {
    assertThat(
        error("sasl.jaas.config", "PlainLoginModule required " + options),
        allOf(startsWith("sasl.jaas.config contains a secret"), not(containsString("hunter2"))));
  }

  @Test
  void soIsALoginInAnAddress() {
    assertThat(
        error("sasl.oauthbearer.token.endpoint.url", "https://weir:hunter2@idp/token"),
        not(containsString("hunter2")));
  }

  @Test
  void theNameOfTheHostIsAlwaysChecked() {
    assertThat(
        error("ssl.endpoint.identification.algorithm", ""),
        startsWith("ssl.endpoint.identification.algorithm cannot be empty"));
  }

  @Test
  void certificatesAndLoginModulesWithoutSecretsMayBeInTheFile() {
    Map<String, String> written =
        Map.of(
            "ssl.truststore.certificates",
            "-----BEGIN CERTIFICATE-----",
            "sasl.jaas.config",
            "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;",
            "listener.sasl.jaas.config",
            "ScramLoginModule required username=\"weir\" tokenauth=\"true\";");

    assertThat(created(ClientProperties.of(written), Client.CONSUMER, null), is(written));
  }

  @Test
  void aVariableThatIsNotSetIsNamed() {
    ClientProperties properties = ClientProperties.of(Map.of("ssl.key.password", "env:ABSENT"));

    assertThat(
        assertThrows(
                IllegalStateException.class,
                () -> properties.resolve(Client.CONSUMER, name -> null))
            .getMessage(),
        is(
            "ssl.key.password of the Kafka properties is read from the environment variable ABSENT,"
                + " which is not set in this process; set it where the job is submitted, on Flink's job"
                + " manager and on every task manager"));
  }

  @Test
  void anErrorOfAClientShowsNoSecret() {
    // Kafka quotes what it cannot parse: here the second word of the password.
    ClientProperties properties =
        ClientProperties.of(
            Map.of(
                "security.protocol", "SASL_PLAINTEXT",
                "sasl.mechanism", "PLAIN",
                "sasl.jaas.config", "env:WHOLE"));

    KafkaException failure =
        assertThrows(
            KafkaException.class,
            () ->
                properties
                    .resolve(Client.CONSUMER, name -> "PlainLoginModule hunter2 password=hunter3")
                    .create(
                        Map.of("bootstrap.servers", "localhost:1"),
                        all ->
                            new KafkaConsumer<>(
                                all, new ByteArrayDeserializer(), new ByteArrayDeserializer())));

    assertThat(Throwables.getStackTraceAsString(failure), not(containsString("hunter")));
    assertThat(failure.getMessage(), containsString("[hidden]"));
    assertThat(failure.getCause(), is(nullValue()));
  }

  @Test
  void aFileIsNamedInItsErrors() throws Exception {
    Path file = folder.resolve("kafka.properties");

    assertThat(
        assertThrows(IllegalArgumentException.class, () -> ClientProperties.read(file))
            .getMessage(),
        is("the file " + file + " does not exist"));
    Files.writeString(file, "acks = 0");
    assertThat(
        assertThrows(IllegalArgumentException.class, () -> ClientProperties.read(file))
            .getMessage(),
        is(file + ": acks cannot be set (no record may be lost or reordered); remove the line"));
  }

  @Test
  void propertiesAreReadFromAFile() throws Exception {
    Path file = folder.resolve("kafka.properties");
    Files.writeString(file, "# TLS\nsecurity.protocol = SSL  \nssl.key.password=env:PASSWORD\n");

    assertThat(
        created(ClientProperties.read(file), Client.PRODUCER, "s3cret"),
        is(Map.of("security.protocol", "SSL", "ssl.key.password", "s3cret")));
  }

  /** Returns the settings that a client would be created with. */
  private static Map<String, Object> created(
      ClientProperties properties, Client client, String password) {
    return properties
        .resolve(client, name -> "PASSWORD".equals(name) ? password : null)
        .create(Map.of(), all -> all);
  }

  private static String error(String name, String value) {
    return assertThrows(
            IllegalArgumentException.class, () -> ClientProperties.of(Map.of(name, value)))
        .getMessage();
  }
}
