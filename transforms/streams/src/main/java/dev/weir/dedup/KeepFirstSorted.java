package dev.weir.dedup;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Instant;

/**
 * Sorts a shard into the order of its sources and keeps the first elements. Holds one shard in
 * memory.
 */
final class KeepFirstSorted<T> extends DoFn<KV<Integer, Iterable<List<TimestampedValue<T>>>>, T> {
  private static final long serialVersionUID = 1L;

  private final KeepFirst.Spec<T> spec;

  KeepFirstSorted(KeepFirst.Spec<T> spec) {
    this.spec = spec;
  }

  @ProcessElement
  public void process(
      @Element KV<Integer, Iterable<List<TimestampedValue<T>>>> shard, OutputReceiver<T> out) {
    List<TimestampedValue<T>> elements = new ArrayList<>();
    shard.getValue().forEach(elements::addAll);
    elements.sort(Comparator.comparing(element -> spec.origin().apply(element.getValue())));
    Map<String, KeptTimes> kept = new HashMap<>();
    for (TimestampedValue<T> element : elements) {
      T value = element.getValue();
      String id = spec.id().apply(value);
      Instant time = spec.time().apply(value);
      KeptTimes before = kept.get(id);
      KeptTimes now = DuplicateRule.judge(before, time, time, spec.window());
      if (now == null) {
        KeepFirst.DUPLICATES.inc();
      } else {
        if (DuplicateRule.isFull(before)) {
          KeepFirst.FORGOTTEN.inc();
        }
        kept.put(id, now);
        out.outputWithTimestamp(value, element.getTimestamp());
      }
    }
  }

  /** A group's own timestamp may be later than that of an element in it. */
  @Override
  @Deprecated
  public org.joda.time.Duration getAllowedTimestampSkew() {
    return org.joda.time.Duration.millis(Long.MAX_VALUE);
  }
}
