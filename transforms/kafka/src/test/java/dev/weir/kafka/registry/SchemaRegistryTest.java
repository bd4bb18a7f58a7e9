package dev.weir.kafka.registry;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.URI;
import java.util.Map;
import org.apache.beam.sdk.util.SerializableUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaRegistryTest {
  private static final RegistryCredentials ANN =
      RegistryCredentials.in(Map.of("SCHEMA_REGISTRY_USER_INFO", "ann:s3cr3t"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://registry.example.com/apis/ccompat/v7/",
        "http://localhost:8081",
        "http://127.0.0.1:8081",
        "http://[::1]:8081"
      })
  void credentialsAreSentOverTlsAndWithinTheMachine(String address) {
    SchemaRegistry.at(URI.create(address)).http(ANN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://registry:8081", "http://localhost.example.com", "http://10.0.0.1"})
  void credentialsAreSentOverPlainHttpOnlyIfThatIsAllowed(String address) {
    SchemaRegistry registry = SchemaRegistry.at(URI.create(address));

    assertThat(
        assertThrows(IllegalArgumentException.class, () -> registry.http(ANN)).getMessage(),
        is(
            "the credentials of the schema registry would be sent to "
                + address
                + " unencrypted; use https, or allow this with --allowPlainHttp"));
    registry.withPlainHttpAllowed(true).http(ANN);
    registry.http(RegistryCredentials.none());
  }

  @Test
  void credentialsMustBeOfOneKindAndValid() {
    assertThat(
        invalid(Map.of("SCHEMA_REGISTRY_USER_INFO", "ann:s", "SCHEMA_REGISTRY_TOKEN", "t")),
        is(
            "SCHEMA_REGISTRY_USER_INFO and SCHEMA_REGISTRY_TOKEN are both set in the environment;"
                + " set only one of them"));
    assertThat(
        invalid(Map.of("SCHEMA_REGISTRY_USER_INFO", "s3cr3t")),
        is("SCHEMA_REGISTRY_USER_INFO in the environment is not of the form user:password"));
    assertThat(
        invalid(Map.of("SCHEMA_REGISTRY_TOKEN", "two words")),
        is(
            "SCHEMA_REGISTRY_TOKEN in the environment must be visible ASCII characters without"
                + " spaces"));
    assertThat(
        RegistryCredentials.in(
                Map.of("SCHEMA_REGISTRY_USER_INFO", " ", "SCHEMA_REGISTRY_TOKEN", ""))
            .exist(),
        is(false));
  }

  @Test
  void anAddressIsSerializableAndHasNoSlashAtItsEnd() {
    SchemaRegistry registry =
        SchemaRegistry.at(URI.create("https://host/path/")).withPlainHttpAllowed(true);

    assertThat(SerializableUtils.ensureSerializable(registry), is(registry));
    assertThat(registry.address(), is(URI.create("https://host/path")));
  }

  private static String invalid(Map<String, String> environment) {
    return assertThrows(IllegalArgumentException.class, () -> RegistryCredentials.in(environment))
        .getMessage();
  }
}
