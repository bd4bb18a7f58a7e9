package dev.weir.httpservice;

import java.util.Objects;
import org.slf4j.Logger;

/**
 * What a service is called where it speaks of itself.
 *
 * @param metrics the first word of the names of its metrics, such as {@code bureau}
 * @param questions what its counter of questions counts, one sentence
 * @param log where its requests are logged
 */
public record Naming(String metrics, String questions, Logger log) {
  public Naming {
    Objects.requireNonNull(metrics, "metrics");
    Objects.requireNonNull(questions, "questions");
    Objects.requireNonNull(log, "log");
  }
}
