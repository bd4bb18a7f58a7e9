package dev.weir.needs;

import java.util.List;

/**
 * The results of {@link Needs#tryAll}.
 *
 * @param errors one line for each missing resource that the job cannot start without
 * @param warnings one line for each missing service that the job waits for while it runs
 */
public record Findings(List<String> errors, List<String> warnings) {
  public Findings {
    errors = List.copyOf(errors);
    warnings = List.copyOf(warnings);
  }
}
