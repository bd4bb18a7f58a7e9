package dev.weir.ports;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.service.ServiceAddress;
import dev.weir.service.TrustedCertificates;
import dev.weir.testing.TestCertificates;
import java.nio.file.Path;
import java.util.Map;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServicesTest {
  private static final Map<String, String> TOKEN = Map.of("BUREAU_TOKEN", "s3cret");

  @TempDir private Path folder;

  @Test
  void theOptionsDescribeHowAServiceIsAsked() {
    Path file =
        TestCertificates.write(
            folder.resolve("ca.pem"), TestCertificates.ofNewAuthority().authority());

    ServiceAddress bureau =
        at(TOKEN, "http://bureau.example/credit", "--trustStore=" + file, "--allowPlainHttp=true");

    assertThat(bureau.name(), is("--bureau"));
    assertThat(bureau.tokenVariable(), is("BUREAU_TOKEN"));
    assertThat(bureau.plainHttp(), is(true));
    assertThat(bureau.trusted(), is(TrustedCertificates.in(file)));
    assertThat(bureau.trusted(), is(not(TrustedCertificates.ofTheJvm())));
    assertThat(at(TOKEN, "http://localhost").trusted(), is(TrustedCertificates.ofTheJvm()));
  }

  @Test
  void aFileThatIsNotATrustStoreIsAnArgumentError() {
    Path missing = folder.resolve("missing.pem");

    assertThat(
        error(Map.of(), "https://bureau.example", "--trustStore=" + missing),
        is("--trustStore: " + missing + " cannot be read (NoSuchFileException); check the path"));
  }

  @Test
  void aTokenOverPlainHttpToAnotherMachineIsAnArgumentError() {
    assertThat(
        error(TOKEN, "http://bureau.example"),
        is(
            "--bureau: the token in BUREAU_TOKEN would be sent unencrypted to"
                + " http://bureau.example; use https://, or allow it with --allowPlainHttp"));
    assertThat(at(Map.of(), "http://bureau.example").plainHttp(), is(false));
  }

  @Test
  void anInvalidTokenIsAnArgumentErrorThatDoesNotShowIt() {
    assertThat(
        error(Map.of("BUREAU_TOKEN", "two s3crets"), "https://bureau.example"),
        is("BUREAU_TOKEN: the token must be visible ASCII characters without spaces"));
  }

  private static String error(Map<String, String> environment, String uri, String... options) {
    return assertThrows(PortException.class, () -> at(environment, uri, options)).getMessage();
  }

  private static ServiceAddress at(Map<String, String> environment, String uri, String... options) {
    return Services.of(
            PipelineOptionsFactory.fromArgs(options).as(HttpOptions.class), environment::get)
        .at("bureau", uri, "BUREAU_TOKEN");
  }
}
