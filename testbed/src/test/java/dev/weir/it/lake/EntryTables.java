package dev.weir.it.lake;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import dev.weir.changelog.Position;
import dev.weir.changelog.RowChange;
import dev.weir.changelog.RowChangeCoder;
import dev.weir.iceberg.table.LedgerTable;
import dev.weir.iceberg.write.AppendRows;
import dev.weir.iceberg.write.UpsertRows;
import dev.weir.it.CommandRun;
import dev.weir.it.loans.Entries;
import dev.weir.local.PipelineArguments;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.extensions.avro.coders.AvroGenericCoder;
import org.apache.beam.sdk.transforms.Create;

/** Bounded runs of Weir's sinks that fill tables, each with the rows that the table then has. */
final class EntryTables {
  private static final int RUNS = 3;

  private EntryTables() {}

  static Collection<GenericRecord> append(LedgerTable table, Entries entries) {
    List<GenericRecord> rows = entries.make(200);
    append(table, rows, "entries");
    return rows;
  }

  static void append(LedgerTable table, List<GenericRecord> rows, String sinkId) {
    Pipeline pipeline = pipeline();
    pipeline
        .apply("Rows", Create.of(rows).withCoder(AvroGenericCoder.of(rows.get(0).getSchema())))
        .apply("Append", AppendRows.to(table, sinkId));
    assertThat(pipeline.run().waitUntilFinish(), is(PipelineResult.State.DONE));
  }

  /** Three runs of changes; each key is changed in several of them, and several times in each. */
  static Collection<GenericRecord> upsert(LedgerTable table, Entries entries, long seed) {
    Random random = new Random(seed);
    List<GenericRecord> keys = entries.make(80);
    Map<Integer, GenericRecord> present = new TreeMap<>();
    for (int run = 0; run < RUNS; run++) {
      List<RowChange<GenericRecord>> changes = new ArrayList<>();
      for (int n = 0; n < 150; n++) {
        int key = random.nextInt(keys.size());
        GenericRecord row = entries.changed(keys.get(key));
        if (random.nextInt(4) == 0) {
          changes.add(RowChange.delete(row, new Position(run, n)));
          present.remove(key);
        } else {
          changes.add(RowChange.upsert(row, new Position(run, n)));
          present.put(key, row);
        }
      }
      change(
          changes,
          UpsertRows.<GenericRecord>to(table, "accounts-" + run)
              .withWritersPerPartition(1 + run % 2)
              .withRowsPerCommit(run == 2 ? 75 : 1_000));
    }
    return present.values();
  }

  static void change(List<RowChange<GenericRecord>> changes, UpsertRows<GenericRecord> upsert) {
    Pipeline pipeline = pipeline();
    pipeline
        .apply(
            "Changes",
            Create.of(changes)
                .withCoder(
                    RowChangeCoder.of(AvroGenericCoder.of(changes.get(0).row().getSchema()))))
        .apply("Upsert", upsert);
    assertThat(pipeline.run().waitUntilFinish(), is(PipelineResult.State.DONE));
  }

  static Pipeline pipeline() {
    return Pipeline.create(
        PipelineArguments.parse(DirectOptions.class, List.of(CommandRun.ONE_THREAD)));
  }
}
