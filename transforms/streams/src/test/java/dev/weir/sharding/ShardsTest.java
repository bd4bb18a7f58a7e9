package dev.weir.sharding;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.testing.Pipelines;
import dev.weir.testing.Seen;
import dev.weir.testing.Seen.Sighting;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

/** Elements are named {@code entity:number}. */
class ShardsTest {
  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");
  private static final Duration MINUTE = Duration.standardMinutes(1);

  @Test
  void theElementsOfAnEntityAreInOneShardWithTheirOrderAndTimes() {
    List<TimestampedValue<String>> elements =
        IntStream.range(0, 3000)
            .mapToObj(i -> TimestampedValue.of(i % 37 + ":" + i, NOON.plus(7L * i % 1000)))
            .toList();

    List<Sighting<KV<Integer, List<TimestampedValue<String>>>>> lists = shardsOf(8, elements);

    List<TimestampedValue<String>> all = new ArrayList<>();
    Map<String, Set<Integer>> shardsOfEntity = new HashMap<>();
    Map<String, Integer> lastOfEntity = new HashMap<>();
    for (Sighting<KV<Integer, List<TimestampedValue<String>>>> list : lists) {
      for (TimestampedValue<String> element : list.value().getValue()) {
        all.add(element);
        String[] name = element.getValue().split(":");
        shardsOfEntity
            .computeIfAbsent(name[0], entity -> new HashSet<>())
            .add(list.value().getKey());
        int number = Integer.parseInt(name[1]);
        assertThat(number, is(greaterThan(lastOfEntity.getOrDefault(name[0], -1))));
        lastOfEntity.put(name[0], number);
      }
    }
    assertThat(all, containsInAnyOrder(elements.toArray()));
    assertThat(shardsOfEntity.values().stream().map(Set::size).toList(), everyItem(is(1)));
  }

  @Test
  void noListIsLaterThanItsEarliestElementOrLongerThan500() {
    List<TimestampedValue<String>> elements =
        IntStream.range(0, 3000)
            .mapToObj(i -> TimestampedValue.of("a:" + i, NOON.plus((3000 - i) * 10L)))
            .toList();

    List<Sighting<KV<Integer, List<TimestampedValue<String>>>>> lists = shardsOf(8, elements);

    List<Integer> sizes = lists.stream().map(l -> l.value().getValue().size()).toList();
    assertThat(sizes, everyItem(is(lessThanOrEqualTo(500))));
    assertThat("many elements share a list", sizes.size(), is(lessThan(elements.size())));
    for (Sighting<KV<Integer, List<TimestampedValue<String>>>> list : lists) {
      list.value()
          .getValue()
          .forEach(e -> assertThat(list.time(), is(lessThanOrEqualTo(e.getTimestamp()))));
    }
  }

  @Test
  void theFirstElementsOfABurstDoNotWait() {
    List<TimestampedValue<String>> elements =
        IntStream.range(0, 100).mapToObj(i -> TimestampedValue.of("a:" + i, NOON)).toList();

    List<Sighting<KV<Integer, List<TimestampedValue<String>>>>> lists = shardsOf(8, elements);

    assertThat(lists.stream().map(l -> l.value().getValue().size()).toList(), everyItem(is(1)));
  }

  @Test
  void noListSpansTwoWindows() {
    List<TimestampedValue<String>> elements =
        IntStream.range(0, 1000)
            .mapToObj(i -> TimestampedValue.of("a:" + i, NOON.plus(MINUTE.multipliedBy(i % 2))))
            .toList();

    List<Sighting<KV<Integer, List<TimestampedValue<String>>>>> lists = shardsOf(1, elements);

    for (Sighting<KV<Integer, List<TimestampedValue<String>>>> list : lists) {
      for (TimestampedValue<String> element : list.value().getValue()) {
        assertThat(
            list.window().toString(),
            is(new IntervalWindow(element.getTimestamp(), MINUTE).toString()));
      }
    }
    assertThat(lists.stream().mapToInt(l -> l.value().getValue().size()).sum(), is(1000));
  }

  @Test
  void thereIsAtLeastOneShard() {
    assertThrows(IllegalArgumentException.class, () -> Shards.of(0, text -> "x"));
  }

  private static List<String> names(Sighting<KV<Integer, List<TimestampedValue<String>>>> list) {
    return list.value().getValue().stream().map(TimestampedValue::getValue).toList();
  }

  /** All elements in one bundle. */
  private static List<Sighting<KV<Integer, List<TimestampedValue<String>>>>> shardsOf(
      int count, List<TimestampedValue<String>> elements) {
    Pipeline pipeline = Pipelines.onDirectRunner();
    TimestampedValue<String> first = elements.get(0);
    @SuppressWarnings({"unchecked", "rawtypes"})
    TimestampedValue<String>[] rest =
        elements.subList(1, elements.size()).toArray(new TimestampedValue[0]);
    Seen<KV<Integer, List<TimestampedValue<String>>>> lists =
        Seen.in(
            pipeline
                .apply(
                    TestStream.create(StringUtf8Coder.of())
                        .addElements(first, rest)
                        .advanceWatermarkToInfinity())
                .apply("OneMinute", Window.into(FixedWindows.of(MINUTE)))
                .apply("Shard", Shards.of(count, text -> text.split(":")[0])));
    Pipelines.run(pipeline);
    return lists.sightings();
  }
}
