package dev.weir.spend;

import static dev.weir.spend.Changes.NOON;
import static dev.weir.spend.Changes.spent;
import static dev.weir.spend.Changes.takenBack;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import dev.weir.encoding.SingleObjectCoder;
import dev.weir.testing.Pipelines;
import dev.weir.testing.Seen;
import dev.weir.testing.Seen.Sighting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

/** The standard windows consist of panes of 30 s. */
class AddUpChangesTest {
  private static final SingleObjectCoder<SpendChange> CODER =
      SingleObjectCoder.of(SpendChange.class);
  private static final WindowPlan PLAN = new WindowPlan(WindowType.standard(), Duration.ofDays(10));

  @Test
  void noPaymentIsLostOrCountedTwice() {
    List<Changes> payments = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      payments.add(
          spent("1.00").by("ACC" + i % 7).in(i % 2 == 0 ? "USD" : "EUR").at(millis(i * 50L)));
    }

    Map<String, Long> counts = new HashMap<>();
    addedUp(payments)
        .forEach(
            sent ->
                counts.merge(
                    sent.value().getKey(), (long) sent.value().getValue().changes(), Long::sum));

    Map<String, Long> expected = new HashMap<>();
    payments.forEach(p -> expected.merge(AccountKey.of(p.build()).text(), 1L, Long::sum));
    assertThat(counts, is(expected));
  }

  @Test
  void manyPaymentsOfABundleAreSentTogether() {
    List<Changes> payments = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      payments.add(spent("1.00").at(millis(i)));
    }

    assertThat(addedUp(payments).size(), is(lessThan(payments.size())));
  }

  @Test
  void theFirstChangesDoNotWait() {
    List<Changes> payments = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      payments.add(spent("1.00").at(millis(i)));
    }

    List<Integer> sizes =
        addedUp(payments).stream().map(sent -> sent.value().getValue().changes()).toList();
    assertThat(sizes, everyItem(is(1)));
  }

  @Test
  void nothingIsSentWithALaterTimeThanItsEarliestChange() {
    HeldChanges held = new HeldChanges(PLAN);
    held.add(spent("1.00").build(), 50);
    held.add(spent("1.00").build(), 40);
    held.add(spent("1.00").by("ACC2").build(), 30);
    Map<String, Long> earliest = new HashMap<>();

    held.takeAll((key, changes, time) -> earliest.put(key.account(), time));

    assertThat(earliest, is(Map.of("ACC1", 40L, "ACC2", 30L)));
    List<Changes> backwards = new ArrayList<>();
    for (int i = 3000; i > 0; i--) {
      backwards.add(spent("1.00").at(millis(i)));
    }
    for (Sighting<KV<String, AccountChanges>> sent : addedUp(backwards)) {
      long latestEarliest = NOON.toEpochMilli() + 3000 - sent.value().getValue().changes() + 1;
      assertThat(sent.time().getMillis(), is(lessThanOrEqualTo(latestEarliest)));
    }
  }

  @Test
  void panesAreAscendingAndHoldWhatWasAddedAndRetracted() {
    HeldChanges held = new HeldChanges(PLAN);
    held.add(spent("5.00").at(seconds(31)).build(), 0);
    held.add(spent("1.00").at(seconds(1)).committed(seconds(40)).build(), 0);
    held.add(spent("1.00").at(seconds(2)).committed(seconds(41)).build(), 0);
    held.add(takenBack("1.00").at(seconds(2)).committed(seconds(50)).build(), 0);
    held.add(takenBack("7.00").at(seconds(2)).committed(seconds(45)).build(), 0);
    List<AccountChanges> taken = new ArrayList<>();

    held.takeAll((key, changes, time) -> taken.add(changes));

    AccountChanges changes = taken.get(0);
    assertThat(changes.changes(), is(5));
    long noon = PLAN.paneOf(NOON.toEpochMilli());
    PaneChanges first = changes.panes().get(0);
    PaneChanges second = changes.panes().get(1);
    assertThat(List.of(first.pane(), second.pane()), is(List.of(noon, noon + 1)));
    assertThat(first.retracted(), is(NOON.plusSeconds(50).toEpochMilli()));
    assertThat(second.retracted(), is(Front.NEVER));
    assertThat(first.sum().summary(), is(new Summary(1, 100, 100, 100)));
    assertThat(first.sum().plus(700, 1).summary(), is(new Summary(1, 100, 100, 100)));
    assertThat(second.sum().summary(), is(new Summary(1, 500, 500, 500)));
    assertThat(held.size(), is(0));
  }

  /** All changes in one bundle. */
  private static List<Sighting<KV<String, AccountChanges>>> addedUp(List<Changes> changes) {
    Pipeline pipeline = Pipelines.onDirectRunner();
    List<TimestampedValue<SpendChange>> arriving =
        changes.stream()
            .map(
                c ->
                    TimestampedValue.of(c.build(), Instant.ofEpochMilli(c.commit().toEpochMilli())))
            .toList();
    @SuppressWarnings({"unchecked", "rawtypes"})
    TimestampedValue<SpendChange>[] rest =
        arriving.subList(1, arriving.size()).toArray(new TimestampedValue[0]);
    Seen<KV<String, AccountChanges>> seen =
        Seen.in(
            pipeline
                .apply(
                    TestStream.create(CODER)
                        .addElements(arriving.get(0), rest)
                        .advanceWatermarkToInfinity())
                .apply("AddUpChanges", ParDo.of(new AddUpChanges(PLAN)))
                .setCoder(KvCoder.of(StringUtf8Coder.of(), new AccountChangesCoder())));
    Pipelines.run(pipeline);
    return seen.sightings();
  }

  private static Duration millis(long millis) {
    return Duration.ofMillis(millis);
  }

  private static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
  }
}
