package dev.weir.postgres;

import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import org.apache.beam.io.debezium.KafkaSourceConsumerFn;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.source.SourceConnector;
import org.joda.time.DateTime;

/**
 * The connector that DebeziumIO runs instead of Debezium's own. Public because DebeziumIO creates
 * it by reflection; use it only through DebeziumIO, see {@link ChangesTask}.
 */
public final class ChangesConnector extends SourceConnector {
  private Map<String, String> properties = Map.of();

  @Override
  public void start(Map<String, String> given) {
    properties = Map.copyOf(given);
    setStartTime();
  }

  /**
   * Sets DebeziumIO's static start time. DebeziumIO sets it only where it begins to read; a process
   * that continues from a checkpoint finds null and fails on its first record.
   */
  private static synchronized void setStartTime() {
    try {
      Field startTime = KafkaSourceConsumerFn.class.getDeclaredField("startTime");
      startTime.setAccessible(true);
      if (startTime.get(null) == null) {
        startTime.set(null, DateTime.now());
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this version of DebeziumIO is not supported", e);
    }
  }

  @Override
  public Class<? extends Task> taskClass() {
    return ChangesTask.class;
  }

  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    return List.of(properties);
  }

  @Override
  public void stop() {}

  @Override
  public ConfigDef config() {
    return new ConfigDef();
  }

  @Override
  public String version() {
    return "1";
  }
}
