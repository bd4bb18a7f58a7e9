package dev.weir.it.kills;

/** Compares everything that a job has published and stored with its input, once it is complete. */
@FunctionalInterface
interface OutputCheck {
  /**
   * Waits until the outputs are complete.
   *
   * @param when describes the run in error messages, with its seed
   * @throws AssertionError if an output is missing, repeated or wrong, or if outputs disagree
   */
  void assertOutputsAgree(String when);
}
