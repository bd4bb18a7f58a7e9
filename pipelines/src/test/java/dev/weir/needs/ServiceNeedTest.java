package dev.weir.needs;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.weir.service.ServiceAddress;
import dev.weir.service.TrustedCertificates;
import dev.weir.testing.TestCertificates;
import dev.weir.testing.TestCertificates.Issued;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The report about a service that does not admit this client, or is not trusted. */
@Timeout(120)
class ServiceNeedTest {
  private static final String NOTHING = "/sessions/none";

  @TempDir private static Path folder;
  private static TestCertificates authority;
  private static Path trusted;
  private static Issued own;

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private HttpsServer service;
  private ServiceAddress address;

  @BeforeAll
  static void issue() {
    authority = TestCertificates.ofNewAuthority();
    trusted = TestCertificates.write(folder.resolve("ca.pem"), authority.authority());
    own = authority.issue("service", "localhost");
  }

  @BeforeEach
  void start() throws IOException {
    start(own);
  }

  /** Needs the token {@code s3cret} for both routes. */
  private void start(Issued certificate) throws IOException {
    service = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    service.setHttpsConfigurator(new HttpsConfigurator(certificate.context()));
    answering(service);
    service.start();
    address = at("https://localhost:" + service.getAddress().getPort() + "/api");
  }

  private void answering(HttpServer server) {
    server.createContext(
        "/api",
        exchange -> {
          String authorization = exchange.getRequestHeaders().getFirst("Authorization");
          String path = exchange.getRequestURI().getPath();
          asked.add(exchange.getRequestMethod() + " " + path);
          boolean here = path.equals("/api/v1/score") || path.startsWith("/api/sessions/");
          int status =
              !here
                  ? 404
                  : authorization == null ? 403 : authorization.equals("Bearer s3cret") ? 422 : 401;
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
  }

  @AfterEach
  void stop() {
    service.stop(0);
  }

  private static ServiceAddress at(String uri) {
    return ServiceAddress.of(URI.create(uri))
        .named("--bureau")
        .withTokenIn("BUREAU_TOKEN")
        .trusting(TrustedCertificates.in(trusted));
  }

  @Test
  void aServiceThatAdmitsThisClientPasses() {
    assertThat(posting(address, "s3cret"), is(empty()));
    assertThat(lookingUp("s3cret"), is(empty()));
    assertThat(asked, contains("POST /api/v1/scores", "POST /api/v1/score", "GET /api" + NOTHING));
  }

  @Test
  void aWrongTokenIsReported() {
    String line =
        "--bureau: the service at "
            + address.uri()
            + " answers 401: it rejects the token in BUREAU_TOKEN; check the token";

    assertThat(posting(address, "wr0ng"), contains(line));
    assertThat(lookingUp("wr0ng"), contains(line));
  }

  @Test
  void aMissingTokenIsReported() {
    String line =
        "--bureau: the service at "
            + address.uri()
            + " answers 403: it requires a token; set BUREAU_TOKEN in the environment of this"
            + " process and of every worker";

    assertThat(posting(address, null), contains(line));
    assertThat(lookingUp(null), contains(line));
  }

  @Test
  void aServiceOfAnUnknownAuthorityIsReported() {
    assertThat(
        posting(address.trusting(TrustedCertificates.ofTheJvm()), "s3cret"),
        contains(
            "--bureau: the service at "
                + address.uri()
                + " cannot be trusted: its certificate is from an unknown authority; name a PEM"
                + " file with the authority's certificate in --trustStore"));
    assertThat(asked, is(empty()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "expired|its certificate has expired; renew it on the server",
        "other|its certificate is for another host; use a host name that the certificate contains"
      })
  void anUnfitCertificateIsReported(String kind, String why) throws IOException {
    stop();
    start(
        kind.equals("expired")
            ? authority.issueExpired("service", "localhost")
            : authority.issue("service", "bureau.example"));

    assertThat(
        posting(address, "s3cret"),
        contains("--bureau: the service at " + address.uri() + " cannot be trusted: " + why));
  }

  private static List<String> posting(ServiceAddress address, String token) {
    return problems(address, List.of("/v1/scores", "/v1/score"), null, token);
  }

  private List<String> lookingUp(String token) {
    return problems(address, List.of(), NOTHING, token);
  }

  private static List<String> problems(
      ServiceAddress address, List<String> routes, String path, String token) {
    Map<String, String> environment = token == null ? Map.of() : Map.of("BUREAU_TOKEN", token);
    return new ServiceNeed("bureau", address, routes, path, environment::get).problems();
  }
}
