package dev.weir.it.state;

import static dev.weir.testing.Eventually.eventually;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.it.Checkpoints;
import dev.weir.it.loans.KillAndRestartIT;
import dev.weir.local.EmbeddedFlink;
import dev.weir.local.FlinkRest;
import dev.weir.local.PipelineArguments;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.io.GenerateSequence;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.io.UnboundedSource;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The behaviour of Beam and Flink that the pipelines rely on, so that an upgrade that changes it is
 * noticed. {@link KillAndRestartIT} tests that state survives a restart.
 */
@Timeout(900)
class EngineFactsIT {
  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");

  /** The events in the job, in order. The job shares the classes of this process. */
  private static final Queue<String> HAPPENED = new ConcurrentLinkedQueue<>();

  private static final CountDownLatch MAY_SPLIT = new CountDownLatch(1);

  @TempDir private static Path folder;
  private static EmbeddedFlink flink;

  private PipelineResult job;

  @BeforeAll
  static void start() {
    flink = EmbeddedFlink.start(folder, 1, 0);
  }

  @AfterAll
  static void stop() {
    flink.close();
  }

  @BeforeEach
  void forget() {
    HAPPENED.clear();
  }

  @AfterEach
  void cancel() {
    if (job != null && !job.getState().isTerminal()) {
      try {
        job.cancel();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      eventually(() -> job.getState().isTerminal(), is(true));
    }
  }

  @Test
  void aDetachedJobOnTheEmbeddedClusterHasTheClassesOfThisProcess() {
    Pipeline pipeline = Pipeline.create(options());
    pipeline.apply("Three", Create.of("a", "b", "c")).apply("Report", ParDo.of(new Report()));

    job = pipeline.run();

    eventually(() -> List.copyOf(HAPPENED), containsInAnyOrder("a", "b", "c"));
  }

  @ParameterizedTest
  @CsvSource({"true, timer, watermark", "false, watermark, timer"})
  void aProcessingTimeTimerHoldsTheWatermarkBackIfItHasAnOutputTimestamp(
      boolean hasOne, String first, String second) {
    run(
        0,
        (processing, event, time) ->
            (hasOne ? processing.withOutputTimestamp(time) : processing.withNoOutputTimestamp())
                .offset(Duration.millis(1500))
                .setRelative());

    eventually(HAPPENED::size, greaterThan(1));
    assertThat(List.copyOf(HAPPENED), contains(first, second));
  }

  @Test
  void anEventTimeTimerWithoutOutputTimestampHoldsNothingBack() {
    run(
        0,
        (processing, event, time) ->
            event.withNoOutputTimestamp().set(time.plus(Duration.standardDays(300))));

    eventually(() -> List.copyOf(HAPPENED), contains("watermark"));
  }

  @ParameterizedTest
  @CsvSource({"5, 8", "8, 5", "20, 1"})
  void aTimerThatIsSetAgainFiresOnceAtTheNewTime(int firstMinutes, int minutes) {
    run(
        0,
        (processing, event, time) -> {
          event.withNoOutputTimestamp().set(time.plus(Duration.standardMinutes(firstMinutes)));
          event.withNoOutputTimestamp().set(time.plus(Duration.standardMinutes(minutes)));
        });

    eventually(() -> List.copyOf(HAPPENED), hasItem("watermark"));
    assertThat(List.copyOf(HAPPENED), equalTo(List.of("timer at minute " + minutes, "watermark")));
  }

  @Test
  void anEventTimeTimerSeesTheWatermark() {
    run(
        100,
        (processing, event, time) -> {
          Duration sinceNoon = new Duration(NOON, event.getCurrentRelativeTime());
          HAPPENED.add(sinceNoon.getStandardMinutes() > 0 ? "it has moved" : "it stands still");
          HAPPENED.add(event.getCurrentRelativeTime().isAfter(time) ? "too far" : "not too far");
        });

    eventually(() -> List.copyOf(HAPPENED), contains("watermark", "it has moved", "not too far"));
  }

  @Test
  void beamTakesNoCheckpointsAndCopiesElementsByDefault() {
    FlinkPipelineOptions beams = PipelineOptionsFactory.as(FlinkPipelineOptions.class);
    assertThat(beams.getCheckpointingInterval(), is(-1L));
    assertThat(beams.getFasterCopy(), is(false));
    assertThat(beams.getObjectReuse(), is(false));
    assertThat(beams.getFinishBundleBeforeCheckpointing(), is(false));

    FlinkPipelineOptions weirs =
        PipelineArguments.parse(FlinkPipelineOptions.class, List.of("--runner=FlinkRunner"));
    assertThat(weirs.getCheckpointingInterval(), is(10_000L));
    assertThat(weirs.getFasterCopy(), is(true));
    assertThat(weirs.getObjectReuse(), is(true));
    assertThat(weirs.getFinishBundleBeforeCheckpointing(), is(true));
  }

  @Test
  void twoStepsOfOneNameAreAnErrorWithTheArgumentsOfThisProject() {
    Pipeline pipeline =
        Pipeline.create(
            PipelineArguments.parse(FlinkPipelineOptions.class, List.of("--runner=FlinkRunner")));
    pipeline.apply("Same", Create.of("a"));
    pipeline.apply("Same", Create.of("b"));

    assertThrows(IllegalStateException.class, pipeline::run);
  }

  /**
   * Beam's Flink runner restores a source that was not split as one without splits, which ends at
   * once. Therefore no source may wait for anything when it is split.
   */
  @Test
  void aJobRestoredFromACheckpointBeforeItsSourceIsSplitReadsNothing() throws IOException {
    FlinkRest rest = new FlinkRest(flink);
    readFrom(new SlowToSplit());
    Checkpoints before = new Checkpoints(folder, rest.job());
    eventually(before::last, greaterThan(0));
    cancel();
    MAY_SPLIT.countDown();

    readFrom(new SlowToSplit(), "--savepointPath=" + before.path());
    eventually(() -> job.getState(), is(PipelineResult.State.DONE));
    assertThat(List.copyOf(HAPPENED), is(List.of()));

    readFrom(new SlowToSplit());
    eventually(() -> List.copyOf(HAPPENED), contains("read"));
  }

  private void readFrom(SlowToSplit source, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--checkpointingInterval=100",
                "--externalizedCheckpointsEnabled=true",
                "--retainExternalizedCheckpointsOnCancellation=true"));
    arguments.addAll(List.of(more));
    Pipeline pipeline = Pipeline.create(options(arguments.toArray(String[]::new)));
    pipeline.apply("Slow", Read.from(source)).apply("Report", ParDo.of(new Report()));
    job = pipeline.run();
  }

  /** What a step does with its timers, at the element of one minute. */
  @FunctionalInterface
  private interface Setting extends Serializable {
    void set(Timer processing, Timer event, Instant time);
  }

  /** A hundred minutes of event time per second; the step with the timers, and an observer. */
  private void run(int minute, Setting setting) {
    Pipeline pipeline = Pipeline.create(options());
    PCollection<Long> minutes =
        pipeline.apply(
            "Minutes",
            GenerateSequence.from(0)
                .withRate(1, Duration.millis(10))
                .withTimestampFn(n -> NOON.plus(Duration.standardMinutes(n))));
    minutes
        .apply("Key", WithKeys.<Integer, Long>of(0).withKeyType(TypeDescriptors.integers()))
        .apply("Set", ParDo.of(new SetTimers(minute, setting)))
        .apply("KeyAgain", WithKeys.<Integer, Long>of(0).withKeyType(TypeDescriptors.integers()))
        .apply("Watch", ParDo.of(new Watch()));
    job = pipeline.run();
  }

  private static FlinkPipelineOptions options(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--runner=FlinkRunner",
                "--flinkMaster=" + flink.master(),
                "--filesToStage=" + flink.filesToStage(),
                "--attachedMode=false",
                "--streaming=true",
                "--parallelism=1"));
    arguments.addAll(List.of(more));
    return PipelineArguments.parse(FlinkPipelineOptions.class, arguments);
  }

  /** Has one element, and no splits before {@link #MAY_SPLIT}. */
  private static final class SlowToSplit extends UnboundedSource<String, SlowToSplit.Nothing> {
    private static final long serialVersionUID = 1L;

    /** Nothing is remembered. */
    private static final class Nothing implements CheckpointMark, Serializable {
      private static final long serialVersionUID = 1L;

      @Override
      public void finalizeCheckpoint() {
        // Nothing is acknowledged.
      }
    }

    @Override
    public List<SlowToSplit> split(int desired, PipelineOptions options)
        throws InterruptedException {
      MAY_SPLIT.await();
      return List.of(this);
    }

    @Override
    public UnboundedReader<String> createReader(PipelineOptions options, Nothing mark) {
      return new Reader(this);
    }

    @Override
    public Coder<Nothing> getCheckpointMarkCoder() {
      return SerializableCoder.of(Nothing.class);
    }

    @Override
    public Coder<String> getOutputCoder() {
      return StringUtf8Coder.of();
    }

    private static final class Reader extends UnboundedReader<String> {
      private final SlowToSplit source;

      Reader(SlowToSplit source) {
        this.source = source;
      }

      @Override
      public boolean start() {
        return true;
      }

      @Override
      public boolean advance() {
        return false;
      }

      @Override
      public String getCurrent() {
        return "read";
      }

      @Override
      public Instant getCurrentTimestamp() {
        return NOON;
      }

      @Override
      public Instant getWatermark() {
        return NOON;
      }

      @Override
      public CheckpointMark getCheckpointMark() {
        return new Nothing();
      }

      @Override
      public SlowToSplit getCurrentSource() {
        return source;
      }

      @Override
      public void close() {
        // Holds no resources.
      }
    }
  }

  private static final class Report extends DoFn<String, Void> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(@Element String element) {
      HAPPENED.add(element);
    }
  }

  private static final class SetTimers extends DoFn<KV<Integer, Long>, Long> {
    private static final long serialVersionUID = 1L;

    @TimerId("processing")
    private final TimerSpec processingSpec = TimerSpecs.timer(TimeDomain.PROCESSING_TIME);

    @TimerId("event")
    private final TimerSpec eventSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

    private final int at;
    private final Setting setting;

    SetTimers(int at, Setting setting) {
      this.at = at;
      this.setting = setting;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Long> minute,
        @Timestamp Instant time,
        @TimerId("processing") Timer processing,
        @TimerId("event") Timer event,
        OutputReceiver<Long> out) {
      if (minute.getValue() == at) {
        setting.set(processing, event, time);
      }
      out.output(minute.getValue());
    }

    @OnTimer("processing")
    public void processing() {
      HAPPENED.add("timer");
    }

    @OnTimer("event")
    public void event(OnTimerContext context) {
      HAPPENED.add(
          "timer at minute " + new Duration(NOON, context.fireTimestamp()).getStandardMinutes());
    }
  }

  private static final class Watch extends DoFn<KV<Integer, Long>, Void> {
    private static final long serialVersionUID = 1L;

    @TimerId("passed")
    private final TimerSpec passedSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

    @ProcessElement
    public void process(
        @Element KV<Integer, Long> minute,
        @Timestamp Instant time,
        @TimerId("passed") Timer passed) {
      if (minute.getValue() == 0) {
        passed.withNoOutputTimestamp().set(time.plus(Duration.standardMinutes(30)));
      }
    }

    @OnTimer("passed")
    public void passed() {
      HAPPENED.add("watermark");
    }
  }
}
