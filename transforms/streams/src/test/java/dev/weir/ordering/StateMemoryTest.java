package dev.weir.ordering;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.nullValue;

import dev.weir.dedup.KeptTimes;
import dev.weir.encoding.AnyRecordCoder;
import dev.weir.encoding.RecordBlock;
import dev.weir.encoding.RecordBlockCoder;
import dev.weir.testing.StateFakes.Entries;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.util.CoderUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The state is encoded and decoded after each save, as an on-disk state backend does. */
class StateMemoryTest {
  private static final AnyRecordCoder RECORDS =
      AnyRecordCoder.of(KeptTimes.class, OrderFront.class);
  private static final PageCoder PAGES = PageCoder.of(RecordBlockCoder.of(RECORDS));
  private static final long MINUTE = 60_000;

  private final Entries<String, Page> state = new Entries<>();
  private final Map<String, List<Long>> sweeps = new TreeMap<>();
  private StateMemory memory = new StateMemory(state, RECORDS, StateMemory.MOST_OPEN);

  @Test
  void theRecordsOfAnEntityAreReadAndWrittenAsOneEntry() {
    memory.put("ann", "1", times(1));
    memory.put("ann", "2", times(2));
    memory.put("ann", "1", front(3));
    save();

    assertThat(state.map().keySet(), is(Set.of(":ann")));
    int reads = state.reads();
    assertThat(memory.get(KeptTimes.class, "ann", "1"), is(times(1)));
    assertThat(memory.get(KeptTimes.class, "ann", "2"), is(times(2)));
    assertThat(memory.get(OrderFront.class, "ann", "1"), is(front(3)));
    assertThat(memory.get(OrderFront.class, "ann", "2"), is(nullValue()));
    assertThat(memory.get(KeptTimes.class, "ann", "3"), is(nullValue()));
    assertThat(state.reads(), is(reads + 1));
  }

  @Test
  void whatIsOnlyReadIsNotWritten() {
    memory.put("ann", "1", times(1));
    save();
    List<Page> written = new ArrayList<>();
    state.whenPut(written::add);

    memory.get(KeptTimes.class, "ann", "1");
    memory.get(KeptTimes.class, "bob", "1");
    save();

    assertThat(written, is(List.of()));
  }

  @Test
  void noPageHasTheKeyOfAnotherEntitysPage() {
    for (String entity : List.of("a", ":a", "0:a", "", ":")) {
      memory.put(entity, "1", times(entity.length()));
      for (int id = 0; id < 200; id++) {
        memory.put(entity, entity + id, times(id));
      }
    }
    save();

    for (String entity : List.of("a", ":a", "0:a", "", ":")) {
      assertThat(memory.get(KeptTimes.class, entity, entity + 199), is(times(199)));
    }
  }

  @Test
  void manyRecordsOfAnEntityAreInPagesOfLimitedSizeAndLeaveNothing() {
    for (int id = 0; id < 3_000; id++) {
      memory.put("ann", "id-" + id, times(id));
      if (id % 7 == 0) {
        save();
      }
    }
    save();

    assertThat(sizes(), everyItem(lessThanOrEqualTo(StateMemory.LARGEST_PAGE)));
    int reads = state.reads();
    assertThat(memory.get(KeptTimes.class, "ann", "id-2999"), is(times(2_999)));
    assertThat(state.reads(), is(lessThanOrEqualTo(reads + 4)));
    for (int id = 0; id < 3_000; id++) {
      assertThat(memory.get(KeptTimes.class, "ann", "id-" + id), is(times(id)));
      memory.remove(KeptTimes.class, "ann", "id-" + id);
      if (id % 7 == 0) {
        save();
      }
    }
    save();
    assertThat(state.map(), is(anEmptyMap()));
  }

  /** Every id has the same length and, as "Aa" and "BB" have, the same {@code hashCode}. */
  @ParameterizedTest
  @ValueSource(ints = {64, 1_024})
  void idsThatWereMadeToCollideAreInPagesOfLimitedSize(int recordsPerSave) {
    List<String> ids = List.of("");
    for (int n = 0; n < 10; n++) {
      ids = ids.stream().flatMap(id -> Stream.of(id + "Aa", id + "BB")).toList();
    }
    assertThat(ids.stream().map(String::hashCode).distinct().count(), is(1L));
    for (int n = 0; n < ids.size(); n++) {
      memory.put("ann", ids.get(n), times(n));
      if ((n + 1) % recordsPerSave == 0) {
        save();
      }
    }

    assertThat(sizes(), everyItem(lessThanOrEqualTo(StateMemory.LARGEST_PAGE)));
    for (int n = 0; n < ids.size(); n++) {
      assertThat(memory.get(KeptTimes.class, "ann", ids.get(n)), is(times(n)));
      memory.remove(KeptTimes.class, "ann", ids.get(n));
    }
    save();
    assertThat(state.map(), is(anEmptyMap()));
  }

  /** No level could separate them. */
  @Test
  void largeRecordsOfOneIdAreInOnePage() {
    memory.put("ann", "1", new KeptTimes(new Random(1).longs(2_000).boxed().toList(), 1L));
    memory.put("ann", "1", front(3));
    save();

    assertThat(state.map().keySet(), is(Set.of(":ann")));
  }

  @Test
  void aLargeRecordIsKept() {
    KeptTimes large = new KeptTimes(new Random(1).longs(2_000).boxed().toList(), 1L);
    memory.put("ann", "large", large);
    memory.put("ann", "small", times(1));
    save();
    memory.put("ann", "small", times(2));
    save();

    assertThat(memory.get(KeptTimes.class, "ann", "large"), is(large));
    assertThat(memory.get(KeptTimes.class, "ann", "small"), is(times(2)));
  }

  @Test
  void aRecordIsFoundUpToItsTimeAndNotLater() {
    memory.now(0);
    memory.put("ann", "1", times(1), MINUTE);
    memory.now(MINUTE);
    assertThat(memory.get(KeptTimes.class, "ann", "1"), is(times(1)));
    save();
    memory.now(MINUTE);
    assertThat(memory.get(KeptTimes.class, "ann", "1"), is(times(1)));

    memory.now(MINUTE + 1);
    assertThat(memory.get(KeptTimes.class, "ann", "1"), is(nullValue()));
  }

  @Test
  void aPageHasOneSweepAtATime() {
    memory.now(at(1));
    for (int id = 0; id < 30; id++) {
      memory.put("ann", "" + id, times(id), at(11 + id));
      save();
    }
    assertThat(sweeps, is(Map.of(":ann", List.of(at(20)))));

    memory.now(at(20));
    memory.sweep(":ann");
    save();

    assertThat(sweeps, is(Map.of(":ann", List.of(at(20), at(30)))));
    assertThat(state.map().get(":ann").records().size(), is(21));
  }

  @Test
  void aSweepSetsTheNextOne() {
    memory.now(at(0));
    memory.put("ann", "1", times(1), at(25));
    save();
    memory.put("ann", "2", times(2), at(5));
    save();
    memory.put("ann", "3", times(3), at(45));
    save();
    assertThat(sweeps, is(Map.of(":ann", List.of(at(30), at(10)))));
    memory.now(at(10));
    memory.sweep(":ann");
    memory.remove(KeptTimes.class, "ann", "1");
    save();

    memory.now(at(30));
    memory.sweep(":ann");
    save();

    assertThat(sweeps, is(Map.of(":ann", List.of(at(30), at(10), at(50)))));
  }

  @Test
  void aSweepThatWaitsIsNotSetAgainAfterEarlierOnes() {
    memory.put("ann", "long", times(1), at(235));
    save();
    List<Long> expected = new ArrayList<>(List.of(at(240)));
    for (int minute = 0; minute < 240; minute += 10) {
      memory.now(at(minute));
      memory.sweep(":ann");
      memory.put("ann", "short", times(minute), at(minute + 1));
      save();
      if (minute < 230) {
        expected.add(at(minute + 10));
      }
    }
    assertThat(sweeps, is(Map.of(":ann", expected)));

    memory.now(at(240));
    memory.sweep(":ann");
    save();

    assertThat(sweeps, is(Map.of(":ann", expected)));
    assertThat(state.map(), is(anEmptyMap()));
  }

  @Test
  void aSweepThatWaitsIsNotSetAgainAfterTheLastRecordWasRemoved() {
    for (int n = 0; n < 5; n++) {
      memory.put("ann", "1", times(n), at(55));
      save();
      memory.remove(KeptTimes.class, "ann", "1");
      save();
    }
    assertThat(sweeps, is(Map.of(":ann", List.of(at(60)))));

    memory.now(at(60));
    memory.sweep(":ann");
    save();

    assertThat(state.map(), is(anEmptyMap()));
  }

  @Test
  void aPageRemembersItsNextSweeps() {
    for (int hour = 100; hour > 0; hour--) {
      memory.put("ann", "" + hour, times(hour), at(60 * hour) - 1);
      save();
    }
    assertThat(
        state.map().get(":ann").sweeps(),
        is(IntStream.rangeClosed(1, 8).mapToObj(hour -> at(60 * hour)).toList()));

    for (int hour = 1; hour <= 100; hour++) {
      assertThat(state.map().get(":ann").records().size(), is(101 - hour));
      runSweeps(at(60 * hour));
    }
    assertThat(state.map(), is(anEmptyMap()));
  }

  @Test
  void aSweepAtTheStartOf1970IsASweep() {
    String entity =
        entities().filter(e -> StateMemory.sweptAt(e, -MINUTE) == 0).findFirst().orElseThrow();
    for (int id = 0; id < 2; id++) {
      memory.now(-5 * MINUTE);
      memory.put(entity, "" + id, times(id), -MINUTE);
      save();
    }

    assertThat(sweeps, is(Map.of(":" + entity, List.of(0L))));
  }

  @Test
  void aRecordThatIsNeededUntilTheEndOfTimeIsNotSwept() {
    memory.put("ann", "1", times(1), Long.MAX_VALUE - 1);
    save();
    assertThat(sweeps, is(anEmptyMap()));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void itIsAMapWhoseRecordsExpire(int seed) {
    Random random = new Random(seed);
    int ids = 1 << random.nextInt(9);
    Map<String, KeptTimes> expected = new HashMap<>();
    Map<String, Long> until = new HashMap<>();
    long now = 0;
    for (int step = 0; step < 5_000; step++) {
      String entity = "e" + random.nextInt(2);
      String id = "id" + random.nextInt(ids);
      String place = entity + "/" + id;
      now += random.nextInt(20_000);
      runSweeps(now);
      memory.now(now);
      switch (random.nextInt(4)) {
        case 0 -> {
          memory.remove(KeptTimes.class, entity, id);
          expected.remove(place);
        }
        case 1 -> {
          memory.put(entity, id, times(step));
          expected.put(place, times(step));
          until.put(place, Long.MAX_VALUE);
        }
        default -> {
          long end = now - MINUTE + random.nextLong(1L << 10 + random.nextInt(16));
          memory.put(entity, id, times(step), end);
          expected.put(place, times(step));
          until.put(place, end);
        }
      }
      if (random.nextInt(3) == 0) {
        save();
        memory.now(now);
      }
      String asked = "id" + random.nextInt(ids);
      KeptTimes known = expected.get(entity + "/" + asked);
      boolean alive = known != null && until.get(entity + "/" + asked) >= now;
      assertThat(memory.get(KeptTimes.class, entity, asked), is(alive ? known : null));
    }
    save();
    for (long end = now + (1L << 27); now < end; now += 10 * MINUTE) {
      runSweeps(now);
    }
    until.values().removeIf(end -> end != Long.MAX_VALUE);
    expected.keySet().retainAll(until.keySet());
    assertThat(stored(), is(expected.size()));
    assertThat(state.map().values().stream().noneMatch(StateMemoryTest::isEmpty), is(true));
    assertThat(sweeps, is(anEmptyMap()));
  }

  /** One shard has only entities whose hash codes have the same remainder. */
  @ParameterizedTest
  @ValueSource(ints = {1, 64})
  void entitiesAreSweptAtDifferentTimesWithinTenMinutes(int shards) {
    Map<Long, Integer> swept = new TreeMap<>();
    entities()
        .filter(entity -> Math.floorMod(entity.hashCode(), shards) == 0)
        .limit(6_000)
        .forEach(entity -> swept.merge(StateMemory.sweptAt(entity, MINUTE), 1, Integer::sum));

    assertThat(
        swept.keySet(),
        is(
            IntStream.rangeClosed(1, 60)
                .mapToObj(n -> MINUTE + 10_000L * n)
                .collect(Collectors.toSet())));
    assertThat(swept.values(), everyItem(lessThanOrEqualTo(150)));
  }

  @Test
  void pagesAreWrittenAndClosedIfThereAreMoreThanTheLimit() {
    memory = new StateMemory(state, RECORDS, 2);
    memory.now(at(1));
    for (String entity : List.of("ann", "bob")) {
      memory.put(entity, "1", times(1), at(2));
      memory.limit(this::sweepLater);
    }
    assertThat(state.map(), is(anEmptyMap()));

    memory.put("cid", "1", times(1));
    memory.limit(this::sweepLater);

    assertThat(state.map().keySet(), is(Set.of(":ann", ":bob", ":cid")));
    assertThat(sweeps.keySet(), is(Set.of(":ann", ":bob")));
    int reads = state.reads();
    memory.now(at(3));
    assertThat(memory.get(KeptTimes.class, "ann", "1"), is(nullValue()));
    assertThat(memory.get(KeptTimes.class, "cid", "1"), is(times(1)));
    assertThat(state.reads(), is(reads + 2));
    memory.put("cid", "2", times(2));
    memory.remove(KeptTimes.class, "cid", "1");
    save();
    assertThat(state.map().get(":cid").records().keySet(), is(Set.of("KeptTimes/2")));
  }

  private static Stream<String> entities() {
    return IntStream.range(0, 1 << 20).mapToObj(n -> "user-" + n);
  }

  /** Returns a time after one of the sweeps of ann. */
  private static long at(int minutes) {
    return StateMemory.sweptAt("ann", 0) + minutes * MINUTE;
  }

  private void runSweeps(long now) {
    boolean any = true;
    while (any) {
      any = false;
      for (String page : List.copyOf(sweeps.keySet())) {
        for (long at : List.copyOf(sweeps.get(page))) {
          if (at <= now) {
            any = true;
            sweeps.get(page).remove(at);
            memory.now(at);
            memory.sweep(page);
          }
        }
        if (sweeps.get(page).isEmpty()) {
          sweeps.remove(page);
        }
      }
      if (any) {
        save();
      }
    }
  }

  private int stored() {
    return state.map().values().stream()
        .mapToInt(page -> page.children() == 0 ? page.records().size() : 0)
        .sum();
  }

  private static boolean isEmpty(Page page) {
    return page.children() == 0 && page.records().isEmpty();
  }

  private List<Integer> sizes() {
    List<Integer> sizes =
        state.map().values().stream()
            .filter(page -> page.children() == 0)
            .map(Page::records)
            .map(RecordBlock::length)
            .toList();
    assertThat(sizes.size(), is(greaterThan(1)));
    return sizes;
  }

  private void sweepLater(String page, long at) {
    sweeps.computeIfAbsent(page, p -> new ArrayList<>()).add(at);
  }

  private void save() {
    memory.save(this::sweepLater);
    state.map().replaceAll((key, page) -> again(page));
    memory = new StateMemory(state, RECORDS, StateMemory.MOST_OPEN);
  }

  private static Page again(Page page) {
    try {
      return CoderUtils.decodeFromByteArray(PAGES, CoderUtils.encodeToByteArray(PAGES, page));
    } catch (CoderException e) {
      throw new AssertionError(e);
    }
  }

  private static KeptTimes times(long until) {
    return new KeptTimes(List.of(until), until);
  }

  private static OrderFront front(long reached) {
    return new OrderFront(1, reached, null, null, List.of());
  }
}
