package dev.weir.httpservice;

import java.util.Objects;
import org.slf4j.Logger;

/**
 * The names of a service in its metrics and its log.
 *
 * @param metrics the prefix of its metric names, such as {@code bureau}
 * @param questions the help text of its counter of questions
 * @param log the log of its requests
 */
public record Naming(String metrics, String questions, Logger log) {
  public Naming {
    Objects.requireNonNull(metrics, "metrics");
    Objects.requireNonNull(questions, "questions");
    Objects.requireNonNull(log, "log");
  }
}
