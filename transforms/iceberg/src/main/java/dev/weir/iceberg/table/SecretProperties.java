package dev.weir.iceberg.table;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * The catalog properties that are secrets. Their values come from the environment of the process
 * that connects, so that neither the file nor a job holds them.
 */
final class SecretProperties {
  private static final String ENVIRONMENT_PREFIX = "env:";

  /** What the names of secrets contain, in Iceberg, in its file systems and in Hadoop. */
  private static final Pattern SECRET =
      Pattern.compile(
          "passw(or)?d|secret|token|credential|authorization|cookie|api[-_.]?key|private[-_.]?key"
              + "|(access|account|shared|encryption|decryption)[-_.]?key|sas[-_.]|connection-string");

  /** The ends of the names of settings about secrets: a class, an address, a switch, a time. */
  private static final Pattern SETTING =
      Pattern.compile(".*[-_.](enabled|providers?|endpoint|uri|url|ms|path|file|class|impl|type)");

  /** A key itself, unless AWS KMS keeps the key: then it is the key's name. */
  private static final String S3_KEY = "s3.sse.key";

  private static final String S3_KEY_TYPE = "s3.sse.type";
  private static final Set<String> KEPT_BY_KMS = Set.of("kms", "dsse-kms");

  /**
   * A user with a password, which may contain any character. Digits up to a delimiter are a port
   * instead, and what has a bracket is an IPv6 address.
   */
  private static final String PASSWORD = "(?<!/)//[^/?#:\\[]*:(?!\\d+[/?#;,]).+@";

  /** A user without a password, which may be a token. Other schemes name a container there. */
  private static final String USER = "https?://[^/?#]+@";

  private static final String ORACLE_PASSWORD = ":(thin|oci8?):[^/@]+/.+@";

  private static final String PARAMETER =
      "[?&;#,(]\\s*(sig|pass"
          + "|[\\w.-]*(passw(or)?d|passphrase|pwd|secret|token|signature|api[-_.]?key"
          + "|(access|account|shared)[-_.]?key)[\\w.-]*)\\s*=";

  private static final Pattern IN_ADDRESS =
      Pattern.compile(
          String.join("|", PASSWORD, USER, ORACLE_PASSWORD, PARAMETER),
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private SecretProperties() {}

  /** Returns the first property, by name, whose value is a secret in clear text. */
  static Optional<String> inClearText(Map<String, String> properties) {
    return new TreeSet<>(properties.keySet())
        .stream().filter(name -> isInClearText(name, properties)).findFirst();
  }

  private static boolean isInClearText(String name, Map<String, String> properties) {
    String value = properties.get(name);
    if (value.isEmpty() || isInEnvironment(value)) {
      return false;
    }
    String lower = name.toLowerCase(Locale.ROOT);
    return (SECRET.matcher(lower).find() && !SETTING.matcher(lower).matches())
        || (lower.equals(S3_KEY) && !KEPT_BY_KMS.contains(properties.getOrDefault(S3_KEY_TYPE, "")))
        || isInAddress(value);
  }

  /** Returns whether the value is an address with a password, a token or another secret in it. */
  static boolean isInAddress(String value) {
    return IN_ADDRESS.matcher(value).find();
  }

  /** Returns whether the value is the name of an environment variable. */
  static boolean isInEnvironment(String value) {
    return value.startsWith(ENVIRONMENT_PREFIX);
  }

  /**
   * Returns the value with which a catalog is opened.
   *
   * @param environment returns a variable's value, or null if it is not set
   * @throws LedgerException if the value names a variable that is not set
   */
  static String resolve(String name, String value, UnaryOperator<String> environment) {
    if (!isInEnvironment(value)) {
      return value;
    }
    String variable = value.substring(ENVIRONMENT_PREFIX.length());
    String found = environment.apply(variable);
    if (found == null) {
      throw new LedgerException(
          name
              + " is "
              + value
              + ", but the environment variable "
              + variable
              + " is not set in this process; set it in each process of the job");
    }
    return found;
  }
}
