package dev.weir.postgres;

import dev.weir.cdc.SourceColumn;
import dev.weir.deadletter.DeadLetter;
import dev.weir.ports.DatabaseChanges;
import dev.weir.ports.Port;
import dev.weir.record.RawRecord;
import java.util.List;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.WithFailures.Result;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;

/** Reads {@code postgres:} ports with {@link ReadPostgres}. */
public final class PostgresChanges implements DatabaseChanges {
  @Override
  public Table of(
      Port.Database database, String pipeline, String table, List<SourceColumn> columns) {
    ReadPostgres reader =
        ReadPostgres.of(database.host(), database.port(), database.name(), database.user(), table)
            .withTls(database.tls())
            .inPipeline(pipeline)
            .withColumns(columns);
    return new Table() {
      @Override
      public PTransform<PBegin, Result<PCollection<RawRecord>, DeadLetter>> read() {
        return reader;
      }

      @Override
      public boolean check() {
        return reader.check();
      }
    };
  }
}
