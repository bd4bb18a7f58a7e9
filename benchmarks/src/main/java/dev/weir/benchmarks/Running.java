package dev.weir.benchmarks;

/** A job that runs until it is told to stop. */
interface Running {
  void stop() throws Exception;
}
