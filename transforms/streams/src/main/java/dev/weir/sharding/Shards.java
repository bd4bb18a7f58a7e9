package dev.weir.sharding;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Instant;

/**
 * Keys elements by one of a fixed number of shards, so that elements of one entity always meet in
 * one shard, in order of arrival. Stateful steps are keyed by shard instead of by entity, which
 * keeps bundles large and timers few. The elements of a bundle for one shard travel as one list, so
 * that the runner's cost of a keyed record is paid once for many elements; each element keeps its
 * own timestamp.
 *
 * <p>The number of shards is part of a pipeline's state: a savepoint can be restored only with the
 * number it was taken with.
 *
 * @param <T> an element
 */
public final class Shards<T>
    extends PTransform<PCollection<T>, PCollection<KV<Integer, List<TimestampedValue<T>>>>> {
  private static final long serialVersionUID = 1L;

  private final SerializableFunction<T, Integer> shard;

  private Shards(SerializableFunction<T, Integer> shard) {
    this.shard = shard;
  }

  /**
   * @param count number of shards, above 0; at least eight per parallel instance spread evenly
   * @param entity returns the entity that an element belongs to
   */
  public static <T> Shards<T> of(int count, SerializableFunction<T, String> entity) {
    if (count <= 0) {
      throw new IllegalArgumentException("the number of shards must be above 0, not " + count);
    }
    return new Shards<>(new ByHash<>(Objects.requireNonNull(entity), count));
  }

  /**
   * @param shard returns the shard that an element belongs to
   */
  public static <T> Shards<T> by(SerializableFunction<T, Integer> shard) {
    return new Shards<>(Objects.requireNonNull(shard));
  }

  private record ByHash<T>(SerializableFunction<T, String> entity, int count)
      implements SerializableFunction<T, Integer> {
    private static final long serialVersionUID = 1L;

    @Override
    public Integer apply(T element) {
      return Math.floorMod(entity.apply(element).hashCode(), count);
    }
  }

  @Override
  public PCollection<KV<Integer, List<TimestampedValue<T>>>> expand(PCollection<T> elements) {
    Coder<T> coder = elements.getCoder();
    return elements
        .apply("AssignShard", ParDo.of(new Assign<>(shard, coder)))
        .setCoder(KvCoder.of(VarIntCoder.of(), TimedListCoder.of(coder)));
  }

  private static final class Assign<T> extends DoFn<T, KV<Integer, List<TimestampedValue<T>>>> {
    private static final long serialVersionUID = 1L;

    /**
     * Maximum number of elements per list: a longer list saves nothing more and must fit into
     * memory.
     */
    private static final int LONGEST_LIST = 500;

    /** Maximum time that an element waits for others, while elements keep arriving. */
    private static final long PERIOD_NANOS = 100_000_000;

    /**
     * Elements per period that are emitted at once. A bundle may last until a checkpoint, and if a
     * slow stream pauses, waiting elements wait for the end of the bundle.
     */
    private static final int SENT_AT_ONCE = 100;

    /**
     * Maximum number of elements in all lists together: on a batch runner a bundle is as long as
     * the input.
     */
    private static final int MOST_HELD = 10_000;

    private final SerializableFunction<T, Integer> shards;
    private final Coder<T> coder;
    private transient Map<Place, Waiting<T>> waiting;
    private transient int held;
    private transient long periodBegan;
    private transient int inPeriod;

    private record Place(int shard, BoundedWindow window) {}

    private static final class Waiting<T> {
      final EncodedList<T> elements;
      Instant earliest = BoundedWindow.TIMESTAMP_MAX_VALUE;

      Waiting(Coder<T> coder) {
        elements = new EncodedList<>(coder);
      }
    }

    Assign(SerializableFunction<T, Integer> shards, Coder<T> coder) {
      this.shards = shards;
      this.coder = coder;
    }

    @StartBundle
    public void startBundle() {
      waiting = new HashMap<>();
      held = 0;
    }

    @ProcessElement
    public void process(
        @Element T element,
        @Timestamp Instant timestamp,
        BoundedWindow window,
        OutputReceiver<KV<Integer, List<TimestampedValue<T>>>> out) {
      int shard = shards.apply(element);
      if (System.nanoTime() - periodBegan > PERIOD_NANOS) {
        sendAll(out);
        periodBegan = System.nanoTime();
        inPeriod = 0;
      }
      if (++inPeriod <= SENT_AT_ONCE) {
        out.output(KV.of(shard, List.of(TimestampedValue.of(element, timestamp))));
        return;
      }
      Waiting<T> list =
          waiting.computeIfAbsent(new Place(shard, window), p -> new Waiting<>(coder));
      list.elements.append(element, timestamp);
      if (timestamp.isBefore(list.earliest)) {
        list.earliest = timestamp;
      }
      if (++held >= MOST_HELD) {
        sendAll(out);
      } else if (list.elements.size() == LONGEST_LIST) {
        held -= LONGEST_LIST;
        waiting.remove(new Place(shard, window));
        out.outputWithTimestamp(KV.of(shard, list.elements), list.earliest);
      }
    }

    private void sendAll(OutputReceiver<KV<Integer, List<TimestampedValue<T>>>> out) {
      waiting.forEach(
          (place, full) ->
              out.builder(KV.of(place.shard(), full.elements))
                  .setTimestamp(full.earliest)
                  .setWindow(place.window())
                  .output());
      waiting.clear();
      held = 0;
    }

    @FinishBundle
    public void finishBundle(FinishBundleContext context) {
      waiting.forEach(
          (place, list) ->
              context.output(KV.of(place.shard(), list.elements), list.earliest, place.window()));
      waiting.clear();
    }

    /**
     * A full list is emitted with the earliest of its timestamps while a later element is current.
     */
    @Override
    @Deprecated
    public org.joda.time.Duration getAllowedTimestampSkew() {
      return org.joda.time.Duration.millis(Long.MAX_VALUE);
    }
  }
}
