package dev.weir.needs;

import java.util.List;

/**
 * The results of {@link Needs#tryAll}.
 *
 * @param errors one line for each missing resource that the job cannot start without
 * @param warnings one line for each missing service that the job waits for while it runs
 * @param notes one line for each resource that was found but is not safe to use
 */
public record Findings(List<String> errors, List<String> warnings, List<String> notes) {
  public Findings {
    errors = List.copyOf(errors);
    warnings = List.copyOf(warnings);
    notes = List.copyOf(notes);
  }
}
