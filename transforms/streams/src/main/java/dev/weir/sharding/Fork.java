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
 * Chooses between unbounded input, which a transform processes as it arrives, and bounded input,
 * whose order a runner may change and which a transform can process as a whole.
 *
 * <p>The two halves of a step are named after their input: {@code TrackArrived} keeps state from
 * one arrival to the next, {@code TrackSorted} sorts a group of the input in memory first. Other
 * pairs differ in something else and are named after that: {@code AskAcrossBundles} and {@code
 * AskWithinBundles} in how long a call may take, {@code WriteStream} and {@code WriteRun} in when
 * they commit.
 */
public final class Fork {
  private Fork() {}

  /** Applies {@code arriving} to unbounded input and {@code complete} to bounded input. */
  public static <T, O> O of(
      PCollection<T> input,
      Function<PCollection<T>, O> arriving,
      Function<PCollection<T>, O> complete) {
    return input.isBounded() == IsBounded.BOUNDED ? complete.apply(input) : arriving.apply(input);
  }

  /**
   * Applies {@code arrived} to the shards of unbounded input, list by list, or {@code sorted} to
   * each whole shard of bounded input.
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
