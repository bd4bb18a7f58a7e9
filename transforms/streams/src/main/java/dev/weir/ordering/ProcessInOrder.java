package dev.weir.ordering;

import dev.weir.encoding.AnyRecordCoder;
import dev.weir.encoding.SingleObjectCoder;
import dev.weir.sharding.Fork;
import dev.weir.sharding.Shards;
import java.util.List;
import java.util.Objects;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.TimestampedValue;

/**
 * Processes the events of each entity, from any number of streams, in an order that every run
 * repeats, whatever the order of arrival, the bundles, the parallelism and the restarts: by
 * timestamp, then by {@link Rules#compareAtOneInstant}. Deadlines have their turn in between, in
 * live runs as in a replay.
 *
 * <p>Unbounded input waits in keyed state until the watermark has passed it, in whole seconds. An
 * event behind the watermark has its turn next. Bounded input is sorted.
 *
 * @param <E> an event
 * @param <O> an output
 */
public final class ProcessInOrder<E, O> extends PTransform<PCollectionList<E>, PCollection<O>> {
  private static final long serialVersionUID = 1L;

  private final Rules<E, O> rules;
  private final AnyRecordCoder memory;
  private final Coder<O> output;
  private final int shards;

  private ProcessInOrder(Rules<E, O> rules, AnyRecordCoder memory, Coder<O> output, int shards) {
    this.rules = rules;
    this.memory = memory;
    this.output = output;
    this.shards = shards;
  }

  /**
   * @param memory encodes the records that the rules remember
   * @param shards how many shards the entities are spread over
   */
  public static <E, O> ProcessInOrder<E, O> by(
      Rules<E, O> rules, AnyRecordCoder memory, Coder<O> output, int shards) {
    return new ProcessInOrder<>(
        Objects.requireNonNull(rules),
        Objects.requireNonNull(memory),
        Objects.requireNonNull(output),
        shards);
  }

  /**
   * @param streams the streams of events that are merged into one order
   */
  @Override
  public PCollection<O> expand(PCollectionList<E> streams) {
    Rules<E, O> all = rules;
    PCollectionList<KV<Integer, List<TimestampedValue<E>>>> sharded =
        PCollectionList.empty(streams.getPipeline());
    // Each stream by itself: a runner fuses this step with the read, without an exchange in
    // between.
    for (int i = 0; i < streams.size(); i++) {
      sharded = sharded.and(streams.get(i).apply("KeyByShard" + i, Shards.of(shards, all::entity)));
    }
    PCollection<O> out =
        Fork.byShard(
            "Process",
            sharded.apply("AllStreams", Flatten.pCollections()),
            ParDo.of(
                new ProcessArrived<>(
                    all,
                    SingleObjectCoder.of(OrderFront.class),
                    streams.get(0).getCoder(),
                    memory,
                    shards,
                    StateMemory.MOST_OPEN)),
            ParDo.of(new ProcessSorted<>(all)));
    return out.setCoder(output);
  }
}
