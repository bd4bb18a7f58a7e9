package dev.weir.ports;

import dev.weir.publish.PublishJson;
import dev.weir.publish.WriteFolder;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;

/** What writes to the port that an output was given. */
public final class Outputs {
  private Outputs() {}

  /**
   * @param key the record's natural key, where the port has keys
   */
  public static <T extends SpecificRecordBase> PTransform<PCollection<T>, PDone> to(
      Port port, Class<T> type, SerializableFunction<T, String> key) {
    if (port instanceof Port.Topic topic) {
      return PublishJson.to(topic.brokers(), topic.name(), key);
    }
    Port.Files files = (Port.Files) port;
    return files.avro()
        ? WriteFolder.ofContainers(files.path(), type)
        : WriteFolder.ofLines(files.path(), type);
  }

  /**
   * @throws PortException where the output cannot take what an unbounded input gives
   */
  public static void checkFits(String option, Port output, Port input) {
    if (input instanceof Port.Topic && output instanceof Port.Files) {
      throw new PortException(
          "--"
              + option
              + ": a file: output is written when all input is read, and kafka: input never ends;"
              + " write to kafka://host:port/topic");
    }
  }
}
