package dev.weir.httpservice;

import static dev.weir.httpservice.EchoService.PROMPT;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.testing.TestCertificates;
import dev.weir.testing.TestCertificates.Issued;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import okhttp3.tls.Certificates;
import okhttp3.tls.HandshakeCertificates;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A service that uses TLS, and the files that it does not start with. */
@Timeout(120)
class ServerCertificateTest {
  @TempDir private static Path folder;
  private static TestCertificates authority;
  private static Issued own;
  private static Path certificate;
  private static Path key;

  @BeforeAll
  static void issue() {
    authority = TestCertificates.ofNewAuthority();
    own = authority.issue("echo", "127.0.0.1");
    certificate = TestCertificates.write(folder.resolve("own.pem"), own.certificate());
    key = TestCertificates.write(folder.resolve("own.key"), own.key());
  }

  @Test
  void aServiceWithACertificateAnswersOverTlsOnly() throws Exception {
    Listening listening =
        Listening.onLoopback(0).withCertificate(ServerCertificate.read(certificate, key));
    try (EchoService service = EchoService.start(PROMPT, listening)) {
      HttpRequest health = HttpRequest.newBuilder(service.uri().resolve("/health")).build();
      HttpClient client = HttpClient.newBuilder().sslContext(trusting()).build();

      assertThat(service.uri().toString(), is("https://127.0.0.1:" + service.port()));
      assertThat(client.send(health, BodyHandlers.ofString()).statusCode(), is(200));
      try (Socket plain =
          new Client(service.uri()).write("GET /health HTTP/1.1\r\nHost: echo\r\n\r\n")) {
        String all = new String(plain.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        assertThat(all, not(containsString("200")));
      }
    }
  }

  private static SSLContext trusting() {
    return new HandshakeCertificates.Builder()
        .addTrustedCertificate(Certificates.decodeCertificatePem(authority.authority()))
        .build()
        .sslContext();
  }

  @Test
  void aMissingFileIsNamedWithItsOption() {
    Path missing = folder.resolve("missing.pem");

    assertThat(
        error(missing, key),
        is("--tlsCertificate: " + missing + " cannot be read (NoSuchFileException)"));
    assertThat(
        error(certificate, missing),
        is("--tlsKey: " + missing + " cannot be read (NoSuchFileException)"));
  }

  @Test
  void aFileWithoutACertificateIsNamedWithItsOption() throws IOException {
    String line = " is not a PEM file of certificates (-----BEGIN CERTIFICATE-----)";
    Path text = Files.writeString(folder.resolve("text"), "no certificate");

    assertThat(error(text, key), is("--tlsCertificate: " + text + line));
    assertThat(error(key, key), is("--tlsCertificate: " + key + line));
  }

  @Test
  void aKeyInAnotherFormatIsRejectedWithTheWayToConvertIt() throws IOException {
    String pem = Files.readString(key);
    for (String format : new String[] {"EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY"}) {
      Path other =
          Files.writeString(folder.resolve("other.key"), pem.replace("PRIVATE KEY", format));

      assertThat(
          error(certificate, other),
          is(
              "--tlsKey: "
                  + other
                  + " has no unencrypted PKCS 8 key (-----BEGIN PRIVATE KEY-----); convert it with"
                  + " openssl pkcs8 -topk8 -nocrypt"));
    }
  }

  @Test
  void aDamagedKeyIsNotQuoted() throws IOException {
    Path other =
        Files.writeString(
            folder.resolve("damaged.key"),
            "-----BEGIN PRIVATE KEY-----\nczNjcmV0\n-----END PRIVATE KEY-----\n");

    assertThat(
        error(certificate, other),
        is("--tlsKey: " + other + " is not a key of the certificate's algorithm, EC"));
  }

  @Test
  void theKeyOfAnotherCertificateIsRejected() {
    Path other =
        TestCertificates.write(folder.resolve("x.key"), authority.issue("x", "localhost").key());

    assertThat(
        error(certificate, other),
        is("--tlsKey: " + other + " is not the key of the first certificate in " + certificate));
  }

  private static String error(Path certificate, Path key) {
    return assertThrows(
            IllegalArgumentException.class, () -> ServerCertificate.read(certificate, key))
        .getMessage();
  }
}
