package dev.weir.kafka;

import com.google.common.base.Throwables;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;

/**
 * Properties as a client is created with them, which therefore may contain secrets. They are
 * neither kept nor shown.
 */
final class ResolvedProperties {
  private static final String HIDDEN = "[hidden]";

  /** What separates the words of a login module's configuration. */
  private static final Pattern SEPARATOR = Pattern.compile("[\\s\"=;]+");

  /** Shorter words may be parts of ordinary ones. */
  private static final int SHORTEST_WORD = 4;

  private final Map<String, String> properties;
  private final Set<String> secrets;

  /**
   * @param secrets the values of environment variables
   */
  ResolvedProperties(Map<String, String> properties, Set<String> secrets) {
    this.properties = properties;
    this.secrets = secrets;
  }

  /**
   * Creates a client.
   *
   * @param settings the client's own settings; the properties take precedence
   * @throws KafkaException if it cannot be created; the message contains no secret
   */
  <T> T create(Map<String, Object> settings, Function<Map<String, Object>, T> client) {
    Map<String, Object> all = new HashMap<>(settings);
    all.putAll(properties);
    try {
      return client.apply(all);
    } catch (RuntimeException e) {
      String reason = Throwables.getRootCause(e).getMessage();
      // Without the cause: its message, or that of one of its causes, may contain a secret.
      KafkaException failure =
          new KafkaException("a Kafka client cannot be created: " + withoutSecrets(reason));
      failure.setStackTrace(e.getStackTrace());
      throw failure;
    }
  }

  private String withoutSecrets(String text) {
    String shown = String.valueOf(text);
    for (String secret :
        secrets.stream()
            .flatMap(secret -> Stream.concat(Stream.of(secret), SEPARATOR.splitAsStream(secret)))
            .filter(word -> word.length() >= SHORTEST_WORD || secrets.contains(word))
            .filter(word -> !word.isEmpty())
            .sorted(Comparator.comparing(String::length).reversed())
            .toList()) {
      shown = shown.replace(secret, HIDDEN);
    }
    return shown;
  }
}
