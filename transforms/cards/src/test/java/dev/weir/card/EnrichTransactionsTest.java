package dev.weir.card;

import static dev.weir.card.Cards.NOON;
import static dev.weir.card.Cards.customer;
import static dev.weir.card.Cards.customerGone;
import static dev.weir.card.Cards.gone;
import static dev.weir.card.Cards.minutesPast;
import static dev.weir.card.Cards.version;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import dev.weir.changelog.RowChange;
import dev.weir.encoding.SingleObjectCoder;
import dev.weir.testing.Pipelines;
import dev.weir.testing.Receiver;
import dev.weir.testing.Seen;
import dev.weir.testing.StateFakes.Alarm;
import dev.weir.testing.StateFakes.Entries;
import dev.weir.testing.StateFakes.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.Filter;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TimestampedValue;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transactions and customers in a pipeline on the DirectRunner. */
class EnrichTransactionsTest {
  private static final Coder<AccountEvent> EVENTS = SingleObjectCoder.of(AccountEvent.class);
  private static final Duration WAIT = Duration.standardMinutes(10);
  private static final Duration RETENTION = Duration.standardDays(10);

  @Test
  void aTransactionWaitsForItsCustomerAtMostTheGivenTime() {
    List<Seen.Sighting<RowChange<EnrichedTransaction>>> seen =
        run(
            TestStream.create(EVENTS)
                .addElements(timed(event(version("t1", NOON, "5.00"))))
                .advanceWatermarkTo(joda(minutesPast(9)))
                .addElements(timed(event(customer(minutesPast(9), "Ann"))))
                .addElements(timed(event(of(version("t2", minutesPast(1), "6.00"), "ACC2"))))
                .advanceWatermarkTo(joda(minutesPast(12)))
                .addElements(timed(event(of(customer(minutesPast(12), "Bea"), "ACC2"))))
                .advanceWatermarkToInfinity());

    assertThat(seen.stream().map(s -> text(s.value())).toList(), contains("t1 Ann", "t2 null"));
    assertThat(
        seen.stream().map(Seen.Sighting::time).toList(),
        contains(joda(minutesPast(9)), joda(minutesPast(11))));
  }

  @Test
  void aDrainDoesNotWait() {
    List<Seen.Sighting<RowChange<EnrichedTransaction>>> seen =
        run(
            TestStream.create(EVENTS)
                .addElements(timed(event(version("t1", NOON, "5.00"))))
                .advanceWatermarkToInfinity());

    assertThat(seen.stream().map(s -> text(s.value())).toList(), contains("t1 null"));
  }

  @Test
  void waitingTransactionsAreEmittedAtTheEndOfTheWindow() {
    EnrichArrived enrich = SerializableUtils.ensureSerializable(new EnrichArrived(WAIT, RETENTION));
    Value<AccountHolder> holder = new Value<>();
    Entries<String, KeptTransaction> transactions = new Entries<>();
    Entries<String, Long> waiting = new Entries<>();
    Alarm wake = new Alarm();
    Receiver<RowChange<EnrichedTransaction>> out = new Receiver<>();
    enrich.process(
        KV.of(Cards.ACCOUNT, event(version("t1", NOON, "5.00"))),
        GlobalWindow.INSTANCE,
        holder,
        transactions,
        waiting,
        wake,
        out.at(joda(NOON)));
    assertThat(out.outputs(), is(empty()));
    assertThat(wake.setting().target(), is(joda(minutesPast(10))));
    assertThat(wake.setting().outputTime(), is((Instant) null));

    enrich.drain(holder, transactions, waiting, out);

    assertThat(text(out.outputs().get(0).getValue()), is("t1 null"));
    assertThat(transactions.map(), is(aMapWithSize(0)));
    assertThat(waiting.map(), is(aMapWithSize(0)));
    assertThat(holder.read(), is((AccountHolder) null));
  }

  @Test
  void aBoundedRunEmitsEachTransactionOnce() {
    List<Seen.Sighting<RowChange<EnrichedTransaction>>> seen =
        run(
            Create.of(
                    event(version("t2", minutesPast(30), "7.00")),
                    event(customerGone(minutesPast(20))),
                    event(gone("t3", minutesPast(4))),
                    event(version("t1", NOON, "5.00")),
                    event(version("t3", minutesPast(3), "8.00")),
                    event(customer(minutesPast(2), "Ann")),
                    event(version("t1", minutesPast(1), "6.00")))
                .withCoder(EVENTS));

    assertThat(
        seen.stream().map(s -> text(s.value())).sorted().toList(),
        contains("t1 null", "t2 null", "t3 gone"));
    RowChange<EnrichedTransaction> first =
        seen.stream()
            .map(Seen.Sighting::value)
            .filter(change -> change.row().getTxnId().equals("t1"))
            .findFirst()
            .orElseThrow();
    assertThat(first.row().getAmount().toString(), is("6.00"));
  }

  @Test
  void theCustomerIsProcessedFirstAtTheSameInstant() {
    List<AccountEvent> events =
        List.of(
            event(customer(NOON, "Ann")),
            event(version("t1", minutesPast(1), "5.00")),
            event(customer(minutesPast(1), "Bea")));

    assertThat(
        run(Create.of(events).withCoder(EVENTS)).stream().map(s -> text(s.value())).toList(),
        contains("t1 Bea"));
    Map<String, String> live =
        last(
            run(
                TestStream.create(EVENTS)
                    .addElements(timed(events.get(0)))
                    .addElements(timed(events.get(1)))
                    .addElements(timed(events.get(2)))
                    .advanceWatermarkToInfinity()));
    assertThat(live, equalTo(last(run(Create.of(events).withCoder(EVENTS)))));
  }

  /** Customers and transactions each arrive in order, interleaved at random. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void boundedAndLiveRunsEndWithTheSameRows(long seed) {
    Random random = new Random(seed);
    List<AccountEvent> customers = new ArrayList<>();
    List<AccountEvent> versions = new ArrayList<>();
    for (int n = 0; n < 150; n++) {
      String account = "ACC" + random.nextInt(6);
      java.time.Instant commit = NOON.plusSeconds(n * 60L + random.nextInt(30));
      if (random.nextInt(4) == 0) {
        CustomerChange change =
            random.nextInt(4) == 0 ? customerGone(commit) : customer(commit, "N" + n);
        customers.add(event(of(change, account)));
      } else {
        String id = account + "-" + random.nextInt(15);
        TransactionVersion version =
            random.nextInt(8) == 0 ? gone(id, commit) : version(id, commit, n + ".00");
        versions.add(event(of(version, account)));
      }
    }
    TestStream.Builder<AccountEvent> arriving = TestStream.create(EVENTS);
    int c = 0;
    int v = 0;
    while (c < customers.size() || v < versions.size()) {
      boolean isCustomer = v == versions.size() || (c < customers.size() && random.nextInt(4) == 0);
      arriving = arriving.addElements(timed(isCustomer ? customers.get(c++) : versions.get(v++)));
      if (random.nextInt(5) == 0 && c < customers.size() && v < versions.size()) {
        // Event time advances for both, so that some transactions stop waiting.
        long both = Math.min(commit(customers.get(c)), commit(versions.get(v)));
        arriving = arriving.advanceWatermarkTo(new Instant(Math.max(both, watermark)));
        watermark = Math.max(both, watermark);
      }
    }
    List<AccountEvent> all = new ArrayList<>(versions);
    all.addAll(customers);

    Map<String, String> live = last(run(arriving.advanceWatermarkToInfinity()));
    Map<String, String> bounded = last(run(Create.of(all).withCoder(EVENTS)));

    assertThat("seed " + seed, live, equalTo(bounded));
    assertThat(bounded.size(), is(greaterThan(40)));
  }

  private long watermark = NOON.toEpochMilli();

  private static Map<String, String> last(
      List<Seen.Sighting<RowChange<EnrichedTransaction>>> seen) {
    Map<String, String> last = new TreeMap<>();
    seen.stream()
        .map(Seen.Sighting::value)
        .sorted(Comparator.comparing(RowChange::position))
        .forEach(
            change ->
                last.put(
                    change.row().getTxnId(), change.delete() ? "gone" : change.row().toString()));
    return last;
  }

  private static String text(RowChange<EnrichedTransaction> change) {
    EnrichedTransaction row = change.row();
    return row.getTxnId() + " " + (change.delete() ? "gone" : row.getCustomerName());
  }

  private static List<Seen.Sighting<RowChange<EnrichedTransaction>>> run(
      PTransform<? super PBegin, PCollection<AccountEvent>> source) {
    Pipeline pipeline = Pipelines.onDirectRunner();
    PCollection<AccountEvent> events = pipeline.apply("Events", source);
    PCollection<CustomerChange> customers =
        events
            .apply("OnlyCustomers", Filter.by(event -> event.getCustomer() != null))
            .apply(
                "Customers",
                MapElements.into(TypeDescriptor.of(CustomerChange.class))
                    .via(AccountEvent::getCustomer))
            .setCoder(SingleObjectCoder.of(CustomerChange.class));
    PCollection<TransactionVersion> versions =
        events
            .apply("OnlyVersions", Filter.by(event -> event.getVersion() != null))
            .apply(
                "Versions",
                MapElements.into(TypeDescriptor.of(TransactionVersion.class))
                    .via(AccountEvent::getVersion))
            .setCoder(SingleObjectCoder.of(TransactionVersion.class));
    Seen<RowChange<EnrichedTransaction>> enriched =
        Seen.in(versions.apply("Enrich", EnrichTransactions.with(customers, WAIT, RETENTION, 4)));
    Pipelines.run(pipeline);
    return enriched.sightings();
  }

  private static TransactionVersion of(TransactionVersion version, String account) {
    TransactionVersion moved =
        TransactionVersion.newBuilder(version).setAccountNumber(account).build();
    if (version.getTransaction() != null) {
      moved.setTransaction(Cards.of(version.getTransaction(), account));
    }
    return moved;
  }

  private static CustomerChange of(CustomerChange change, String account) {
    return CustomerChange.newBuilder(change).setAccountNumber(account).build();
  }

  private static AccountEvent event(CustomerChange change) {
    return new AccountEvent(change.getAccountNumber(), change, null);
  }

  private static AccountEvent event(TransactionVersion version) {
    return new AccountEvent(version.getAccountNumber(), null, version);
  }

  private static long commit(AccountEvent event) {
    return event.getCustomer() == null
        ? event.getVersion().getCommitMs()
        : event.getCustomer().getSource().getCommitMs();
  }

  private static TimestampedValue<AccountEvent> timed(AccountEvent event) {
    return TimestampedValue.of(event, new Instant(commit(event)));
  }

  private static Instant joda(java.time.Instant time) {
    return new Instant(time.toEpochMilli());
  }
}
