package dev.weir.kafka;

import java.io.IOException;
import java.io.Reader;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;

/**
 * <a href="https://kafka.apache.org/39/documentation.html#consumerconfigs">Kafka's client
 * properties</a>, such as those for TLS and SASL, for the consumers, producers and admin clients of
 * a job. They travel with the job as they are written: {@code env:NAME} as a whole value, or {@code
 * ${env:NAME}} within one, stands for an environment variable of the process that connects. A
 * secret must be written that way.
 */
public final class ClientProperties implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final String POSITIONS = "positions are kept in checkpoints; see --from";
  private static final String ENCODINGS = "records are read and written as bytes";
  private static final String ALL_WRITTEN = "no record may be lost or reordered";
  private static final String ONE_PARTITION = "records of one key stay in one partition";

  /** What the guarantees rest on, with the reason. */
  private static final Map<String, String> FIXED =
      Map.ofEntries(
          Map.entry(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, "kafka://host:port names them"),
          Map.entry(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, POSITIONS),
          Map.entry(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, POSITIONS),
          Map.entry(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, POSITIONS),
          Map.entry(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ENCODINGS),
          Map.entry(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ENCODINGS),
          Map.entry(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ENCODINGS),
          Map.entry(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ENCODINGS),
          Map.entry(ProducerConfig.ACKS_CONFIG, ALL_WRITTEN),
          Map.entry(ProducerConfig.RETRIES_CONFIG, ALL_WRITTEN),
          Map.entry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, ALL_WRITTEN),
          Map.entry(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, ALL_WRITTEN),
          Map.entry(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "each writer has its own"),
          Map.entry(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "only committed records are read"),
          Map.entry(ProducerConfig.PARTITIONER_CLASS_CONFIG, ONE_PARTITION),
          Map.entry(ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG, ONE_PARTITION),
          Map.entry(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, "write --maxRequestSize=BYTES"));

  /** Certificates are of Kafka's type for passwords but are not secret. */
  private static final Set<String> PUBLIC =
      Set.of(
          SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG,
          SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG);

  private static final String SECRET_WORDS =
      "(password|passphrase|secret|token|credential|user\\.info|(api|access|private)[._-]?key)";

  /** Names of properties that Kafka does not know, such as those of a plug-in. */
  private static final Pattern SECRET_NAME =
      Pattern.compile(SECRET_WORDS, Pattern.CASE_INSENSITIVE);

  /** An option of a login module whose value is not wholly from the environment. */
  private static final Pattern SECRET_OPTION =
      Pattern.compile(
          "[\\w.]*"
              + SECRET_WORDS
              + "[\\w.]*\\s*=\\s*(?!\"?(true|false|\\$\\{env:\\w+})\"?\\s*(;|\\s\\w))[^\\s;]",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern LOGIN_IN_ADDRESS = Pattern.compile("//[^/\\s]*@");

  /** The kinds of client, each with the properties that it knows. */
  enum Client {
    CONSUMER(ConsumerConfig.configDef()),
    PRODUCER(ProducerConfig.configDef()),
    ADMIN(AdminClientConfig.configDef());

    private final ConfigDef properties;

    Client(ConfigDef properties) {
      this.properties = properties;
    }

    private boolean knows(String property) {
      return properties.names().contains(property);
    }

    private boolean isPassword(String property) {
      return knows(property)
          && properties.configKeys().get(property).type == ConfigDef.Type.PASSWORD;
    }
  }

  private final TreeMap<String, String> written;

  private ClientProperties(Map<String, String> written) {
    this.written = new TreeMap<>(written);
  }

  /** Kafka's defaults. */
  public static ClientProperties standard() {
    return new ClientProperties(Map.of());
  }

  /**
   * @param file a Java properties file in UTF-8
   * @throws IllegalArgumentException if the file cannot be read, sets a property that Weir's
   *     guarantees rest on, or contains a secret
   */
  public static ClientProperties read(Path file) {
    Properties read = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      read.load(reader);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException("the file " + file + " does not exist", e);
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalArgumentException("the file " + file + " cannot be read: " + e, e);
    }
    Map<String, String> written = new HashMap<>();
    read.stringPropertyNames().forEach(n -> written.put(n, read.getProperty(n).strip()));
    try {
      return of(written);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * @param written the values by property
   * @throws IllegalArgumentException as for {@link #read}
   */
  public static ClientProperties of(Map<String, String> written) {
    written.forEach(ClientProperties::check);
    return new ClientProperties(written);
  }

  private static void check(String name, String value) {
    if (FIXED.containsKey(name)) {
      throw new IllegalArgumentException(
          name + " cannot be set (" + FIXED.get(name) + "); remove the line");
    }
    if (name.equals(SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG) && value.isEmpty()) {
      throw new IllegalArgumentException(
          name
              + " cannot be empty: a client would accept the certificate of any other host; remove"
              + " the line, and address the brokers by a name in their certificates");
    }
    if (isSecret(name, value)) {
      // Not quoted: it is a secret.
      throw new IllegalArgumentException(
          name
              + " contains a secret, which would be stored with the job; put it into an environment"
              + " variable and write env:NAME, or ${env:NAME} in place of the secret part");
    }
  }

  private static boolean isSecret(String name, String value) {
    if (value.isEmpty() || PUBLIC.contains(name)) {
      return false;
    }
    if (name.endsWith(SaslConfigs.SASL_JAAS_CONFIG)) {
      // The options of the login module; OAUTHBEARER and GSSAPI can do without secret ones.
      return SECRET_OPTION.matcher(value).find();
    }
    if (EnvironmentValue.isIn(value)) {
      return false;
    }
    return LOGIN_IN_ADDRESS.matcher(value).find()
        || Stream.of(Client.values()).anyMatch(client -> client.isPassword(name))
        || (Stream.of(Client.values()).noneMatch(client -> client.knows(name))
            && SECRET_NAME.matcher(name).find());
  }

  /**
   * Returns the properties that apply to a kind of client, with the values of this process's
   * environment. Properties that no kind of client knows apply to all of them, since they may be
   * those of a plug-in.
   *
   * @param environment returns the value of a variable; null if it is not set
   * @throws IllegalStateException if a variable is not set
   */
  ResolvedProperties resolve(Client client, UnaryOperator<String> environment) {
    Map<String, String> resolved = new HashMap<>();
    Set<String> secrets = new HashSet<>();
    written.forEach(
        (name, value) -> {
          boolean unknown = Stream.of(Client.values()).noneMatch(one -> one.knows(name));
          if (unknown || client.knows(name)) {
            resolved.put(name, EnvironmentValue.resolve(name, value, environment, secrets::add));
          }
        });
    return new ResolvedProperties(resolved, secrets);
  }

  /** The names of the properties that are set. */
  @Override
  public String toString() {
    return written.keySet().toString();
  }
}
