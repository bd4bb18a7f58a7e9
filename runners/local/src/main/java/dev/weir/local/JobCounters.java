package dev.weir.local;

import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/**
 * The counters of the jobs on one embedded cluster while they run. Beam's own result of a Flink job
 * has them only after the job has ended.
 */
public final class JobCounters implements MetricReporter {
  private static final String CLUSTER = "cluster";
  private static final Map<String, JobCounters> BY_CLUSTER = new ConcurrentHashMap<>();

  /** Removed counters keep their last value, so that sums never shrink. */
  private final Map<Counter, String> counters = new ConcurrentHashMap<>();

  /** Created by Flink from its class name. */
  public static final class Factory implements MetricReporterFactory {
    @Override
    public MetricReporter createMetricReporter(Properties properties) {
      return BY_CLUSTER.computeIfAbsent(
          properties.getProperty(CLUSTER), cluster -> new JobCounters());
    }
  }

  /** Makes a cluster report to the instance that {@link #of} returns for the same name. */
  static void configure(Configuration configuration, String cluster) {
    configuration.setString("metrics.reporters", "weir");
    configuration.setString("metrics.reporter.weir.factory.class", Factory.class.getName());
    configuration.setString("metrics.reporter.weir." + CLUSTER, cluster);
  }

  static JobCounters of(String cluster) {
    return BY_CLUSTER.computeIfAbsent(cluster, name -> new JobCounters());
  }

  static void forget(String cluster) {
    BY_CLUSTER.remove(cluster);
  }

  /** The sum of a counter over all steps and instances, as of their last finished bundles. */
  long sum(String name) {
    return counters.entrySet().stream()
        .filter(entry -> entry.getValue().equals(name))
        .mapToLong(entry -> entry.getKey().getCount())
        .sum();
  }

  @Override
  public void open(MetricConfig config) {}

  @Override
  public void close() {}

  @Override
  public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
    if (metric instanceof Counter counter && name.startsWith("weir.")) {
      counters.put(counter, name.substring("weir.".length()));
    }
  }

  @Override
  public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {}
}
