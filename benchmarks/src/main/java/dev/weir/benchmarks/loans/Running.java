package dev.weir.benchmarks.loans;

/** A job that runs until it is stopped. */
interface Running {
  void stop() throws Exception;
}
