package dev.weir.needs;

import java.util.List;

/**
 * A schema registry that answers and accepts the schemas of the outputs.
 *
 * @param outages whether outages are reported, which a live job can wait for, or everything else
 */
record RegistryNeed(RegistryCheck check, boolean outages) implements Need {
  @Override
  public String option() {
    return RegistryCheck.OPTION;
  }

  @Override
  public String address() {
    return check.address();
  }

  @Override
  public List<String> problems() {
    return check.problems().stream()
        .filter(problem -> problem.outage() == outages)
        .map(RegistryCheck.Problem::line)
        .toList();
  }

  @Override
  public List<String> unanswered() {
    return outages ? Need.super.unanswered() : List.of();
  }
}
