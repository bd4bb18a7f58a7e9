package dev.weir.cdc;

import dev.weir.testing.Receiver;
import dev.weir.testing.StateFakes.Alarm;
import dev.weir.testing.StateFakes.Entries;
import dev.weir.testing.StateFakes.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.beam.sdk.transforms.DoFn.MultiOutputReceiver;
import org.apache.beam.sdk.transforms.DoFn.OutputReceiver;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TimestampedValue;
import org.apache.beam.sdk.values.TupleTag;
import org.joda.time.Instant;

/**
 * One shard's state and timer of the live tracking step, between the calls that a runner would
 * make.
 *
 * @param <C> a change of a row
 * @param <S> what is remembered of a key
 * @param <O> an outcome
 */
public final class LiveTracker<C, S extends SpecificRecordBase, O> {
  final Entries<String, S> keys = new Entries<>();
  final Entries<String, StaleMark> marks = new Entries<>();
  final Value<Integer> markCount = new Value<>();
  final Value<Long> sweepAt = new Value<>();
  final Alarm sweep = new Alarm();
  BoundedWindow window = GlobalWindow.INSTANCE;
  private final Map<TupleTag<?>, Receiver<?>> outputs = new HashMap<>();
  private final Map<TupleTag<?>, Integer> seen = new HashMap<>();
  private final Tracker<C, S, O> rules;
  private final TrackArrived<C, S, O> track;

  public LiveTracker(Tracker<C, S, O> rules, Class<S> state, Routes<O> routes) {
    this.rules = rules;
    this.track =
        SerializableUtils.ensureSerializable(
            new TrackArrived<>(rules, state, new StaleReports("ticks"), routes));
  }

  /** The changes arrive as one list, each with the time of its commit. */
  void arrive(List<C> changes) {
    List<TimestampedValue<C>> list =
        changes.stream()
            .map(c -> TimestampedValue.of(c, Instant.ofEpochMilli(rules.source(c).getCommitMs())))
            .toList();
    Instant current = list.get(0).getTimestamp();
    track.process(
        KV.of(0, list), window, keys, marks, markCount, sweepAt, sweep, new Receivers(current));
  }

  public void arrive(C change) {
    arrive(List.of(change));
  }

  /** The timer fires. */
  void fires() {
    sweep.fire();
    track.sweep(window, keys, sweepAt, sweep);
  }

  /** What an output has received so far. */
  <T> List<T> all(TupleTag<T> output) {
    return receiver(output).outputs().stream().map(TimestampedValue::getValue).toList();
  }

  /** What an output has received since the last call. */
  public <T> List<T> newOutputs(TupleTag<T> output) {
    List<T> all = all(output);
    Integer before = seen.put(output, all.size());
    return before == null ? all : all.subList(before, all.size());
  }

  @SuppressWarnings("unchecked") // each tag has one type
  <T> Receiver<T> receiver(TupleTag<T> output) {
    return (Receiver<T>) outputs.computeIfAbsent(output, tag -> new Receiver<>());
  }

  private final class Receivers implements MultiOutputReceiver {
    private final Instant current;

    Receivers(Instant current) {
      this.current = current;
    }

    @Override
    public <T> OutputReceiver<T> get(TupleTag<T> tag) {
      return receiver(tag).at(current);
    }

    @Override
    public <T> OutputReceiver<Row> getRowReceiver(TupleTag<T> tag) {
      throw new UnsupportedOperationException();
    }
  }
}
