package dev.weir.service;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.testing.TestCertificates;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.beam.sdk.util.SerializableUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceAddressTest {
  private static final Map<String, String> ENVIRONMENT = Map.of("BUREAU_TOKEN", "s3cret");

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:8090",
        "http://LOCALHOST",
        "http://127.0.0.1/credit",
        "http://127.255.255.255",
        "http://[::1]:8090",
        "http://[0:0:0:0:0:0:0:1]",
        "https://bureau.example",
        "https://192.0.2.7:8443"
      })
  void aTokenIsSentToThisMachineAndOverTls(String uri) {
    assertThat(
        bureau(uri).token(ENVIRONMENT::get).orElseThrow().authorization(), is("Bearer s3cret"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://bureau.example:8090",
        "http://192.0.2.7",
        "http://127.0.0.1.example",
        "http://localhost.example",
        "http://128.0.0.1",
        "http://0.0.0.0",
        "http://[2001:db8::1]:8090",
        "http://[::2]"
      })
  void aTokenIsSentUnencryptedToAnotherMachineOnlyIfThatIsAllowed(String uri) {
    ServiceAddress bureau = bureau(uri);

    assertThat(
        assertThrows(IllegalArgumentException.class, () -> bureau.token(ENVIRONMENT::get))
            .getMessage(),
        is(
            "--bureau: the token in BUREAU_TOKEN would be sent unencrypted to "
                + uri
                + "; use https://, or allow it with --allowPlainHttp"));
    assertThat(bureau.allowingPlainHttp(true).token(ENVIRONMENT::get).isPresent(), is(true));
    assertThat(bureau.token(variable -> null).isPresent(), is(false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://bureau", "http:///v1", "bureau:8090", "http://user@bureau"})
  void anythingButTheAddressOfAnHttpServiceIsRejected(String uri) {
    assertThrows(IllegalArgumentException.class, () -> bureau(uri));
  }

  @Test
  void itIsSerializedWithItsCertificatesAndWithoutTheToken() {
    Path authority =
        TestCertificates.write(
            folder.resolve("ca.pem"), TestCertificates.ofNewAuthority().authority());
    ServiceAddress bureau =
        bureau("https://bureau.example").trusting(TrustedCertificates.in(authority));
    bureau.token(ENVIRONMENT::get);

    ServiceAddress copy = SerializableUtils.clone(bureau);

    assertThat(copy, is(bureau));
    assertThat(copy.hashCode(), is(bureau.hashCode()));
    assertThat(copy, is(not(bureau("https://bureau.example"))));
    assertThat(copy.trusted().toString(), is("1 certificates"));
    assertThat(
        new String(SerializableUtils.serializeToByteArray(bureau), StandardCharsets.ISO_8859_1),
        not(containsString("s3cret")));
  }

  @Test
  void aFileWithoutCertificatesIsRejected() throws IOException {
    Path missing = folder.resolve("missing.pem");
    Path empty = Files.writeString(folder.resolve("empty.pem"), "");
    Path key =
        Files.writeString(
            folder.resolve("key.pem"),
            "-----BEGIN PRIVATE KEY-----\nczNjcmV0\n-----END PRIVATE KEY-----\n");

    assertThat(
        error(missing), is(missing + " cannot be read (NoSuchFileException); check the path"));
    assertThat(
        error(empty),
        is(empty + " contains no certificate; write a PEM file (-----BEGIN CERTIFICATE-----)"));
    assertThat(
        error(key),
        is(
            key
                + " contains something else than certificates; write a PEM file (-----BEGIN"
                + " CERTIFICATE-----)"));
  }

  private static String error(Path pem) {
    return assertThrows(IllegalArgumentException.class, () -> TrustedCertificates.in(pem))
        .getMessage();
  }

  private static ServiceAddress bureau(String uri) {
    return ServiceAddress.of(URI.create(uri)).named("--bureau").withTokenIn("BUREAU_TOKEN");
  }
}
