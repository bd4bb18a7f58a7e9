package dev.weir.needs;

import java.util.List;

/** Something that a job needs from outside. */
interface Need {

  /** The option that names it, without dashes. */
  String option();

  /** Where it is, as a user wrote it; never with a password. */
  String address();

  /**
   * Tries it. A thread is interrupted that takes longer than {@link Needs#LIMIT}.
   *
   * @return what is wrong and what to do about it, a line for each option; empty where all is well
   */
  List<String> problems();

  /** What is reported where {@link Needs#LIMIT} has passed without an answer. */
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
