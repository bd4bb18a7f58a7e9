package dev.weir.testing;

import static org.junit.jupiter.api.Assertions.assertThrows;

import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptions.CheckEnabled;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/**
 * Pipelines on the DirectRunner, with its checks on. Beam's own TestPipeline is a JUnit 4 rule and
 * does not compile without it.
 */
public final class Pipelines {
  private Pipelines() {}

  /** A pipeline in which two steps of one name are an error. */
  public static Pipeline onDirectRunner() {
    return Pipeline.create(options());
  }

  /** The same on one thread, so that each DoFn has one instance only and calls have one order. */
  public static Pipeline onOneThread() {
    DirectOptions options = options().as(DirectOptions.class);
    options.setTargetParallelism(1);
    return Pipeline.create(options);
  }

  private static PipelineOptions options() {
    PipelineOptions options = PipelineOptionsFactory.create();
    options.setStableUniqueNames(CheckEnabled.ERROR);
    return options;
  }

  /** Runs a pipeline until it is done; what fails in it is thrown. */
  public static PipelineResult run(Pipeline pipeline) {
    PipelineResult result = pipeline.run();
    result.waitUntilFinish();
    return result;
  }

  /** Runs a pipeline that has to fail; gives what made it fail, the first cause of all. */
  public static Throwable failureOf(Pipeline pipeline) {
    Throwable cause = assertThrows(RuntimeException.class, () -> run(pipeline));
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** The sum of one of Weir's counters over all steps; zero where nothing counted. */
  public static long count(PipelineResult result, String counter) {
    long sum = 0;
    MetricsFilter filter =
        MetricsFilter.builder().addNameFilter(MetricNameFilter.named("weir", counter)).build();
    for (var step : result.metrics().queryMetrics(filter).getCounters()) {
      // What was attempted may lag behind: the DirectRunner books it after it reports a bundle
      // done.
      sum += step.getCommitted();
    }
    return sum;
  }
}
