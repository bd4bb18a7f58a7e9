package dev.weir.dedup;

import dev.weir.sharding.ShardSweep;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.state.MapState;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Duration;

/**
 * Keeps the elements of a shard that arrive first, for the stateful steps that contain it. The
 * times of kept elements stay in state until the watermark has passed both the element's own time
 * and its timestamp by the window: after that, no on-time element can be a duplicate of them. One
 * event-time timer per shard sweeps the state four times per window. An element costs one read, and
 * if it is kept also one write of a few times.
 *
 * @param <T> an element
 */
public final class FirstArrivals<T> implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int SWEEPS_PER_WINDOW = 4;

  private final KeepFirst.Spec<T> spec;
  private final ShardSweep<KeptTimes> sweeps;

  FirstArrivals(KeepFirst.Spec<T> spec) {
    this.spec = spec;
    this.sweeps =
        new ShardSweep<>(
            KeptTimes::getUntil, Duration.millis(spec.window().getMillis() / SWEEPS_PER_WINDOW));
  }

  /**
   * Returns the elements that are no duplicates, in order of arrival, and counts the others.
   *
   * @param elements those that arrive in a shard together
   * @param kept the shard's times of kept elements, by id
   * @param sweepAt when the timer fires; empty if it is not set
   */
  public List<TimestampedValue<T>> of(
      List<TimestampedValue<T>> elements,
      BoundedWindow window,
      MapState<String, KeptTimes> kept,
      ValueState<Long> sweepAt,
      Timer sweep) {
    List<TimestampedValue<T>> first = new ArrayList<>(elements.size());
    KeptTimes firstToExpire = null;
    for (TimestampedValue<T> element : elements) {
      T value = element.getValue();
      String id = spec.id().apply(value);
      KeptTimes before = kept.get(id).read();
      KeptTimes now =
          DuplicateRule.judge(
              before, spec.time().apply(value), element.getTimestamp(), spec.window());
      if (now != null) {
        if (DuplicateRule.isFull(before)) {
          KeepFirst.FORGOTTEN.inc();
        }
        kept.put(id, now);
        first.add(element);
        if (firstToExpire == null || now.getUntil() < firstToExpire.getUntil()) {
          firstToExpire = now;
        }
      }
    }
    if (firstToExpire != null) {
      sweeps.expect(firstToExpire, window, sweepAt, sweep);
    }
    if (first.size() < elements.size()) {
      KeepFirst.DUPLICATES.inc(elements.size() - first.size());
    }
    return first;
  }

  /** Removes the times that are no longer needed; the timer's method must call it. */
  public void sweep(
      BoundedWindow window,
      MapState<String, KeptTimes> kept,
      ValueState<Long> sweepAt,
      Timer sweep) {
    sweeps.sweep(window, kept, sweepAt, sweep);
  }
}
