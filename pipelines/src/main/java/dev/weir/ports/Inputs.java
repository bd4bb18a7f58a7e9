package dev.weir.ports;

import dev.weir.deadletter.DeadLetter;
import dev.weir.intake.RawRecord;
import dev.weir.intake.RawRecord.Encoding;
import dev.weir.intake.ReadFiles;
import dev.weir.intake.ReadTopic;
import org.apache.avro.Schema;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.WithFailures.Result;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Duration;

/** What reads the port that an input was given. */
public final class Inputs {
  /** How far a topic's records may be behind the latest one of their partition. */
  private static final Duration DISORDER = Duration.standardSeconds(20);

  private Inputs() {}

  /**
   * @param avro the schema of the input's records, where they come as Avro
   * @param ledger where the port's table is
   */
  public static PTransform<PBegin, Result<PCollection<RawRecord>, DeadLetter>> from(
      Port port, Schema avro, Ledger ledger) {
    if (port instanceof Port.Topic topic) {
      return ReadTopic.of(topic.brokers(), topic.name(), Encoding.AVRO, DISORDER);
    }
    Port.Files files = (Port.Files) port;
    return files.avro()
        ? ReadFiles.ofContainers(files.path(), avro)
        : ReadFiles.ofLines(files.path());
  }
}
