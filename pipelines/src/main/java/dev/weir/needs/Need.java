package dev.weir.needs;

import java.util.List;
import java.util.Optional;

/** An external resource that a job needs. */
interface Need {

  /** The option that names the resource, without dashes. */
  String option();

  /** The address of the resource as the user wrote it, without a password. */
  String address();

  /**
   * Checks it. The thread is interrupted after {@link Needs#LIMIT}.
   *
   * @return what is wrong and what to do about it, one line for each option; empty if nothing is
   *     wrong
   */
  List<String> problems();

  /**
   * Returns what the user should know about a resource that was found, without its option. Called
   * after {@link #problems}.
   */
  default Optional<String> note() {
    return Optional.empty();
  }

  /** Returns what is reported if {@link Needs#LIMIT} has passed without an answer. */
  default List<String> unanswered() {
    return problem(
        address() + " does not answer within " + Needs.LIMIT.toSeconds() + " s; check the address");
  }

  /** A line that names the option. */
  static String line(String option, String problem) {
    return "--" + option + ": " + problem.lines().findFirst().orElse("");
  }

  /** The line of this need's own option. */
  default List<String> problem(String what) {
    return List.of(line(option(), what));
  }
}
