package dev.weir.postgres;

import static dev.weir.testing.Eventually.eventually;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.testing.TestCertificates;
import dev.weir.testing.TestCertificates.Issued;
import dev.weir.ports.DatabaseException;
import dev.weir.ports.Port;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The connections of the {@code postgres:} port to a server with TLS, as the server sees them. */
@Timeout(900)
class DatabaseTlsIT {
  @TempDir private static Path folder;
  private static Path authority;
  private static Path other;
  private static SourceDatabase database;
  private static Path passwords;

  @BeforeAll
  static void start() {
    TestCertificates certificates = TestCertificates.ofNewAuthority();
    authority = TestCertificates.write(folder.resolve("ca.pem"), certificates.authority());
    other =
        TestCertificates.write(
            folder.resolve("other.pem"), TestCertificates.ofNewAuthority().authority());
    Issued issued = certificates.issue("database", "localhost");
    database =
        SourceDatabase.startWithTls(
            TestCertificates.write(folder.resolve("server.crt"), issued.certificate()),
            TestCertificates.writeOwnerOnly(folder.resolve("server.key"), issued.key()));
    database.run("insert into customers (account_number) values ('ACC1')");
    passwords = SourceDatabase.passwordFile(folder, "*:*:*:*:" + SourceDatabase.PASSWORD);
  }

  @AfterAll
  static void stop() {
    database.close();
  }

  @AfterEach
  void offerTls() {
    database.offerTls(true);
  }

  private static Database given(String host, String query) {
    Port.Database port =
        (Port.Database)
            Port.parse(
                "customers",
                "postgres://"
                    + SourceDatabase.READER
                    + "@"
                    + host
                    + ":"
                    + database.port()
                    + "/postgres"
                    + query
                        .replace("CA", authority.toString())
                        .replace("OTHER", other.toString()));
    return new Database(port.host(), port.port(), port.name(), port.user(), port.tls());
  }

  private static boolean check(Database at) {
    return ReadPostgres.of(at.host(), at.port(), at.name(), at.user(), "public.customers")
        .withTls(at.tls())
        .withPasswordFile(passwords)
        .check();
  }

  private static String refusal(Database at) {
    String message = assertThrows(DatabaseException.class, () -> check(at)).getMessage();
    assertThat("one line", message.lines().count(), is(1L));
    String start = "cannot connect to " + at + ": ";
    assertThat(message, message.startsWith(start), is(true));
    return message.substring(start.length());
  }

  @ParameterizedTest
  @CsvSource({
    "'', true",
    "?sslmode=disable, false",
    "?sslmode=prefer&channel_binding=require, true",
    "?sslmode=require, true",
    "?sslmode=verify-ca&sslrootcert=CA, true",
    "?sslmode=verify-full&sslrootcert=CA&channel_binding=require, true"
  })
  void theSnapshotAndTheLogAreReadOverTheSameKindOfConnection(String query, boolean encrypted)
      throws InterruptedException {
    Database at = given("localhost", query);
    assertThat(check(at), is(encrypted));
    SlotConfiguration slot =
        new SlotConfiguration(
            at, new SourceTable("public", "customers"), "weir_tls", passwords.toString());

    try (SlotReader reader = SlotReader.start(slot, Map.of())) {
      List<SourceRecord> read = new ArrayList<>();
      eventually(
          () -> {
            read.addAll(poll(reader));
            return reader.isSnapshotRead() && !connections("r.state = 'streaming'").isEmpty();
          },
          is(true));
      assertThat(read.size(), greaterThan(0));
      // The reader of the log, and every other connection of this source.
      assertThat(connections("r.state = 'streaming'"), is(List.of(encrypted ? "t" : "f")));
      assertThat(
          List.copyOf(new TreeSet<>(connections("true"))), is(List.of(encrypted ? "t" : "f")));
    }
  }

  private static List<SourceRecord> poll(SlotReader reader) {
    try {
      return reader.poll();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether each connection of the source is encrypted. */
  private static List<String> connections(String which) {
    return database.ask(
        "select s.ssl from pg_stat_ssl s"
            + " join pg_stat_activity a on a.pid = s.pid"
            + " left join pg_stat_replication r on r.pid = s.pid"
            + " where a.usename = '"
            + SourceDatabase.READER
            + "' and "
            + which);
  }

  @Test
  void theCertificateOfAnotherAuthorityIsNotAccepted() {
    assertThat(
        refusal(given("localhost", "?sslmode=verify-ca&sslrootcert=OTHER")),
        is(
            "its certificate is not from an authority in "
                + other.file()
                + "; give the certificate of its authority in sslrootcert"));
  }

  @Test
  void aCertificateForAnotherHostIsAcceptedOnlyIfTheHostIsNotVerified() {
    assertThat(check(given("127.0.0.1", "?sslmode=verify-ca&sslrootcert=CA")), is(true));
    assertThat(
        refusal(given("127.0.0.1", "?sslmode=verify-full&sslrootcert=CA")),
        is(
            "its certificate is not for the host 127.0.0.1; use a name that is in the certificate,"
                + " or sslmode=verify-ca"));
  }

  @Test
  void aMissingFileOfAuthoritiesIsNamed() {
    assertThat(
        refusal(given("localhost", "?sslmode=verify-full&sslrootcert=/no/such/ca.pem")),
        is("Could not open SSL root certificate file /no/such/ca.pem."));
  }

  @Test
  void aServerWithoutTlsIsReadOnlyIfTlsIsNotRequired() {
    database.offerTls(false);

    assertThat(check(given("localhost", "")), is(false));
    assertThat(
        refusal(given("localhost", "?sslmode=require")),
        is("it offers no TLS; set ssl=on in its configuration, or use another sslmode"));
    assertThat(
        refusal(given("localhost", "?channel_binding=require")),
        is(
            "Channel Binding is required, but SSL is not in use; give it TLS and a password with"
                + " SCRAM, or use channel_binding=prefer"));
  }
}
