package dev.weir.ports;

import java.io.Serializable;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How connections to a database are protected, in the terms of PostgreSQL's own programs (<a
 * href="https://www.postgresql.org/docs/current/libpq-ssl.html">libpq</a>).
 *
 * @param mode one of {@link #MODES}
 * @param channelBinding one of {@link #BINDINGS}
 * @param rootCertificate path of the certificates of trusted authorities, on each machine; null for
 *     {@code ~/.postgresql/root.crt}
 */
public record DatabaseTls(String mode, String channelBinding, String rootCertificate)
    implements Serializable {
  private static final long serialVersionUID = 1;

  static final List<String> MODES =
      List.of("disable", "prefer", "require", "verify-ca", "verify-full");
  static final List<String> BINDINGS = List.of("disable", "prefer", "require");

  private static final String MODE = "sslmode";
  private static final String BINDING = "channel_binding";
  private static final String ROOT = "sslrootcert";
  private static final String PREFER = "prefer";

  /** TLS if the server offers it; the server's certificate is not checked. */
  public static DatabaseTls preferred() {
    return new DatabaseTls(PREFER, PREFER, null);
  }

  /**
   * @param option the option with the port, named in the errors
   * @param query the parameters of the port's URI, without the question mark; null if it has none
   * @throws PortException if a parameter is unknown or invalid, or has no effect
   */
  static DatabaseTls parse(String option, String query) {
    Map<String, String> given = new LinkedHashMap<>();
    for (String pair : query == null ? new String[0] : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      if (!List.of(MODE, ROOT, BINDING).contains(name)) {
        // Without its value, which may be a password.
        throw invalid(
            option,
            "a database has no parameter '"
                + name
                + "'; its parameters are sslmode, sslrootcert and channel_binding");
      }
      String value = equals < 0 ? "" : decoded(option, name, pair.substring(equals + 1));
      if (value.isEmpty() || given.put(name, value) != null) {
        throw invalid(option, "write " + name + "=… once, with a value");
      }
    }
    return of(option, given);
  }

  private static DatabaseTls of(String option, Map<String, String> given) {
    String mode = oneOf(option, MODE, given.getOrDefault(MODE, PREFER), MODES);
    String binding = oneOf(option, BINDING, given.getOrDefault(BINDING, PREFER), BINDINGS);
    String root = given.get(ROOT);
    if (root != null && !mode.startsWith("verify-")) {
      throw invalid(
          option,
          "sslrootcert is used only with sslmode=verify-ca or sslmode=verify-full; add one of them");
    }
    if (mode.equals("disable") && binding.equals("require")) {
      throw invalid(
          option,
          "channel_binding=require needs TLS; write another sslmode, such as sslmode=verify-full");
    }
    return new DatabaseTls(mode, binding, root);
  }

  private static String oneOf(String option, String name, String value, List<String> values) {
    if (!values.contains(value)) {
      throw invalid(
          option, name + " must be " + String.join(", ", values) + "; it is '" + value + "'");
    }
    return value;
  }

  private static String decoded(String option, String name, String value) {
    try {
      // Unlike in forms, a plus sign is a plus sign.
      return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw invalid(option, name + " has a '%' that is not followed by two hexadecimal digits");
    }
  }

  private static PortException invalid(String option, String what) {
    return new PortException("--" + option + ": " + what);
  }

  /** Returns whether the server decides if connections are encrypted. */
  public boolean isOptional() {
    return mode.equals(PREFER);
  }

  /** Returns the properties for PostgreSQL's JDBC driver. */
  public Map<String, String> driverProperties() {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("sslmode", mode);
    properties.put("channelBinding", channelBinding);
    if (rootCertificate != null) {
      properties.put("sslrootcert", rootCertificate);
    }
    return properties;
  }
}
