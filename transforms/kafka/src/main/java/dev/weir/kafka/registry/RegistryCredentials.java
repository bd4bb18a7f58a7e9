package dev.weir.kafka.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.Map;
import java.util.regex.Pattern;

/** What identifies this process to a schema registry. Prints as dots and is not serializable. */
final class RegistryCredentials {
  static final String USER_INFO = "SCHEMA_REGISTRY_USER_INFO";
  static final String TOKEN = "SCHEMA_REGISTRY_TOKEN";
  private static final Pattern VISIBLE_ASCII = Pattern.compile("[\\x21-\\x7e]+");

  /** Null if there are none. */
  private final String authorization;

  private RegistryCredentials(String authorization) {
    this.authorization = authorization;
  }

  static RegistryCredentials none() {
    return new RegistryCredentials(null);
  }

  /**
   * @param environment the environment variables
   * @throws IllegalArgumentException if a value is not valid, or both are given
   */
  static RegistryCredentials in(Map<String, String> environment) {
    String user = environment.getOrDefault(USER_INFO, "").strip();
    String token = environment.getOrDefault(TOKEN, "").strip();
    if (!user.isEmpty() && !token.isEmpty()) {
      throw new IllegalArgumentException(
          USER_INFO + " and " + TOKEN + " are both set in the environment; set only one of them");
    }
    if (!user.isEmpty()) {
      if (user.indexOf(':') < 1) {
        throw new IllegalArgumentException(
            USER_INFO + " in the environment is not of the form user:password");
      }
      return new RegistryCredentials(
          "Basic " + Base64.getEncoder().encodeToString(user.getBytes(UTF_8)));
    }
    if (token.isEmpty()) {
      return none();
    }
    if (!VISIBLE_ASCII.matcher(token).matches()) {
      throw new IllegalArgumentException(
          TOKEN + " in the environment must be visible ASCII characters without spaces");
    }
    return new RegistryCredentials("Bearer " + token);
  }

  boolean exist() {
    return authorization != null;
  }

  /** The value of the {@code Authorization} header; null if there are no credentials. */
  String authorization() {
    return authorization;
  }

  @Override
  public String toString() {
    return "•••";
  }
}
