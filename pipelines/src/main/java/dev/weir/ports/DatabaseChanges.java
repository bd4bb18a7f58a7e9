package dev.weir.ports;

import dev.weir.cdc.SourceColumn;
import dev.weir.deadletter.DeadLetter;
import dev.weir.record.RawRecord;
import java.util.List;
import java.util.ServiceLoader;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.WithFailures.Result;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;

/**
 * Reads the changes of a database's tables straight from the database, for {@code postgres:} ports.
 * The pipelines bring no implementation; {@link ServiceLoader} finds one on the class path.
 */
public interface DatabaseChanges {

  /**
   * @param pipeline the name of the reader in the database
   * @param table {@code schema.table}
   * @param columns the columns that the table must have
   */
  Table of(Port.Database database, String pipeline, String table, List<SourceColumn> columns);

  /** The changes of one table. */
  interface Table {

    /** Reads the table's rows and then its changes. */
    PTransform<PBegin, Result<PCollection<RawRecord>, DeadLetter>> read();

    /**
     * Checks that the changes can be read, without changing the database.
     *
     * @return whether the connection was encrypted
     * @throws DatabaseException if they cannot be read
     */
    boolean check();
  }

  /**
   * @param option the option that names the database
   * @throws PortException if there is no implementation on the class path
   */
  static DatabaseChanges find(String option) {
    return ServiceLoader.load(DatabaseChanges.class)
        .findFirst()
        .orElseThrow(
            () ->
                new PortException(
                    "--"
                        + option
                        + ": this build cannot read postgres:// (it is part of Weir's test bed);"
                        + " publish the database's changes to Kafka with Debezium, and name the"
                        + " topic"));
  }
}
