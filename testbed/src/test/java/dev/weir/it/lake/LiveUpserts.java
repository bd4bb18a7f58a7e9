package dev.weir.it.lake;

import static dev.weir.testing.Eventually.eventually;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import dev.weir.changelog.Position;
import dev.weir.changelog.RowChange;
import dev.weir.changelog.RowChangeCoder;
import dev.weir.iceberg.table.LedgerTable;
import dev.weir.iceberg.write.UpsertRows;
import dev.weir.it.loans.Entries;
import dev.weir.local.EmbeddedFlink;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntSupplier;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.extensions.avro.coders.AvroGenericCoder;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;

/**
 * A live Flink job that changes the rows of a table in several commits, so that a key changes
 * within commits and between them.
 */
final class LiveUpserts {
  private static final int COMMITS = 5;
  private static final int CHANGES_IN_A_COMMIT = 80;
  private static final int KEYS = 30;

  private LiveUpserts() {}

  /**
   * Runs the job to its end.
   *
   * @param snapshots the number of snapshots of the table
   * @return the rows that the table then has
   */
  static Collection<GenericRecord> run(
      Path folder, LedgerTable table, long seed, IntSupplier snapshots) {
    GatedSource.releaseUpTo(0);
    try (EmbeddedFlink flink = EmbeddedFlink.start(folder, 1, 0)) {
      Pipeline pipeline = Pipeline.create(options(flink));
      pipeline
          .apply("Numbers", Read.from(new GatedSource(COMMITS * CHANGES_IN_A_COMMIT)))
          .apply("Changes", ParDo.of(new Changes(seed)))
          .setCoder(RowChangeCoder.of(AvroGenericCoder.of(Entries.FOR_SPARK)))
          .apply("Upsert", UpsertRows.to(table, "live"));
      PipelineResult job = pipeline.run();
      for (int commit = 1; commit <= COMMITS; commit++) {
        int before = snapshots.getAsInt();
        GatedSource.releaseUpTo(commit * CHANGES_IN_A_COMMIT);
        eventually("commit " + commit, snapshots::getAsInt, greaterThan(before));
      }
      assertThat(job.waitUntilFinish(), is(PipelineResult.State.DONE));
    }
    return last(changes(seed)).values();
  }

  private static FlinkPipelineOptions options(EmbeddedFlink flink) {
    return PipelineOptionsFactory.fromArgs(
            "--runner=FlinkRunner",
            "--flinkMaster=" + flink.master(),
            "--filesToStage=" + flink.filesToStage(),
            "--attachedMode=false",
            "--parallelism=1",
            "--checkpointingInterval=300",
            "--shutdownSourcesAfterIdleMs=0",
            "--finishBundleBeforeCheckpointing=true",
            "--enableStableInputDrain=true",
            // A tenth of what is released at a time.
            "--maxBundleSize=8",
            "--streaming=true")
        .as(FlinkPipelineOptions.class);
  }

  private static List<RowChange<GenericRecord>> changes(long seed) {
    Entries entries = new Entries(seed, Entries.FOR_SPARK);
    Random random = new Random(seed);
    List<GenericRecord> keys = entries.make(KEYS);
    List<RowChange<GenericRecord>> changes = new ArrayList<>();
    for (int n = 0; n < COMMITS * CHANGES_IN_A_COMMIT; n++) {
      GenericRecord row = entries.changed(keys.get(random.nextInt(KEYS)));
      Position position = new Position(n, 0);
      changes.add(
          random.nextInt(4) == 0
              ? RowChange.delete(row, position)
              : RowChange.upsert(row, position));
    }
    return changes;
  }

  private static Map<List<Object>, GenericRecord> last(List<RowChange<GenericRecord>> changes) {
    Map<List<Object>, GenericRecord> rows = new HashMap<>();
    for (RowChange<GenericRecord> change : changes) {
      List<Object> key = new ArrayList<>();
      for (String column : Entries.KEY) {
        key.add(change.row().get(column));
      }
      if (change.delete()) {
        rows.remove(key);
      } else {
        rows.put(key, change.row());
      }
    }
    return rows;
  }

  private static final class Changes extends DoFn<Integer, RowChange<GenericRecord>> {
    private static final long serialVersionUID = 1;

    private final long seed;
    private transient List<RowChange<GenericRecord>> changes;

    Changes(long seed) {
      this.seed = seed;
    }

    @Setup
    public void setup() {
      changes = changes(seed);
    }

    @ProcessElement
    public void process(@Element Integer n, OutputReceiver<RowChange<GenericRecord>> out) {
      out.output(changes.get(n));
    }
  }
}
