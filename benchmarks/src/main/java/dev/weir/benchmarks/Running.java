package dev.weir.benchmarks;

/** A job that runs until it is stopped. */
interface Running {
  void stop() throws Exception;
}
