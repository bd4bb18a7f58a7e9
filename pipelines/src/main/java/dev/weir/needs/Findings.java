package dev.weir.needs;

import java.util.List;

/**
 * What was found when everything was tried.
 *
 * @param errors a line for each thing that the job cannot start without
 * @param warnings a line for each thing that it waits for while it runs
 */
public record Findings(List<String> errors, List<String> warnings) {
  public Findings {
    errors = List.copyOf(errors);
    warnings = List.copyOf(warnings);
  }
}
