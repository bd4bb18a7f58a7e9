package dev.weir.testing;

import static org.junit.jupiter.api.Assertions.assertThrows;

import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.options.PipelineOptions.CheckEnabled;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/**
 * Creates and runs pipelines on the DirectRunner with its checks enabled. Beam's own TestPipeline
 * is a JUnit 4 rule and does not compile without JUnit 4.
 */
public final class Pipelines {
  private Pipelines() {}

  /**
   * Creates a pipeline that rejects two steps with the same name. It runs on one thread: each DoFn
   * has only one instance, and calls have one order. With more threads, one of them polls for work
   * without a pause and keeps a processor from the steps.
   */
  public static Pipeline onDirectRunner() {
    DirectOptions options = PipelineOptionsFactory.as(DirectOptions.class);
    options.setStableUniqueNames(CheckEnabled.ERROR);
    options.setTargetParallelism(1);
    return Pipeline.create(options);
  }

  /** Runs a pipeline to completion and throws its failure, if any. */
  public static PipelineResult run(Pipeline pipeline) {
    PipelineResult result = pipeline.run();
    result.waitUntilFinish();
    return result;
  }

  /** Runs a pipeline that must fail, and returns the innermost cause of the failure. */
  public static Throwable failureOf(Pipeline pipeline) {
    Throwable cause = assertThrows(RuntimeException.class, () -> run(pipeline));
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** The sum of one of Weir's counters over all steps; zero if nothing was counted. */
  public static long count(PipelineResult result, String counter) {
    long sum = 0;
    MetricsFilter filter =
        MetricsFilter.builder().addNameFilter(MetricNameFilter.named("weir", counter)).build();
    for (var step : result.metrics().queryMetrics(filter).getCounters()) {
      // Attempted values may lag behind: the DirectRunner updates them after it reports a bundle as
      // done.
      sum += step.getCommitted();
    }
    return sum;
  }
}
