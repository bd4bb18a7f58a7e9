package dev.weir.bureau;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.bureaumock.BureauMock;
import dev.weir.httpservice.Access;
import dev.weir.httpservice.Behaviour;
import dev.weir.httpservice.Listening;
import dev.weir.httpservice.ServerCertificate;
import dev.weir.loan.Ssn;
import dev.weir.service.Answer;
import dev.weir.service.Answer.Missing;
import dev.weir.service.ClientPolicy;
import dev.weir.service.JsonOverHttp;
import dev.weir.service.ServiceAddress;
import dev.weir.service.ServiceClient;
import dev.weir.service.ServiceFault;
import dev.weir.service.TrustedCertificates;
import dev.weir.testing.LogLines;
import dev.weir.testing.TestCertificates;
import dev.weir.testing.TestCertificates.Issued;
import dev.weir.testing.TinyServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A bureau behind TLS and a token, as the client of a worker meets it. */
@Timeout(300)
class BureauAccessTest {
  private static final Behaviour PROMPT =
      BureauMock.healthy().withLatency(Duration.ZERO, Duration.ZERO);
  private static final ClientPolicy POLICY =
      ClientPolicy.standard()
          .withInFlight(1)
          .withTimeout(Duration.ofMinutes(2))
          .withAttempts(2)
          .withBackoff(Duration.ofMillis(1), Duration.ofMillis(1));
  private static final String TOKEN = "s3cret";

  @TempDir private static Path folder;
  private static final String[] THIS_MACHINE = {"localhost", "127.0.0.1", "::1"};
  private static final TestCertificates AUTHORITY = TestCertificates.ofNewAuthority();
  private static final Issued OWN = AUTHORITY.issue("bureau", THIS_MACHINE);

  private static Path trusted;

  @BeforeAll
  static void write() {
    trusted = TestCertificates.write(folder.resolve("ca.pem"), AUTHORITY.authority());
  }

  // TLS

  @Test
  void aBureauWhoseAuthorityIsTrustedAnswers() throws Exception {
    try (BureauMock bureau = start(OWN);
        LogLines log = LogLines.record()) {
      assertThat(ask(trusted(bureau.uri())).isPresent(), is(true));
      assertThat(warnings(log), is(empty()));
    }
  }

  @Test
  void aBureauIsAskedByNameAndAtAnIpv6Address() throws Exception {
    Listening listening = Listening.onLoopback(0).withHost("::1").withCertificate(read(OWN));
    try (BureauMock bureau = start(OWN);
        BureauMock sixth = BureauMock.start(PROMPT, listening);
        BureauMock plain = BureauMock.start(PROMPT, Listening.onLoopback(0).withHost("::1"))) {
      URI byName = URI.create("https://localhost:" + bureau.port() + "/");

      assertThat(ask(trusted(byName)).isPresent(), is(true));
      assertThat(ask(trusted(sixth.uri())).isPresent(), is(true));
      assertThat(ask(ServiceAddress.of(plain.uri())).isPresent(), is(true));
    }
  }

  @Test
  void aBureauOfAnUnknownAuthorityIsUnavailable() throws Exception {
    cannotBeTrusted(
        OWN,
        TrustedCertificates.ofTheJvm(),
        "its certificate is from an unknown authority; name a PEM file with the authority's"
            + " certificate in --trustStore");
  }

  @Test
  void aBureauWithAnExpiredCertificateIsUnavailable() throws Exception {
    cannotBeTrusted(
        AUTHORITY.issueExpired("bureau", THIS_MACHINE),
        TrustedCertificates.in(trusted),
        "its certificate has expired; renew it on the server");
  }

  @Test
  void aBureauWithTheCertificateOfAnotherHostIsUnavailable() throws Exception {
    cannotBeTrusted(
        AUTHORITY.issue("bureau", "bureau.example"),
        TrustedCertificates.in(trusted),
        "its certificate is for another host; use a host name that the certificate contains");
  }

  private static void cannotBeTrusted(Issued certificate, TrustedCertificates trusted, String why)
      throws Exception {
    try (BureauMock bureau = start(certificate);
        LogLines log = LogLines.record()) {
      ServiceAddress address = ServiceAddress.of(bureau.uri()).named("--bureau").trusting(trusted);

      assertThat(ask(address), is(Answer.missing(Missing.UNAVAILABLE)));
      assertThat(
          warnings(log),
          contains(
              endsWith("--bureau: the service at " + bureau.uri() + " cannot be trusted: " + why)));
      assertThat(bureau.stats().requests(), is(0L));
    }
  }

  private static BureauMock start(Issued certificate) {
    return BureauMock.start(PROMPT, Listening.onLoopback(0).withCertificate(read(certificate)));
  }

  private static ServerCertificate read(Issued certificate) {
    return ServerCertificate.read(
        TestCertificates.write(folder.resolve("server.pem"), certificate.certificate()),
        TestCertificates.write(folder.resolve("server.key"), certificate.key()));
  }

  private static ServiceAddress trusted(URI uri) {
    return ServiceAddress.of(uri).trusting(TrustedCertificates.in(trusted));
  }

  private static Answer<BureauScore> ask(ServiceAddress bureau) throws InterruptedException {
    try (ServiceClient<Ssn, BureauScore> client =
        new ServiceClient<>(POLICY, new BureauCalls.Opener(bureau).open(POLICY))) {
      return client.ask(Ssn.of("a")).join();
    }
  }

  private static List<String> warnings(LogLines log) {
    return log.all().stream().filter(line -> line.contains("cannot be trusted")).toList();
  }

  // tokens

  @Test
  void theTokenOfTheEnvironmentIsSent() throws Exception {
    try (BureauMock bureau = demanding(TOKEN)) {
      JsonNode answer = post(bureau.uri(), TOKEN);

      assertThat(answer.path("scores").size(), is(1));
      assertThat(bureau.stats().answered(200), is(1L));
    }
  }

  @Test
  void aWrongTokenAndNoneAreFaultsThatNameAddressAndVariable() {
    try (BureauMock bureau = demanding(TOKEN)) {
      String start = "--bureau: the service at " + bureau.uri() + " answers 401: ";

      assertThat(
          noAccess(bureau.uri(), "wr0ng"),
          is(start + "it rejects the token in BUREAU_TOKEN; check the token"));
      assertThat(
          noAccess(bureau.uri(), null),
          is(
              start
                  + "it requires a token; set BUREAU_TOKEN in the environment of this process and"
                  + " of every worker"));
    }
  }

  private static BureauMock demanding(String token) {
    return BureauMock.start(PROMPT, Listening.onLoopback(0).withAccess(Access.byToken(token)));
  }

  private static String noAccess(URI bureau, String token) {
    ServiceFault fault = assertThrows(ServiceFault.class, () -> post(bureau, token));
    assertThat(fault.kind(), is(ServiceFault.Kind.NO_ACCESS));
    return fault.getMessage();
  }

  @Test
  void aTokenIsNotSentUnencryptedToAnotherMachine() {
    URI elsewhere = URI.create("http://bureau.example:8090");

    assertThat(
        assertThrows(IllegalArgumentException.class, () -> post(elsewhere, TOKEN)).getMessage(),
        is(
            "--bureau: the token in BUREAU_TOKEN would be sent unencrypted to "
                + elsewhere
                + "; use https://, or allow it with --allowPlainHttp"));
  }

  @Test
  void aRedirectToAnotherHostIsNotFollowed() throws Exception {
    try (BureauMock other = demanding(TOKEN);
        TinyServer redirecting =
            TinyServer.refusing(
                "307 Temporary Redirect",
                "Location: "
                    + other.uri().toString().replace("127.0.0.1", "localhost")
                    + "/v1/scores")) {
      ServiceFault fault = assertThrows(ServiceFault.class, () -> post(redirecting.uri(), TOKEN));

      assertThat(fault.kind(), is(ServiceFault.Kind.TRANSIENT));
      assertThat(redirecting.requests(), is(1));
      assertThat(other.stats().requests(), is(0L));
    }
  }

  private static JsonNode post(URI bureau, String token) throws IOException {
    ServiceAddress address =
        ServiceAddress.of(bureau).named("--bureau").withTokenIn(BureauCalls.TOKEN);
    Map<String, String> environment = token == null ? Map.of() : Map.of("BUREAU_TOKEN", token);
    try (JsonOverHttp http = new JsonOverHttp(address, POLICY, environment::get)) {
      return http.post("/v1/scores", "{\"ssns\":[\"a\"]}".getBytes(StandardCharsets.UTF_8));
    }
  }
}
