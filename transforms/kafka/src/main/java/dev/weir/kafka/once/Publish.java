package dev.weir.kafka.once;

import dev.weir.encoding.SingleObjectCoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.state.BagState;
import org.apache.beam.sdk.state.MapState;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the elements of writer groups; the state of a group records what it has published. An
 * empty list starts its group; elements that are earlier wait for it.
 */
final class Publish<T> extends DoFn<KV<Integer, List<TimestampedValue<T>>>, T> {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(Publish.class);

  private static final Counter RECOVERED = Metrics.counter("weir", "outputs_recovered");
  private static final Counter DIVERGED = Metrics.counter("weir", "outputs_diverged");
  private static final Counter CORRECTED = Metrics.counter("weir", "outputs_corrected");

  /** After any watermark that the start of a group is behind. */
  private static final Instant FIRST = BoundedWindow.TIMESTAMP_MIN_VALUE.plus(Duration.millis(1));

  /** How long a group publishes nothing until its offsets are moved to the end. */
  private static final Duration IDLE = Duration.standardMinutes(1);

  @StateId("front")
  private final StateSpec<ValueState<PublishFront>> frontSpec =
      StateSpecs.value(SingleObjectCoder.of(PublishFront.class));

  @StateId("recovered")
  private final StateSpec<MapState<String, RecoveredOutput>> recoveredSpec =
      StateSpecs.map(StringUtf8Coder.of(), SingleObjectCoder.of(RecoveredOutput.class));

  @StateId("early")
  private final StateSpec<BagState<TimestampedValue<T>>> earlySpec;

  @TimerId("resolve")
  private final TimerSpec resolveSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

  /** Fires once all groups must have been started. */
  @TimerId("started")
  private final TimerSpec startedSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

  @TimerId("idle")
  private final TimerSpec idleSpec = TimerSpecs.timer(TimeDomain.PROCESSING_TIME);

  private final TopicLog.Spec spec;
  private final PublishedForm<T> form;
  private final Coder<T> coder;
  private final TopicEnds ends;
  private final long maxMillis;
  private transient ScheduledExecutorService commits;
  private transient Publisher<T> publisher;

  Publish(
      TopicLog.Spec spec, PublishedForm<T> form, Coder<T> coder, TopicEnds ends, long maxMillis) {
    this.spec = spec;
    this.form = form;
    this.coder = coder;
    this.ends = ends;
    this.maxMillis = maxMillis;
    this.earlySpec = StateSpecs.bag(TimestampedValue.TimestampedValueCoder.of(coder));
  }

  @Setup
  public void setup() {
    commits =
        Executors.newScheduledThreadPool(
            spec.layout().groups(),
            work -> {
              Thread thread = new Thread(work, "publish-" + spec.topic());
              thread.setDaemon(true);
              return thread;
            });
    publisher =
        new Publisher<>(
            new RecoveredOutputs.Kind<>(
                form, this::encode, this::decode, new Counters(spec.sinkId())),
            spec.sinkId(),
            spec.topic(),
            spec.layout().groups(),
            group -> new TopicLog(spec, group),
            commits,
            maxMillis);
  }

  @Teardown
  public void teardown() {
    if (publisher != null) {
      try {
        publisher.close();
      } finally {
        commits.shutdownNow();
        publisher = null;
      }
    }
  }

  @StartBundle
  public void startBundle() {
    publisher.startBundle();
  }

  @ProcessElement
  public void process(
      @Element KV<Integer, List<TimestampedValue<T>>> elements,
      @StateId("front") ValueState<PublishFront> front,
      @StateId("recovered") MapState<String, RecoveredOutput> recovered,
      @StateId("early") BagState<TimestampedValue<T>> early,
      @TimerId("resolve") Timer resolve,
      @TimerId("idle") Timer idle,
      @TimerId("started") Timer started,
      OutputReceiver<T> out) {
    int group = elements.getKey();
    GroupState state = new KeyedState(front, recovered, resolve, idle);
    if (elements.getValue().isEmpty()) {
      if (state.front() == null) {
        Publisher.start(
            state, spec.layout().groups(), ends.topicId(), ends.partitions(), ends.byPartition());
      }
      publish(group, early.read(), state, out);
      early.clear();
    } else if (publisher.isStarted(group, state)) {
      publish(group, elements.getValue(), state, out);
    } else {
      elements.getValue().forEach(early::add);
      started.withNoOutputTimestamp().set(FIRST);
    }
  }

  private void publish(
      int group, Iterable<TimestampedValue<T>> elements, GroupState state, OutputReceiver<T> out) {
    Publisher.Downstream<T> downstream = downstream(out);
    List<Timed<T>> timed = new ArrayList<>();
    elements.forEach(e -> timed.add(new Timed<>(e.getValue(), e.getTimestamp().getMillis())));
    publisher.publish(group, timed, state, downstream);
    publisher.drain(group, downstream);
  }

  @OnTimer("resolve")
  public void resolve(
      OnTimerContext timer,
      @Key Integer group,
      @StateId("front") ValueState<PublishFront> front,
      @StateId("recovered") MapState<String, RecoveredOutput> recovered,
      @TimerId("resolve") Timer resolve,
      @TimerId("idle") Timer idle,
      OutputReceiver<T> out) {
    publisher.resolve(
        group,
        timer.fireTimestamp().getMillis(),
        new KeyedState(front, recovered, resolve, idle),
        downstream(out));
  }

  @OnTimer("idle")
  public void checkIdle(
      @Key Integer group,
      @StateId("front") ValueState<PublishFront> front,
      @StateId("recovered") MapState<String, RecoveredOutput> recovered,
      @TimerId("resolve") Timer resolve,
      @TimerId("idle") Timer idle,
      OutputReceiver<T> out) {
    if (front.read() != null) {
      publisher.checkIdle(group, new KeyedState(front, recovered, resolve, idle), downstream(out));
    }
  }

  @OnTimer("started")
  public void requireStarted(@StateId("front") ValueState<PublishFront> front) {
    if (front.read() == null) {
      throw new PublishException(
          "sink "
              + spec.sinkId()
              + ": the savepoint has no state of what was published to "
              + spec.place()
              + ", because the job was drained when it was taken, or --writerGroups has changed;"
              + " restore another savepoint or checkpoint, or start without one and with --takeOver");
    }
  }

  @FinishBundle
  public void finishBundle(FinishBundleContext context) {
    publisher.finish(
        (element, millis) ->
            context.output(element, Instant.ofEpochMilli(millis), GlobalWindow.INSTANCE));
  }

  /** Elements are emitted once they are visible, while others are current. */
  @Override
  @Deprecated
  public Duration getAllowedTimestampSkew() {
    return Duration.millis(Long.MAX_VALUE);
  }

  private static <T> Publisher.Downstream<T> downstream(OutputReceiver<T> out) {
    return (element, millis) -> out.outputWithTimestamp(element, Instant.ofEpochMilli(millis));
  }

  private byte[] encode(T element) {
    try {
      return CoderUtils.encodeToByteArray(coder, element);
    } catch (CoderException e) {
      throw new IllegalStateException("an element cannot be encoded", e);
    }
  }

  private T decode(byte[] bytes) {
    try {
      return CoderUtils.decodeFromByteArray(coder, bytes);
    } catch (CoderException e) {
      throw new IllegalStateException("an element in state cannot be decoded", e);
    }
  }

  private record KeyedState(
      ValueState<PublishFront> value,
      MapState<String, RecoveredOutput> outputs,
      Timer timer,
      Timer idle)
      implements GroupState {
    @Override
    public PublishFront front() {
      return value.read();
    }

    @Override
    public void write(PublishFront front) {
      value.write(front);
    }

    @Override
    public RecoveredOutput recovered(String name) {
      return outputs.get(name).read();
    }

    @Override
    public void keep(String name, RecoveredOutput output) {
      outputs.put(name, output);
    }

    @Override
    public void forget(String name) {
      outputs.remove(name);
    }

    @Override
    public List<Map.Entry<String, RecoveredOutput>> allRecovered() {
      List<Map.Entry<String, RecoveredOutput>> all = new ArrayList<>();
      outputs
          .entries()
          .read()
          .forEach(entry -> all.add(Map.entry(entry.getKey(), entry.getValue())));
      return all;
    }

    @Override
    public void resolveAt(long eventTime) {
      timer.withNoOutputTimestamp().set(Instant.ofEpochMilli(eventTime));
    }

    @Override
    public void checkIdleSoon() {
      idle.withNoOutputTimestamp().offset(IDLE).setRelative();
    }
  }

  /** Counts, and logs the first few of what an operator should look at. */
  private static final class Counters implements Publisher.Tally {
    private static final int LOGGED = 10;

    private final String sinkId;
    private int logged;

    Counters(String sinkId) {
      this.sinkId = sinkId;
    }

    @Override
    public void recovered() {
      RECOVERED.inc();
    }

    @Override
    public void diverged(String name) {
      DIVERGED.inc();
      log("was published, but the restarted job has not computed it again", name);
    }

    @Override
    public void corrected(String name) {
      CORRECTED.inc();
      log("was computed again with another content, and published again", name);
    }

    private void log(String what, String name) {
      if (logged < LOGGED) {
        logged++;
        LOG.warn("sink {}: {} {}", sinkId, name, what);
      }
    }
  }
}
