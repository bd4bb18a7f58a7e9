package dev.weir.verify;

import java.util.List;

/**
 * The result of a {@link Verification}.
 *
 * @param ports one line for each port, with counts
 * @param differences the first differences, one line each
 * @param count the number of all differences
 */
public record VerifyReport(List<String> ports, List<String> differences, long count) {
  public VerifyReport {
    ports = List.copyOf(ports);
    differences = List.copyOf(differences);
  }
}
