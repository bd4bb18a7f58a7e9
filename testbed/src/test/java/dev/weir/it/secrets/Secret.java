package dev.weir.it.secrets;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * A place where a secret can be given to a job. To add a place, add its variable here, and what
 * refers to it to the arguments or files of {@link JobsWithSecrets}.
 */
enum Secret {
  BUREAU_TOKEN,
  SCORING_TOKEN,
  SESSION_TOKEN,
  PGPASSWORD,

  /** {@code sasl.jaas.config} and {@code ssl.key.password} of a file of Kafka's properties. */
  KAFKA_PASSWORD,
  SCHEMA_REGISTRY_TOKEN,

  /** {@code jdbc.password} of a catalog file. */
  LAKE_PASSWORD,
  /** {@code hadoop.fs.s3a.secret.key} of a catalog file. */
  LAKE_STORAGE_KEY,
  /** {@code token} of a catalog file, for a REST catalog. */
  LAKE_TOKEN,
  /** {@code uri} of a catalog file; a password in it is an error when the catalog is opened. */
  LAKE_URI,

  /** Issued for each table by a REST catalog, in answer to the question where the table is. */
  VENDED_KEY_ID,
  VENDED_KEY,
  VENDED_SESSION_TOKEN;

  private static final String LETTERS = "ABCDEFGHKLMNPQRSTUVWXYZabcdefghkmnpqrstuvwxyz23456789";

  /** Returns the secret: letters and digits that nothing else consists of. */
  String value() {
    Random random = new Random(name().hashCode());
    String text =
        random
            .ints(24, 0, LETTERS.length())
            .mapToObj(n -> LETTERS.substring(n, n + 1))
            .collect(Collectors.joining());
    return this == LAKE_URI ? "jdbc:postgresql://localhost:1/lake?password=" + text : text;
  }

  /** Returns the part of the value that must be nowhere. */
  private String searched() {
    return value().substring(value().lastIndexOf('=') + 1);
  }

  /** Returns what must be nowhere, by the name of its place. */
  static Map<String, String> all() {
    return Arrays.stream(values()).collect(Collectors.toMap(Enum::name, Secret::searched));
  }

  /** Returns the variables of a process that works for a job. */
  static Map<String, String> environment() {
    return EnumSet.range(BUREAU_TOKEN, LAKE_URI).stream()
        .collect(Collectors.toMap(Enum::name, Secret::value));
  }
}
