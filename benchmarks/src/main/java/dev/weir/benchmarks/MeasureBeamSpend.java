package dev.weir.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.benchmarks.compare.BlockSource;
import dev.weir.benchmarks.compare.Settings;
import dev.weir.changelog.RowChange;
import dev.weir.encoding.SingleObjectCoder;
import dev.weir.local.EmbeddedFlink;
import dev.weir.peers.BenchPayment;
import dev.weir.spend.MeasureSpend;
import dev.weir.spend.SpendChange;
import dev.weir.spend.SpendMetrics;
import dev.weir.spend.WindowType;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderRegistry;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.SlidingWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * Times Weir's windows, or Beam's own, on the payments and with the arguments of {@link
 * dev.weir.peers.MeasureFlinkSpend} and prints one line of JSON in the same format.
 */
public final class MeasureBeamSpend {
  private static final long SEED = 1;
  private static final int PAYMENTS_IN_A_BLOCK = 500;
  private static final AtomicLong STARTED = new AtomicLong();
  private static final Tally TALLY = new Tally();

  private MeasureBeamSpend() {}

  /** Totals of the output; parallelism is 1. */
  private static final class Tally {
    long rows;
    long count;
    long cents;
    long extremes;
    long last;

    void add(long rowCount, long rowCents, long min, long max) {
      rows++;
      count += rowCount;
      cents += rowCents;
      extremes += min + max;
      last = System.nanoTime();
    }
  }

  public static void main(String[] args) throws Exception {
    Map<String, String> arguments =
        Arrays.stream(args)
            .map(arg -> arg.substring(2).split("=", 2))
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    Path folder = Files.createTempDirectory("weir-spend-");
    System.setProperty("weir.log", folder.resolve("spend.log").toString());
    try (EmbeddedFlink flink = EmbeddedFlink.start(folder, 1, 0)) {
      System.out.println(run(flink, arguments));
    }
    System.exit(0);
  }

  private static String run(EmbeddedFlink flink, Map<String, String> arguments) throws Exception {
    FlinkPipelineOptions options = Settings.of(flink);
    options.setAttachedMode(true);
    options.setStreaming(true);
    options.setShutdownSourcesAfterIdleMs(0L);
    options.setCheckpointingInterval(number(arguments, "interval"));
    if (arguments.get("state").equals("rocksdb")) {
      options.setStateBackend("rocksdb");
      options.setStateBackendStoragePath("file://" + arguments.get("checkpoints"));
    }
    long payments = number(arguments, "payments");
    long micros = number(arguments, "micros");
    Payments made = new Payments(number(arguments, "accounts"), micros);
    Duration length = Duration.standardSeconds(number(arguments, "length"));
    Duration slide = Duration.standardSeconds(number(arguments, "slide"));
    Pipeline pipeline = Pipeline.create(options);
    PCollection<Long> blocks =
        pipeline.apply(
            "Blocks",
            Read.from(
                new BlockSource(payments / PAYMENTS_IN_A_BLOCK)
                    .beginningAt(BenchPayment.FIRST, PAYMENTS_IN_A_BLOCK * micros / 1000)));
    if (arguments.get("engine").equals("weir")) {
      weir(blocks, made, length, slide);
    } else {
      sliding(blocks, made, length, slide);
    }
    PipelineResult.State end = pipeline.run().waitUntilFinish();
    if (end != PipelineResult.State.DONE) {
      throw new IllegalStateException("the job ended in state " + end);
    }
    double seconds = (TALLY.last - STARTED.get()) / 1e9;
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("payments", payments);
    report.put("seconds", seconds);
    report.put("per_second", Math.round(payments / seconds));
    report.put("rows", TALLY.rows);
    report.put("count", TALLY.count);
    report.put("cents", TALLY.cents);
    report.put("extremes", TALLY.extremes);
    return new ObjectMapper().writeValueAsString(report);
  }

  private static void weir(
      PCollection<Long> blocks, Payments payments, Duration length, Duration slide) {
    WindowType type =
        new WindowType(
            "BENCH",
            java.time.Duration.ofMillis(length.getMillis()),
            java.time.Duration.ofMillis(slide.getMillis()));
    blocks
        .apply("Changes", ParDo.of(new Changes(payments)))
        .setCoder(SingleObjectCoder.of(SpendChange.class))
        .apply(
            "Measure", MeasureSpend.in(List.of(type), org.joda.time.Duration.standardDays(10), 8))
        .apply("Count", ParDo.of(new CountRows()));
  }

  private static void sliding(
      PCollection<Long> blocks, Payments payments, Duration length, Duration slide) {
    blocks
        .apply("Amounts", ParDo.of(new KeyedAmounts(payments)))
        .setCoder(KvCoder.of(StringUtf8Coder.of(), VarLongCoder.of()))
        .apply("Windows", Window.into(SlidingWindows.of(length).every(slide)))
        .apply("Combine", Combine.perKey(new Figures()))
        .apply("Count", ParDo.of(new CountFigures()));
  }

  private static long number(Map<String, String> arguments, String name) {
    return Long.parseLong(arguments.get(name));
  }

  /** Defines the payments. */
  private record Payments(long accounts, long micros) implements Serializable {
    BenchPayment get(long n) {
      return BenchPayment.of(SEED, n, accounts, micros);
    }
  }

  /** Emits each payment as an addition, committed when no older payment can follow. */
  private static final class Changes extends DoFn<Long, SpendChange> {
    private static final long serialVersionUID = 1;

    private final Payments payments;

    Changes(Payments payments) {
      this.payments = payments;
    }

    @ProcessElement
    public void process(@Element Long block, OutputReceiver<SpendChange> out) {
      STARTED.compareAndSet(0, System.nanoTime());
      long first = block * PAYMENTS_IN_A_BLOCK;
      for (long n = first; n < first + PAYMENTS_IN_A_BLOCK; n++) {
        BenchPayment payment = payments.get(n);
        long commit = BenchPayment.base(n, payments.micros()) + BenchPayment.DISORDER.toMillis();
        out.outputWithTimestamp(
            new SpendChange(payment.account(), "USD", payment.ts(), payment.cents(), 1, commit),
            Instant.ofEpochMilli(commit));
      }
    }
  }

  private static final class KeyedAmounts extends DoFn<Long, KV<String, Long>> {
    private static final long serialVersionUID = 1;

    private final Payments payments;

    KeyedAmounts(Payments payments) {
      this.payments = payments;
    }

    @ProcessElement
    public void process(@Element Long block, OutputReceiver<KV<String, Long>> out) {
      STARTED.compareAndSet(0, System.nanoTime());
      long first = block * PAYMENTS_IN_A_BLOCK;
      for (long n = first; n < first + PAYMENTS_IN_A_BLOCK; n++) {
        BenchPayment payment = payments.get(n);
        out.outputWithTimestamp(
            KV.of("3:USD" + payment.account(), payment.cents()),
            Instant.ofEpochMilli(payment.ts()));
      }
    }
  }

  /** Computes count, sum, minimum and maximum. */
  private static final class Figures extends Combine.CombineFn<Long, long[], long[]> {
    private static final long serialVersionUID = 1;

    @Override
    public long[] createAccumulator() {
      return new long[] {0, 0, Long.MAX_VALUE, Long.MIN_VALUE};
    }

    @Override
    public long[] addInput(long[] figures, Long cents) {
      return add(figures, 1, cents, cents, cents);
    }

    @Override
    public long[] mergeAccumulators(Iterable<long[]> all) {
      long[] merged = createAccumulator();
      for (long[] one : all) {
        merged = add(merged, one[0], one[1], one[2], one[3]);
      }
      return merged;
    }

    private static long[] add(long[] figures, long count, long cents, long min, long max) {
      return new long[] {
        figures[0] + count, figures[1] + cents, Math.min(figures[2], min), Math.max(figures[3], max)
      };
    }

    @Override
    public long[] extractOutput(long[] figures) {
      return figures;
    }

    @Override
    public Coder<long[]> getAccumulatorCoder(CoderRegistry registry, Coder<Long> input) {
      return new FiguresCoder();
    }

    @Override
    public Coder<long[]> getDefaultOutputCoder(CoderRegistry registry, Coder<Long> input) {
      return new FiguresCoder();
    }
  }

  private static final class FiguresCoder extends CustomCoder<long[]> {
    private static final long serialVersionUID = 1;

    @Override
    public void encode(long[] figures, OutputStream out) throws IOException {
      for (long figure : figures) {
        VarLongCoder.of().encode(figure, out);
      }
    }

    @Override
    public long[] decode(InputStream in) throws IOException {
      long[] figures = new long[4];
      for (int i = 0; i < figures.length; i++) {
        figures[i] = VarLongCoder.of().decode(in);
      }
      return figures;
    }

    @Override
    public void verifyDeterministic() {}
  }

  private static final class CountRows extends DoFn<RowChange<SpendMetrics>, Void> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(@Element RowChange<SpendMetrics> change) {
      SpendMetrics row = change.row();
      TALLY.add(
          row.getTxCount(),
          row.getTotalAmount().unscaledValue().longValueExact(),
          row.getMinAmount().unscaledValue().longValueExact(),
          row.getMaxAmount().unscaledValue().longValueExact());
    }
  }

  private static final class CountFigures extends DoFn<KV<String, long[]>, Void> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(@Element KV<String, long[]> row) {
      long[] figures = row.getValue();
      TALLY.add(figures[0], figures[1], figures[2], figures[3]);
    }
  }
}
