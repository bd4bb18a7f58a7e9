package dev.weir.ports;

import dev.weir.ledger.AppendRows;
import dev.weir.ledger.LedgerTable;
import dev.weir.publish.PublishJson;
import dev.weir.publish.WriteFolder;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
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
   * @param ledger where the port's table is, and how it is made
   */
  public static <T extends SpecificRecordBase> PTransform<PCollection<T>, PDone> to(
      Port port, Class<T> type, SerializableFunction<T, String> key, Ledger ledger) {
    if (port instanceof Port.Topic topic) {
      return PublishJson.to(topic.brokers(), topic.name(), key);
    }
    if (port instanceof Port.Table table) {
      return append(table.name(), type, ledger);
    }
    Port.Files files = (Port.Files) port;
    return files.avro()
        ? WriteFolder.ofContainers(files.path(), type)
        : WriteFolder.ofLines(files.path(), type);
  }

  /** What adds rows to a table. */
  public static <T extends SpecificRecordBase> PTransform<PCollection<T>, PDone> append(
      String table, Class<T> type, Ledger ledger) {
    Schema rows = SpecificData.get().getSchema(type);
    return AppendRows.to(
        LedgerTable.of(ledger.catalog(), table, rows).partitionedBy(ledger.partitioning()),
        ledger.sinkId());
  }

  /**
   * @throws PortException where the output cannot take what an unbounded input gives
   */
  public static void checkFits(String option, Port output, Port input) {
    if (output instanceof Port.Table table && !table.rows().equals(TableRange.ALL)) {
      throw new PortException("--" + option + ": an iceberg: output takes no parameters");
    }
    if (input instanceof Port.Topic && output instanceof Port.Files) {
      throw new PortException(
          "--"
              + option
              + ": a file: output is written when all input is read, and kafka: input never ends;"
              + " write to kafka://host:port/topic");
    }
  }
}
