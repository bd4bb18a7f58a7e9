package dev.weir.it.kafka;

import dev.weir.embedded.EmbeddedKafka;
import dev.weir.embedded.Ports;
import dev.weir.testing.TestCertificates;
import dev.weir.testing.TestCertificates.Issued;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;

/**
 * A broker with TLS, authentication and access control lists. Its listener without them, for the
 * test itself, may do everything.
 */
final class SecuredBroker implements AutoCloseable {

  /** The listeners, by what a client has to do. */
  enum Listener {
    /** TLS, and a user with a password. */
    PASSWORD("SASL_SSL", "localhost"),
    /** TLS, and a certificate of the client. */
    CERTIFICATE("SSL", "localhost"),
    /** TLS, with a certificate of the broker that has expired. */
    EXPIRED("SSL", "localhost"),
    /** As the test itself, at an IPv6 address. */
    IPV6("PLAINTEXT", "[::1]");

    private final String protocol;
    private final String host;

    Listener(String protocol, String host) {
      this.protocol = protocol;
      this.host = host;
    }
  }

  static final String USER = "weir";
  static final String PASSWORD = "KAFKA_PASSWORD";

  private final TestCertificates certificates = TestCertificates.ofNewAuthority();
  private final Map<Listener, Integer> ports = new HashMap<>();
  private final Path folder;
  private final EmbeddedKafka kafka;
  private final Admin admin;

  /** Starts the broker, with a user {@link #USER} that may do nothing yet. */
  SecuredBroker(Path folder) throws ExecutionException, InterruptedException {
    this.folder = folder;
    List<Integer> free = Ports.free(Listener.values().length);
    for (Listener listener : Listener.values()) {
      ports.put(listener, free.get(listener.ordinal()));
    }
    kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0, settings());
    admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    admin
        .alterUserScramCredentials(
            List.of(
                new UserScramCredentialUpsertion(
                    USER,
                    new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096),
                    System.getenv(PASSWORD))))
        .all()
        .get();
  }

  /** The broker itself, through its listener without TLS. */
  EmbeddedKafka kafka() {
    return kafka;
  }

  String address(Listener listener) {
    return listener.host + ":" + ports.get(listener);
  }

  String topic(Listener listener, String name) {
    return "kafka://" + address(listener) + "/" + name;
  }

  /** Allows {@link #USER}, by password or by certificate, one operation on one topic. */
  void allow(AclOperation operation, String topic) throws ExecutionException, InterruptedException {
    allow(USER, operation, topic);
    allow("CN=" + USER, operation, topic);
  }

  private void allow(String user, AclOperation operation, String topic)
      throws ExecutionException, InterruptedException {
    allow(user, operation, ResourceType.TOPIC, topic);
  }

  /** Allows {@link #USER} to write in the transactions of a sink. */
  void allowTransactions(String sinkId) throws ExecutionException, InterruptedException {
    for (String user : List.of(USER, "CN=" + USER)) {
      for (AclOperation operation : List.of(AclOperation.WRITE, AclOperation.DESCRIBE)) {
        ResourcePattern ids =
            new ResourcePattern(ResourceType.TRANSACTIONAL_ID, sinkId + "/", PatternType.PREFIXED);
        admin
            .createAcls(
                List.of(
                    new AclBinding(
                        ids,
                        new AccessControlEntry(
                            "User:" + user, "*", operation, AclPermissionType.ALLOW))))
            .all()
            .get();
      }
    }
  }

  /** Allows {@link #USER} to commit positions to a consumer group. */
  void allowGroup(String group) throws ExecutionException, InterruptedException {
    allow(USER, AclOperation.READ, ResourceType.GROUP, group);
  }

  /** Returns the positions that are committed to a consumer group. */
  Collection<OffsetAndMetadata> committed(String group) {
    try {
      return admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().values();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private void allow(String user, AclOperation operation, ResourceType type, String name)
      throws ExecutionException, InterruptedException {
    admin
        .createAcls(
            List.of(
                new AclBinding(
                    new ResourcePattern(type, name, PatternType.LITERAL),
                    new AccessControlEntry(
                        "User:" + user, "*", operation, AclPermissionType.ALLOW))))
        .all()
        .get();
  }

  /** Returns the file of the authority that clients trust. */
  Path authority() {
    return TestCertificates.write(folder.resolve("authority.pem"), certificates.authority());
  }

  /** Returns a file with the certificate of a client and its key. */
  Path clientCertificate() {
    Issued issued = certificates.issue(USER);
    return TestCertificates.write(folder.resolve("client.pem"), issued.both());
  }

  private Map<String, String> settings() {
    StringJoiner listeners = new StringJoiner(",");
    StringJoiner protocols = new StringJoiner(",", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,", "");
    for (Listener listener : Listener.values()) {
      listeners.add(listener + "://" + address(listener));
      protocols.add(listener + ":" + listener.protocol);
    }
    Map<String, String> settings = new HashMap<>();
    settings.put("listeners", listeners.toString());
    settings.put("listener.security.protocol.map", protocols.toString());
    settings.put("inter.broker.listener.name", "PLAINTEXT");
    settings.put("ssl.truststore.type", "PEM");
    settings.put("ssl.truststore.certificates", certificates.authority());
    certificate(settings, "", certificates.issue("broker", "localhost"));
    certificate(
        settings, prefix(Listener.EXPIRED), certificates.issueExpired("broker", "localhost"));
    settings.put(prefix(Listener.CERTIFICATE) + "ssl.client.auth", "required");
    String password = prefix(Listener.PASSWORD);
    settings.put(password + "sasl.enabled.mechanisms", "SCRAM-SHA-512,PLAIN");
    settings.put(
        password + "scram-sha-512.sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required;");
    settings.put(
        password + "plain.sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule required user_"
            + USER
            + "=\""
            + System.getenv(PASSWORD).replace("\\", "\\\\").replace("\"", "\\\"")
            + "\";");
    settings.put("authorizer.class.name", StandardAuthorizer.class.getName());
    // The test, and the broker itself.
    settings.put("super.users", "User:ANONYMOUS");
    settings.put("auto.create.topics.enable", "false");
    return settings;
  }

  private static String prefix(Listener listener) {
    return "listener.name." + listener.name().toLowerCase(Locale.ROOT) + ".";
  }

  private static void certificate(Map<String, String> settings, String prefix, Issued issued) {
    settings.put(prefix + "ssl.keystore.type", "PEM");
    settings.put(prefix + "ssl.keystore.certificate.chain", issued.certificate());
    settings.put(prefix + "ssl.keystore.key", issued.key());
  }

  @Override
  public void close() {
    admin.close();
    kafka.close();
  }
}
