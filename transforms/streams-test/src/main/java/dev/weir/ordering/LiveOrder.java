package dev.weir.ordering;

import dev.weir.encoding.AnyRecordCoder;
import dev.weir.encoding.RecordBlockCoder;
import dev.weir.encoding.SingleObjectCoder;
import dev.weir.testing.Receiver;
import dev.weir.testing.StateFakes.Alarm;
import dev.weir.testing.StateFakes.Entries;
import dev.weir.testing.StateFakes.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TimestampedValue;
import org.apache.beam.sdk.values.TupleTag;
import org.joda.time.Instant;

/**
 * Runs the state and timer of one shard for a test, which makes the calls that a runner would make.
 * State is encoded and decoded before every call, as an on-disk state backend does. Fails if an
 * output would be late for the next step.
 *
 * @param <E> an event
 * @param <O> an output
 */
public final class LiveOrder<E, O> {
  private static final Coder<OrderFront> FRONTS = SingleObjectCoder.of(OrderFront.class);

  final Value<OrderFront> front = new Value<>();
  final Entries<String, List<Entry<E>>> buffer = new Entries<>();
  private final List<SpecificRecordBase> written = new ArrayList<>();
  final Entries<String, Page> memory =
      new Entries<String, Page>().whenPut(page -> written.addAll(records(page).values()));
  final Alarm alarm = new Alarm();
  private final Receiver<O> out = new Receiver<>();
  private final Coder<List<Entry<E>>> entries;
  private final Coder<Page> pages;
  private final ProcessArrived<E, O> process;
  BoundedWindow window = GlobalWindow.INSTANCE;
  private Instant now = BoundedWindow.TIMESTAMP_MIN_VALUE;
  private Instant after = BoundedWindow.TIMESTAMP_MIN_VALUE;
  private int checked;

  public LiveOrder(Rules<E, O> rules, Coder<E> events, AnyRecordCoder records) {
    this(rules, events, records, StateMemory.MOST_OPEN);
  }

  /**
   * @param mostOpenPages how many pages of memory are not written between turns
   */
  LiveOrder(Rules<E, O> rules, Coder<E> events, AnyRecordCoder records, int mostOpenPages) {
    this.entries = ListCoder.of(EntryCoder.of(events));
    this.pages = PageCoder.of(RecordBlockCoder.of(records));
    this.process =
        SerializableUtils.ensureSerializable(
            new ProcessArrived<>(rules, FRONTS, events, records, 4, mostOpenPages));
    process.setup();
  }

  /** Returns the outputs when all events are available at once, in this order. */
  public static <E, O> List<TimestampedValue<O>> drained(
      Rules<E, O> rules, List<List<TimestampedValue<E>>> events) {
    ProcessSorted<E, O> sorted = SerializableUtils.ensureSerializable(new ProcessSorted<>(rules));
    sorted.setup();
    Receiver<O> out = new Receiver<>();
    sorted.process(KV.of(0, events), out);
    return out.outputs();
  }

  /** Delivers the events of one bundle. */
  public LiveOrder<E, O> arrive(List<TimestampedValue<E>> events) {
    if (events.stream().anyMatch(event -> event.getTimestamp().isBefore(now))) {
      // The outputs of an event behind the current event time cannot be on time.
      after = BoundedWindow.TIMESTAMP_MIN_VALUE;
    }
    reload();
    process.process(KV.of(0, events), window, front, buffer, memory, alarm, out.at(now));
    if (out.outputs().size() > checked) {
      throw new AssertionError("an event was processed on arrival, before the timer fired");
    }
    followTime();
    return this;
  }

  /** Advances event time and fires the timer until it is set for a later time. */
  public LiveOrder<E, O> pass(Instant time) {
    now = time;
    alarm.passTo(time);
    followTime();
    while (alarm.isSet() && !alarm.setting().target().isAfter(time)) {
      fire();
    }
    long second = time.getMillis() - Math.floorMod(time.getMillis(), 1_000L);
    for (List<Entry<E>> waiting : buffer.map().values()) {
      if (waiting.stream().anyMatch(entry -> entry.time() < second)) {
        throw new AssertionError(
            "an entry still waits although event time has passed it, at " + time);
      }
    }
    return this;
  }

  /** Ends the stream: drains what waits, and clears the state as a runner does. */
  public LiveOrder<E, O> end() {
    reload();
    process.drain(front, buffer, memory, out.at(now));
    front.clear();
    buffer.clear();
    memory.clear();
    return this;
  }

  private void fire() {
    reload();
    Alarm.Setting setting = alarm.setting();
    alarm.fire();
    process.wake(
        new Fired(process, setting.target()),
        window,
        front,
        buffer,
        memory,
        alarm,
        out.at(setting.target()));
    for (; checked < out.outputs().size(); checked++) {
      Instant timestamp = out.outputs().get(checked).getTimestamp();
      if (timestamp.isBefore(setting.outputTime())) {
        throw new AssertionError(timestamp + " is before the hold " + setting.outputTime());
      }
      if (timestamp.isBefore(after)) {
        throw new AssertionError(timestamp + " is late for the next step, which is at " + after);
      }
    }
    followTime();
  }

  /** Updates the time that the next step has reached. */
  private void followTime() {
    Instant held =
        alarm.isSet() && alarm.setting().outputTime().isBefore(now)
            ? alarm.setting().outputTime()
            : now;
    after = held.isAfter(after) ? held : after;
  }

  /** All outputs so far. */
  public List<TimestampedValue<O>> outputs() {
    return out.outputs();
  }

  /** Returns whether nothing waits and no timer is set. */
  public boolean isQuiet() {
    return (front.read() == null || front.read().getBuckets().isEmpty())
        && buffer.map().isEmpty()
        && !alarm.isSet();
  }

  /** The output timestamp of the current timer, which holds back the next step's time. */
  public Instant heldAt() {
    return alarm.setting().outputTime();
  }

  /** The records that are stored, as {@code <entity> <type>/<id>}. */
  public Set<String> remembered() {
    return new TreeSet<>(allRemembered().keySet());
  }

  private Map<String, SpecificRecordBase> allRemembered() {
    Map<String, SpecificRecordBase> all = new TreeMap<>();
    memory
        .map()
        .forEach(
            (key, page) -> {
              String entity = Page.entity(key);
              records(page).forEach((name, record) -> all.put(entity + " " + name, record));
            });
    return all;
  }

  private static Map<String, SpecificRecordBase> records(Page page) {
    return page.children() == 0 ? page.records() : Map.of();
  }

  /** Every record that the rules ever wrote, in order of writing. */
  public List<SpecificRecordBase> written() {
    return written;
  }

  /** The stored record with this name, as in {@link #remembered()}; null if there is none. */
  public SpecificRecordBase remembered(String name) {
    return allRemembered().get(name);
  }

  /** The sizes of the pages of memory, in bytes; 0 for a branch. */
  public List<Integer> pageSizes() {
    return memory.map().values().stream()
        .map(page -> page.children() == 0 ? page.records().length() : 0)
        .toList();
  }

  boolean isStateGone() {
    return front.read() == null && buffer.map().isEmpty() && memory.map().isEmpty();
  }

  private void reload() {
    if (front.read() != null) {
      front.write(again(front.read(), FRONTS));
    }
    buffer.map().replaceAll((key, list) -> again(list, entries));
    memory.map().replaceAll((key, page) -> again(page, pages));
  }

  private static <T> T again(T value, Coder<T> coder) {
    try {
      return CoderUtils.decodeFromByteArray(coder, CoderUtils.encodeToByteArray(coder, value));
    } catch (CoderException e) {
      throw new AssertionError(e);
    }
  }

  /** The context that a runner passes to a timer method. */
  private final class Fired extends DoFn<KV<Integer, List<TimestampedValue<E>>>, O>.OnTimerContext {
    private final Instant target;

    Fired(ProcessArrived<E, O> process, Instant target) {
      process.super();
      this.target = target;
    }

    @Override
    public Instant timestamp() {
      return target;
    }

    @Override
    public Instant fireTimestamp() {
      return target;
    }

    @Override
    public BoundedWindow window() {
      return window;
    }

    @Override
    public TimeDomain timeDomain() {
      return TimeDomain.EVENT_TIME;
    }

    @Override
    public PipelineOptions getPipelineOptions() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void output(O output) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void outputWithTimestamp(O output, Instant timestamp) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void outputWindowedValue(
        O output, Instant timestamp, Collection<? extends BoundedWindow> windows, PaneInfo pane) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <T> void output(TupleTag<T> tag, T output) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <T> void outputWithTimestamp(TupleTag<T> tag, T output, Instant timestamp) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <T> void outputWindowedValue(
        TupleTag<T> tag,
        T output,
        Instant timestamp,
        Collection<? extends BoundedWindow> windows,
        PaneInfo pane) {
      throw new UnsupportedOperationException();
    }
  }
}
