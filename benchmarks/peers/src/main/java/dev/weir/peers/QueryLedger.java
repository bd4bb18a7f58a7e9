package dev.weir.peers;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.ZoneOffset;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.JobManagerOptions.SchedulerType;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;

/** Runs a Flink SQL query on Iceberg tables and prints each row of the result as JSON. */
public final class QueryLedger {
  private QueryLedger() {}

  /** Arguments: {@code --catalog=FILE --sql='select … from database.table …'}. */
  public static void main(String[] args) throws Exception {
    Arguments arguments = new Arguments(args);
    try (PrintStream out = CleanOutput.claim()) {
      CloseableIterator<Row> rows = query(arguments);
      while (rows.hasNext()) {
        out.println(JsonRows.write(rows.next()));
      }
      rows.close();
    }
  }

  private static CloseableIterator<Row> query(Arguments arguments) throws Exception {
    CatalogFile catalog = new CatalogFile(Path.of(arguments.text("catalog")));
    Configuration configuration = new Configuration();
    // The adaptive scheduler sets up the result sink last; until then the client logs errors.
    configuration.set(JobManagerOptions.SCHEDULER, SchedulerType.Default);
    // A test's query consists of many scans of a few rows each.
    configuration.set(CoreOptions.DEFAULT_PARALLELISM, 1);
    configuration.setString("table.exec.iceberg.infer-source-parallelism", "false");
    TableEnvironment flink =
        TableEnvironment.create(
            EnvironmentSettings.newInstance()
                .inBatchMode()
                .withConfiguration(configuration)
                .build());
    flink.getConfig().setLocalTimeZone(ZoneOffset.UTC);
    flink.createCatalog(catalog.name(), catalog.descriptor());
    flink.useCatalog(catalog.name());
    return flink.executeSql(arguments.text("sql")).collect();
  }
}
