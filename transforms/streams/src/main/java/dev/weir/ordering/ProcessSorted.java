package dev.weir.ordering;

import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Duration;
import org.joda.time.Instant;

/** Sorts a shard and processes it to the end. Holds one shard in memory. */
final class ProcessSorted<E, O> extends DoFn<KV<Integer, Iterable<List<TimestampedValue<E>>>>, O> {
  private static final long serialVersionUID = 1L;

  private final Rules<E, O> rules;
  private transient Counters counters;

  ProcessSorted(Rules<E, O> rules) {
    this.rules = rules;
  }

  @Setup
  public void setup() {
    counters = new Counters();
  }

  @ProcessElement
  public void process(
      @Element KV<Integer, Iterable<List<TimestampedValue<E>>>> shard, OutputReceiver<O> receiver) {
    AllInMemory<E> memory = new AllInMemory<>();
    ReplayOrder<E, O> order =
        new ReplayOrder<>(
            rules,
            memory,
            memory,
            (output, at) -> receiver.outputWithTimestamp(output, Instant.ofEpochMilli(at)),
            counters);
    for (List<TimestampedValue<E>> list : shard.getValue()) {
      list.forEach(e -> order.push(e.getValue(), e.getTimestamp().getMillis()));
    }
    order.drain();
  }

  /** A group's own timestamp may be later than that of an event in it. */
  @Override
  @Deprecated
  public Duration getAllowedTimestampSkew() {
    return Duration.millis(Long.MAX_VALUE);
  }
}
