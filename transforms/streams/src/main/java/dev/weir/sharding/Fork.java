package dev.weir.sharding;

import java.util.List;
import java.util.function.Function;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollection.IsBounded;
import org.apache.beam.sdk.values.POutput;
import org.apache.beam.sdk.values.TimestampedValue;

/**
 * The fork between unbounded input, which a transform takes as it arrives, and bounded input, whose
 * order a runner may change and which a transform can have as a whole.
 *
 * <p>The two halves of a step are named after what they take: {@code TrackArrived} keeps state from
 * one arrival to the next, {@code TrackSorted} has a group of the input in memory and sorts it
 * first. {@code AskAcrossBundles} and {@code AskWithinBundles} differ in how long a call may take
 * instead, {@code WriteStream} and {@code WriteRun} in when they commit, and are named after that.
 */
public final class Fork {
  private Fork() {}

  /** Gives unbounded input to {@code arriving}, bounded input to {@code complete}. */
  public static <T, O> O of(
      PCollection<T> input,
      Function<PCollection<T>, O> arriving,
      Function<PCollection<T>, O> complete) {
    return input.isBounded() == IsBounded.BOUNDED ? complete.apply(input) : arriving.apply(input);
  }

  /**
   * Gives shards of unbounded input to {@code arrived}, list by list, and each shard of bounded
   * input to {@code sorted}, as a whole.
   *
   * @param step the name of the step; the half that is applied has {@code Arrived} or {@code
   *     Sorted} after it
   */
  public static <T, O extends POutput> O byShard(
      String step,
      PCollection<KV<Integer, List<TimestampedValue<T>>>> shards,
      PTransform<? super PCollection<KV<Integer, List<TimestampedValue<T>>>>, O> arrived,
      PTransform<? super PCollection<KV<Integer, Iterable<List<TimestampedValue<T>>>>>, O> sorted) {
    return of(
        shards,
        arriving -> arriving.apply(step + "Arrived", arrived),
        complete ->
            complete.apply("GroupByShard", GroupByKey.create()).apply(step + "Sorted", sorted));
  }
}
