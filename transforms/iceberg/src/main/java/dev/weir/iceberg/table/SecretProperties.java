package dev.weir.iceberg.table;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
          "passw(or)?d|secret|token|credential|authorization|api[-_.]?key|private[-_.]?key"
              + "|(access|account|shared|encryption|decryption)[-_.]?key|sas[-_.]|connection-string");

  /** The ends of the names of settings about secrets: a class, an address, a switch, a time. */
  private static final Pattern SETTING =
      Pattern.compile(".*[-_.](enabled|providers?|endpoint|uri|url|ms|path|file|class|impl|type)");

  /** A user with a password in an address, or a parameter that is a secret. */
  private static final Pattern IN_ADDRESS =
      Pattern.compile(
          ".*(//[^/?@:]+:[^/?@]+@|:thin:[^/@]+/[^@]+@|[?&;]\\w*(passw(or)?d|secret|token)\\w*=).*",
          Pattern.CASE_INSENSITIVE);

  private SecretProperties() {}

  /** Returns the first property, by name, whose value is a secret in clear text. */
  static Optional<String> inClearText(Map<String, String> properties) {
    return new TreeSet<>(properties.keySet())
        .stream().filter(name -> isInClearText(name, properties.get(name))).findFirst();
  }

  private static boolean isInClearText(String name, String value) {
    if (value.isEmpty() || value.startsWith(ENVIRONMENT_PREFIX)) {
      return false;
    }
    String lower = name.toLowerCase(Locale.ROOT);
    return (SECRET.matcher(lower).find() && !SETTING.matcher(lower).matches())
        || IN_ADDRESS.matcher(value).matches();
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
