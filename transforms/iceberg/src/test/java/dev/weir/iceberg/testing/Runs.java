package dev.weir.iceberg.testing;

import dev.weir.changelog.RowChange;
import dev.weir.changelog.RowChangeCoder;
import dev.weir.iceberg.table.LedgerTable;
import dev.weir.iceberg.write.AppendRows;
import dev.weir.iceberg.write.UpsertRows;
import dev.weir.testing.Pipelines;
import java.util.List;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.extensions.avro.coders.AvroGenericCoder;
import org.apache.beam.sdk.transforms.Create;

/** Bounded runs on the DirectRunner that write to tables, each under a sink id of its own. */
public final class Runs {
  private int count;

  public void append(LedgerTable table, GenericRecord... rows) {
    append(table, List.of(rows));
  }

  public void append(LedgerTable table, List<GenericRecord> rows) {
    Pipeline pipeline = Pipelines.onDirectRunner();
    pipeline
        .apply("Rows", Create.of(rows).withCoder(AvroGenericCoder.of(rows.get(0).getSchema())))
        .apply("Append", AppendRows.to(table, "run-" + ++count));
    Pipelines.run(pipeline);
  }

  public void change(LedgerTable table, List<RowChange<GenericRecord>> changes) {
    Pipeline pipeline = Pipelines.onDirectRunner();
    pipeline
        .apply(
            "Changes",
            Create.of(changes)
                .withCoder(
                    RowChangeCoder.of(AvroGenericCoder.of(changes.get(0).row().getSchema()))))
        .apply("Upsert", UpsertRows.to(table, "run-" + ++count));
    Pipelines.run(pipeline);
  }
}
