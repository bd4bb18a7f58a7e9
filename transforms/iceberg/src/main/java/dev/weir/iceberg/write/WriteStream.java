package dev.weir.iceberg.write;

import dev.weir.encoding.SingleObjectCoder;
import dev.weir.iceberg.commit.CommitStream;
import dev.weir.iceberg.commit.NumberedFiles;
import dev.weir.iceberg.commit.WrittenFiles;
import dev.weir.iceberg.table.LedgerCatalog;
import dev.weir.iceberg.table.OpenCatalog;
import dev.weir.iceberg.table.OpenTable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;

/**
 * The live half of the sink: writes files as elements arrive, numbers them in a fixed order, and
 * commits them when a checkpoint has made their numbers durable.
 *
 * @param <E> a row, or a change of one
 */
final class WriteStream<E>
    extends PTransform<PCollection<KV<KV<Integer, Integer>, List<E>>>, PDone> {
  private static final long serialVersionUID = 1;

  private final Target<E> target;

  WriteStream(Target<E> target) {
    this.target = target;
  }

  @Override
  public PDone expand(PCollection<KV<KV<Integer, Integer>, List<E>>> keyed) {
    Coder<WrittenFiles> written = SingleObjectCoder.of(WrittenFiles.class);
    Coder<NumberedFiles> numbered = SingleObjectCoder.of(NumberedFiles.class);
    keyed
        .apply("WriteFiles", ParDo.of(new WriteFiles<>(target)))
        .setCoder(written)
        .apply("OneOrder", WithKeys.of(target.name()))
        .setCoder(KvCoder.of(StringUtf8Coder.of(), written))
        .apply("NumberFiles", ParDo.of(new NumberFiles()))
        .setCoder(numbered)
        .apply("CommitFiles", ParDo.of(new CommitFiles(target)));
    return PDone.in(keyed.getPipeline());
  }

  /**
   * The state of a shard is the token of the instance that wrote it last ({@link
   * LedgerWriter#begin}); it also makes the runner send all elements of a shard to one instance.
   */
  private static final class WriteFiles<E>
      extends DoFn<KV<KV<Integer, Integer>, List<E>>, WrittenFiles> {
    private static final long serialVersionUID = 1;

    @StateId("token")
    private final StateSpec<ValueState<String>> tokenSpec = StateSpecs.value(StringUtf8Coder.of());

    private final Target<E> target;
    private transient OpenTable table;
    private transient LedgerWriter<E> writer;
    private transient Set<Integer> begun;

    WriteFiles(Target<E> target) {
      this.target = target;
    }

    @StartBundle
    public void startBundle() {
      begun = new HashSet<>();
      if (writer != null) {
        // Of a bundle that failed; there is nothing of one that finished.
        writer.abandon();
      }
    }

    @ProcessElement
    public void process(
        @Element KV<KV<Integer, Integer>, List<E>> list,
        @StateId("token") ValueState<String> token) {
      if (writer == null) {
        if (table == null) {
          table = target.open();
        }
        writer = target.liveWriter(table);
      }
      int shard = list.getKey().getValue();
      if (begun.add(shard)) {
        String next = writer.begin(shard, token.read());
        if (next != null) {
          token.write(next);
        }
      }
      for (E element : list.getValue()) {
        writer.add(shard, element);
      }
    }

    @FinishBundle
    public void finishBundle(FinishBundleContext context) {
      if (writer != null) {
        for (WrittenFiles files : writer.finish()) {
          context.output(files, GlobalWindow.INSTANCE.maxTimestamp(), GlobalWindow.INSTANCE);
        }
      }
    }

    @Teardown
    public void teardown() {
      try {
        if (writer != null) {
          writer.close();
        }
      } finally {
        if (table != null) {
          table.close();
        }
      }
    }
  }

  /** Assigns numbers to files; no restart changes this order. */
  private static final class NumberFiles extends DoFn<KV<String, WrittenFiles>, NumberedFiles> {
    private static final long serialVersionUID = 1;

    private final Counter rows = Metrics.counter("weir", "ledger_rows");
    private final Counter files = Metrics.counter("weir", "ledger_files");

    @StateId("job")
    private final StateSpec<ValueState<String>> jobSpec = StateSpecs.value(StringUtf8Coder.of());

    @StateId("last")
    private final StateSpec<ValueState<Long>> lastSpec = StateSpecs.value();

    private transient String attempt;
    private transient long started;
    private transient long epoch;

    @Setup
    public void setup() {
      attempt = UUID.randomUUID().toString();
      started = System.currentTimeMillis();
    }

    @StartBundle
    public void startBundle() {
      epoch = 0;
    }

    @ProcessElement
    public void process(
        @Element KV<String, WrittenFiles> element,
        @StateId("job") ValueState<String> job,
        @StateId("last") ValueState<Long> last,
        OutputReceiver<NumberedFiles> out) {
      String line = job.read();
      if (line == null) {
        line = UUID.randomUUID().toString();
        job.write(line);
      }
      Long before = last.read();
      long number = before == null ? 1 : before + 1;
      last.write(number);
      if (epoch == 0) {
        epoch = number;
      }
      WrittenFiles written = element.getValue();
      rows.inc(written.getRows());
      files.inc(written.getFiles().size());
      out.output(new NumberedFiles(line, attempt, started, epoch, number, written));
    }
  }

  /**
   * Commits the files of a completed checkpoint. It has no metrics: on Flink, code that runs when a
   * checkpoint completes cannot report any. It has no state: elements that are left when a job is
   * drained would count as late there and be dropped.
   */
  private static final class CommitFiles extends DoFn<NumberedFiles, Void> {
    private static final long serialVersionUID = 1;

    private final LedgerCatalog catalog;
    private final String table;
    private final String sinkId;
    private final boolean undoOnRestore;
    private transient OpenCatalog open;
    private transient CommitStream commits;
    private transient List<NumberedFiles> pending;

    CommitFiles(Target<?> target) {
      this.catalog = target.catalog();
      this.table = target.name();
      this.sinkId = target.sinkId();
      this.undoOnRestore = target.rows().accumulate();
    }

    @StartBundle
    public void startBundle() {
      pending = new ArrayList<>();
    }

    @RequiresStableInput
    @ProcessElement
    public void process(@Element NumberedFiles files) {
      pending.add(files);
    }

    @FinishBundle
    public void finishBundle() {
      if (pending.isEmpty()) {
        return;
      }
      if (open == null) {
        open = catalog.open();
        commits = new CommitStream(open.table(table), sinkId, undoOnRestore);
      }
      commits.commit(pending);
      pending.clear();
    }

    @Teardown
    public void teardown() {
      if (open != null) {
        open.close();
      }
    }
  }
}
