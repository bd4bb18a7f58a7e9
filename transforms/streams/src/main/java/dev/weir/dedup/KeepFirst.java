package dev.weir.dedup;

import dev.weir.record.Origin;
import dev.weir.sharding.Fork;
import dev.weir.sharding.Shards;
import java.io.Serializable;
import java.util.Objects;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * Keeps the first of the elements that share an id and lie within a time window of each other, and
 * counts the others as {@code duplicates}. The first element is the earliest in its source. Whether
 * two elements are duplicates depends only on their own two times. Timers only free the state: an
 * element is removed when the stream's event time has passed the element's time by more than the
 * window, at the latest twice the window after its arrival. Per id, the last {@value
 * DuplicateRule#MOST} elements that were kept are remembered; an element that is forgotten before
 * it expires is counted as {@code duplicate_times_forgotten}.
 *
 * <p>Unbounded input is processed in order of arrival, which within a topic's partition is the
 * order of the source. Bounded input, whose order a runner may change, is sorted first.
 *
 * @param <T> an element
 */
public final class KeepFirst<T> extends PTransform<PCollection<T>, PCollection<T>> {
  private static final long serialVersionUID = 1L;

  static final Counter DUPLICATES = Metrics.counter("weir", "duplicates");
  static final Counter FORGOTTEN = Metrics.counter("weir", "duplicate_times_forgotten");

  /** How to read an element, and the window. */
  record Spec<T>(
      SerializableFunction<T, String> id,
      SerializableFunction<T, Instant> time,
      SerializableFunction<T, Origin> origin,
      Duration window)
      implements Serializable {}

  private final Spec<T> spec;
  private final Shards<T> shards;

  private KeepFirst(Spec<T> spec, Shards<T> shards) {
    this.spec = spec;
    this.shards = shards;
  }

  /**
   * @param id what duplicates share
   * @param time an element's own time
   * @param origin where an element was read from
   * @param window how far apart duplicates can be; the bound itself counts as within
   * @param shards how many shards the ids are spread over
   */
  public static <T> KeepFirst<T> of(
      SerializableFunction<T, String> id,
      SerializableFunction<T, Instant> time,
      SerializableFunction<T, Origin> origin,
      Duration window,
      int shards) {
    if (window.getMillis() <= 0) {
      throw new IllegalArgumentException("the window must be above 0, not " + window);
    }
    return new KeepFirst<>(
        new Spec<>(
            Objects.requireNonNull(id),
            Objects.requireNonNull(time),
            Objects.requireNonNull(origin),
            window),
        Shards.of(shards, id));
  }

  /** Returns how the elements are spread over shards. */
  public Shards<T> shards() {
    return shards;
  }

  /** Returns what this transform does in a shard of unbounded input, for another keyed step. */
  public FirstArrivals<T> arrivals() {
    return new FirstArrivals<>(spec);
  }

  @Override
  public PCollection<T> expand(PCollection<T> elements) {
    Coder<T> coder = elements.getCoder();
    PCollection<T> first =
        Fork.byShard(
            "KeepFirst",
            elements.apply("KeyByShard", shards),
            ParDo.of(new KeepFirstArrived<>(spec)),
            ParDo.of(new KeepFirstSorted<>(spec)));
    return first.setCoder(coder);
  }
}
