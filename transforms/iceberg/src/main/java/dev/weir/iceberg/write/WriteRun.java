package dev.weir.iceberg.write;

import dev.weir.encoding.SingleObjectCoder;
import dev.weir.iceberg.commit.CommitRun;
import dev.weir.iceberg.commit.WrittenFiles;
import dev.weir.iceberg.table.LedgerCatalog;
import dev.weir.iceberg.table.OpenCatalog;
import dev.weir.iceberg.table.OpenTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.transforms.windowing.DefaultTrigger;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;
import org.joda.time.Duration;

/**
 * The bounded half of the sink: writes all files, then commits them.
 *
 * @param <E> a row, or a change of one
 */
final class WriteRun<E> extends PTransform<PCollection<KV<KV<Integer, Integer>, List<E>>>, PDone> {
  private static final long serialVersionUID = 1;

  private final Target<E> target;

  WriteRun(Target<E> target) {
    this.target = target;
  }

  @Override
  public PDone expand(PCollection<KV<KV<Integer, Integer>, List<E>>> keyed) {
    Coder<WrittenFiles> written = SingleObjectCoder.of(WrittenFiles.class);
    Coder<KV<KV<Integer, Integer>, WrittenFiles>> placed =
        KvCoder.of(KvCoder.of(VarIntCoder.of(), VarIntCoder.of()), written);
    keyed
        .apply("AtTheEnd", atTheEnd())
        .apply("GroupByWriter", GroupByKey.create())
        .apply("WriteFiles", ParDo.of(new WriteFiles<>(target)))
        .setCoder(placed)
        .apply("OneOrder", WithKeys.of(0))
        .setCoder(KvCoder.of(VarIntCoder.of(), placed))
        .apply("GroupFiles", GroupByKey.create())
        .apply("CommitFiles", ParDo.of(new CommitFiles(target, UUID.randomUUID().toString())));
    return PDone.in(keyed.getPipeline());
  }

  /**
   * Replaces any trigger of the input: a run that is grouped in parts would become several runs.
   */
  private static <T> Window<T> atTheEnd() {
    return Window.<T>configure()
        .triggering(DefaultTrigger.of())
        .withAllowedLateness(Duration.ZERO)
        .discardingFiredPanes();
  }

  /** Emits files with their commit and, because a writer may have several, their place in it. */
  private static final class WriteFiles<E>
      extends DoFn<
          KV<KV<Integer, Integer>, Iterable<List<E>>>, KV<KV<Integer, Integer>, WrittenFiles>> {
    private static final long serialVersionUID = 1;

    private final Target<E> target;
    private transient OpenTable table;

    WriteFiles(Target<E> target) {
      this.target = target;
    }

    @ProcessElement
    public void process(
        @Element KV<KV<Integer, Integer>, Iterable<List<E>>> writers,
        OutputReceiver<KV<KV<Integer, Integer>, WrittenFiles>> out) {
      if (table == null) {
        table = target.open();
      }
      int commit = writers.getKey().getKey();
      int shard = writers.getKey().getValue();
      try (LedgerWriter<E> writer = target.writer(table, true)) {
        for (List<E> list : writers.getValue()) {
          for (E element : list) {
            writer.add(shard, element);
          }
        }
        int place = 0;
        for (WrittenFiles files : writer.finish()) {
          out.output(KV.of(KV.of(commit, place++), files));
        }
      }
    }

    @Teardown
    public void teardown() {
      if (table != null) {
        table.close();
      }
    }
  }

  /** The files of each commit, ordered by place; the runner may deliver them in any order. */
  static Collection<List<WrittenFiles>> inOrder(
      Iterable<KV<KV<Integer, Integer>, WrittenFiles>> unordered) {
    List<KV<KV<Integer, Integer>, WrittenFiles>> placed = new ArrayList<>();
    unordered.forEach(placed::add);
    placed.sort(Comparator.comparingInt(files -> files.getKey().getValue()));
    TreeMap<Integer, List<WrittenFiles>> commits = new TreeMap<>();
    for (KV<KV<Integer, Integer>, WrittenFiles> files : placed) {
      commits
          .computeIfAbsent(files.getKey().getKey(), commit -> new ArrayList<>())
          .add(files.getValue());
    }
    return commits.values();
  }

  private static final class CommitFiles
      extends DoFn<KV<Integer, Iterable<KV<KV<Integer, Integer>, WrittenFiles>>>, Void> {
    private static final long serialVersionUID = 1;

    private final Counter rows = Metrics.counter("weir", "ledger_rows");

    private final LedgerCatalog catalog;
    private final String table;
    private final String sinkId;
    private final String run;

    CommitFiles(Target<?> target, String run) {
      this.catalog = target.catalog();
      this.table = target.name();
      this.sinkId = target.sinkId();
      this.run = run;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<KV<KV<Integer, Integer>, WrittenFiles>>> all) {
      try (OpenCatalog open = catalog.open()) {
        Collection<List<WrittenFiles>> commits = inOrder(all.getValue());
        CommitRun run = new CommitRun(open.table(table), sinkId, this.run, commits.size());
        int index = 0;
        for (List<WrittenFiles> files : commits) {
          rows.inc(run.commit(index++, files));
        }
      }
    }
  }
}
