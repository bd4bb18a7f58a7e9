package dev.weir.kafka;

import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.SaslConfigs;

/** A property's value that names environment variables. */
final class EnvironmentValue {
  private static final Pattern WHOLE = Pattern.compile("env:(\\w+)");
  private static final Pattern PART = Pattern.compile("\\$\\{env:(\\w+)}");

  private EnvironmentValue() {}

  static boolean isIn(String value) {
    return WHOLE.matcher(value).matches() || PART.matcher(value).find();
  }

  /**
   * Returns the value with the contents of the variables.
   *
   * @param environment returns the value of a variable; null if it is not set
   * @param found receives each content
   * @throws IllegalStateException if a variable is not set
   */
  static String resolve(
      String property, String value, UnaryOperator<String> environment, Consumer<String> found) {
    Matcher whole = WHOLE.matcher(value);
    if (whole.matches()) {
      return content(property, whole.group(1), environment, found);
    }
    // The parser of login modules ends a value at its quote.
    boolean quoted = property.endsWith(SaslConfigs.SASL_JAAS_CONFIG);
    return PART.matcher(value)
        .replaceAll(
            (MatchResult part) -> {
              String content = content(property, part.group(1), environment, found);
              return Matcher.quoteReplacement(
                  quoted ? content.replace("\\", "\\\\").replace("\"", "\\\"") : content);
            });
  }

  private static String content(
      String property, String variable, UnaryOperator<String> environment, Consumer<String> found) {
    String content = environment.apply(variable);
    if (content == null) {
      throw new IllegalStateException(
          property
              + " of the Kafka properties is read from the environment variable "
              + variable
              + ", which is not set in this process; set it where the job is submitted, on Flink's"
              + " job manager and on every task manager");
    }
    found.accept(content);
    return content;
  }
}
