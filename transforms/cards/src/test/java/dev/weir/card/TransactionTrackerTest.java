package dev.weir.card;

import static dev.weir.card.Cards.NOON;
import static dev.weir.card.Cards.at;
import static dev.weir.card.Cards.change;
import static dev.weir.card.Cards.minutesPast;
import static dev.weir.card.Cards.of;
import static dev.weir.card.Cards.transaction;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import dev.weir.card.TransactionOutcome.Pending;
import dev.weir.card.TransactionOutcome.Refused;
import dev.weir.card.TransactionOutcome.Settled;
import dev.weir.card.TransactionOutcome.Spend;
import dev.weir.card.TransactionOutcome.Unmeasured;
import dev.weir.cdc.Operation;
import dev.weir.deadletter.DeadLetter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransactionTrackerTest {
  private static final Duration RETENTION = Duration.ofDays(10);

  private final TransactionTracker tracker =
      new TransactionTracker(
          org.joda.time.Duration.millis(RETENTION.toMillis()),
          org.joda.time.Duration.millis(RETENTION.toMillis()));
  private final Map<String, TrackedTransaction> state = new HashMap<>();
  private final List<TransactionOutcome> out = new ArrayList<>();
  private long lsn;

  /** Applies a change as a live run does. */
  private void arrives(TransactionChange change) {
    TrackedTransaction last = state.get(change.getTxnId());
    if (!tracker.isNew(last, change)) {
      return;
    }
    TrackedTransaction before = tracker.remembers(last, change) ? last : null;
    TrackedTransaction after = tracker.apply(before, change, out::add);
    tracker.emitChange(before, after, change, out::add);
    state.put(change.getTxnId(), after);
  }

  private void arrives(Operation operation, Instant commit, Transaction row) {
    arrives(change(operation, commit, ++lsn, row));
  }

  private <T extends TransactionOutcome> Stream<T> all(Class<T> type) {
    return out.stream().filter(type::isInstance).map(type::cast);
  }

  private List<String> settled() {
    return all(Settled.class)
        .map(Settled::version)
        .map(
            version ->
                version.getAccountNumber()
                    + (version.getTransaction() == null
                        ? version.getGone() ? " gone" : " moved"
                        : " " + version.getTransaction().getAmount()))
        .toList();
  }

  private List<String> pending() {
    return all(Pending.class)
        .map(pending -> pending.change().delete() ? "gone" : "pending")
        .toList();
  }

  private List<String> spend() {
    return all(Spend.class)
        .map(Spend::change)
        .map(change -> change.getAccountNumber() + " " + change.getCount() * change.getCents())
        .toList();
  }

  private List<String> refused() {
    return all(Refused.class).map(refused -> refused.letter().getReason()).toList();
  }

  @Test
  void aTransactionIsRememberedLongerThanTheStepsFurtherOnKeepIt() {
    org.joda.time.Duration ten = org.joda.time.Duration.standardDays(10);
    org.joda.time.Duration hundred = org.joda.time.Duration.standardDays(100);
    arrives(Operation.c, NOON, transaction("t1", "FAILED", "5.00"));
    TrackedTransaction tracked = state.get("t1");

    assertThat(
        new TransactionTracker(ten, ten).keepUntil(tracked) - NOON.toEpochMilli(),
        is(org.joda.time.Duration.standardDays(15).getMillis()));
    assertThat(
        new TransactionTracker(ten, hundred).keepUntil(tracked) - NOON.toEpochMilli(),
        is(org.joda.time.Duration.standardDays(150).getMillis()));
  }

  @Test
  void aPendingTransactionThatSettlesChangesSides() {
    arrives(Operation.c, NOON, transaction("t1", "PENDING", "5.00"));
    arrives(Operation.u, minutesPast(1), transaction("t1", "COMPLETED", "5.00"));

    assertThat(pending(), contains("pending", "gone"));
    assertThat(settled(), contains("ACC000001 5.00"));
    assertThat(spend(), contains("ACC000001 500"));
  }

  @Test
  void aTransactionThatIsSettledAtOnceWasNeverPending() {
    arrives(Operation.c, NOON, transaction("t1", "FAILED", "5.00"));

    assertThat(pending(), is(empty()));
    assertThat(settled(), contains("ACC000001 5.00"));
    assertThat(spend(), is(empty()));
  }

  @Test
  void aSettledTransactionThatIsPendingAgainIsNoLongerSettled() {
    arrives(Operation.c, NOON, transaction("t1", "COMPLETED", "5.00"));
    arrives(Operation.u, minutesPast(1), transaction("t1", "PENDING", "5.00"));

    assertThat(pending(), contains("pending"));
    assertThat(settled(), contains("ACC000001 5.00", "ACC000001 gone"));
    assertThat(spend(), contains("ACC000001 500", "ACC000001 -500"));
  }

  @Test
  void aCorrectedAmountReplacesWhatItCountedFor() {
    arrives(Operation.c, NOON, transaction("t1", "COMPLETED", "5.00"));
    arrives(Operation.u, minutesPast(1), transaction("t1", "COMPLETED", "6.00"));

    assertThat(settled(), contains("ACC000001 5.00", "ACC000001 6.00"));
    assertThat(spend(), contains("ACC000001 500", "ACC000001 -500", "ACC000001 600"));
  }

  @Test
  void aDeleteTakesBackTheAmountInState() {
    arrives(Operation.c, NOON, transaction("t1", "COMPLETED", "5.00"));
    arrives(Operation.d, minutesPast(1), transaction("t1", "?", "0.00"));

    assertThat(settled(), contains("ACC000001 5.00", "ACC000001 gone"));
    assertThat(spend(), contains("ACC000001 500", "ACC000001 -500"));
  }

  @Test
  void aTransactionThatMovesLeavesItsOldAccount() {
    arrives(Operation.c, NOON, transaction("t1", "COMPLETED", "5.00"));
    arrives(Operation.u, minutesPast(1), of(transaction("t1", "COMPLETED", "5.00"), "ACC2"));

    assertThat(settled(), contains("ACC000001 5.00", "ACC000001 moved", "ACC2 5.00"));
    assertThat(spend(), contains("ACC000001 500", "ACC000001 -500", "ACC2 500"));
  }

  @Test
  void repeatedAndOlderChangesEmitNothing() {
    TransactionChange first = change(Operation.c, NOON, 1, transaction("t1", "PENDING", "5.00"));
    TransactionChange second =
        change(Operation.u, minutesPast(1), 2, transaction("t1", "COMPLETED", "5.00"));
    arrives(first);
    arrives(second);
    out.clear();
    arrives(second);
    arrives(first);

    assertThat(out, is(empty()));
  }

  @Test
  void aSnapshotIsOlderThanTheChangeAtItsOwnPosition() {
    arrives(change(Operation.r, NOON, 7, transaction("t1", "COMPLETED", "5.00")));
    arrives(change(Operation.u, NOON, 7, transaction("t1", "COMPLETED", "6.00")));
    arrives(change(Operation.r, NOON, 7, transaction("t1", "COMPLETED", "5.00")));

    assertThat(settled(), contains("ACC000001 5.00", "ACC000001 6.00"));
  }

  @Test
  void theLogDecidesWhereTheDatabasesClockWasSetBack() {
    arrives(change(Operation.c, minutesPast(5), 1, transaction("t1", "COMPLETED", "5.00")));
    arrives(change(Operation.u, NOON, 2, transaction("t1", "COMPLETED", "6.00")));

    assertThat(settled(), contains("ACC000001 5.00", "ACC000001 6.00"));
    long first = all(Settled.class).findFirst().orElseThrow().version().getRevision();
    assertThat(state.get("t1").getRevision(), greaterThan(first));
  }

  @Test
  void aDeletedUnknownTransactionLeavesBothSides() {
    arrives(Operation.d, NOON, transaction("t1", "?", "0.00"));

    assertThat(pending(), contains("gone"));
    assertThat(settled(), contains(" gone"));
    assertThat(refused(), contains("TOO_LATE"));
  }

  @Test
  void aDeleteAfterTheRetentionStillHasTheAccount() {
    arrives(Operation.c, NOON, transaction("t1", "COMPLETED", "5.00"));
    arrives(
        Operation.d, NOON.plus(RETENTION).plus(Duration.ofDays(4)), transaction("t1", "?", "0.00"));

    assertThat(settled(), contains("ACC000001 5.00", "ACC000001 gone"));
    assertThat(spend(), contains("ACC000001 500"));
    assertThat(refused(), contains("TOO_LATE"));
  }

  @Test
  void anOldRowOfASnapshotIsNeitherMeasuredNorADeadLetter() {
    arrives(
        Operation.r,
        NOON,
        at(transaction("t1", "COMPLETED", "5.00"), NOON.minus(RETENTION).minusMillis(1)));

    assertThat(settled(), contains("ACC000001 5.00"));
    assertThat(spend(), is(empty()));
    assertThat(refused(), is(empty()));
    assertThat(all(Unmeasured.class).count(), is(1L));
  }

  /** A transaction that was pending when a slot was lost may be settled in the next snapshot. */
  @Test
  void aRowOfASnapshotIsNotOnTheOtherSide() {
    arrives(Operation.r, NOON, transaction("t1", "COMPLETED", "5.00"));
    arrives(Operation.r, NOON, transaction("t2", "PENDING", "5.00"));

    assertThat(pending(), contains("gone", "pending"));
    assertThat(settled(), contains("ACC000001 5.00", "ACC000001 gone"));
  }

  @Test
  void anOldTransactionIsMeasuredUpToTheRetention() {
    Instant longAgo = NOON.minus(RETENTION);
    arrives(Operation.c, NOON, at(transaction("t1", "COMPLETED", "5.00"), longAgo));
    arrives(Operation.c, NOON, at(transaction("t2", "COMPLETED", "5.00"), longAgo.minusMillis(1)));

    assertThat(spend(), contains("ACC000001 500"));
    assertThat(refused(), contains("TOO_LATE"));
    assertThat(settled(), contains("ACC000001 5.00", "ACC000001 5.00"));
    DeadLetter letter = ((Refused) out.get(out.size() - 2)).letter();
    assertThat(letter.getStage(), is("measure-spend"));
    assertThat(letter.getLine(), is(2L));
  }

  @Test
  void aCorrectionThatComesTooLateChangesNoWindow() {
    arrives(Operation.c, NOON, transaction("t1", "COMPLETED", "5.00"));
    arrives(
        Operation.u, NOON.plus(RETENTION).plusMillis(1), transaction("t1", "COMPLETED", "6.00"));

    assertThat(settled(), contains("ACC000001 5.00", "ACC000001 6.00"));
    assertThat(spend(), contains("ACC000001 500"));
    assertThat(refused(), contains("TOO_LATE"));
  }

  @Test
  void aTransactionThatIsCancelledTooLateStaysCounted() {
    arrives(Operation.c, NOON, transaction("t1", "COMPLETED", "5.00"));
    arrives(Operation.u, NOON.plus(RETENTION).plusMillis(1), transaction("t1", "FAILED", "5.00"));

    assertThat(spend(), contains("ACC000001 500"));
    assertThat(refused(), contains("TOO_LATE"));
  }

  @Test
  void anUnknownTransactionThatCannotHaveCountedIsNotRefused() {
    Instant oldest = NOON.minus(RETENTION);
    arrives(Operation.u, NOON, at(transaction("t1", "FAILED", "5.00"), oldest));
    arrives(Operation.c, NOON, at(transaction("t2", "FAILED", "5.00"), oldest.minusMillis(1)));

    assertThat(refused(), is(empty()));
  }

  @Test
  void aTransactionThatExpiresInABoundedRunStaysCounted() {
    TransactionChange first = change(Operation.c, NOON, 1, transaction("t1", "COMPLETED", "5.00"));
    tracker.emitExpired(tracker.apply(null, first, out::add), first, out::add);

    assertThat(spend(), contains("ACC000001 500"));
    assertThat(settled(), is(empty()));
    assertThat(pending(), is(empty()));
  }

  @Test
  void aNewMerchantIsNeverTooLate() {
    Transaction row = at(transaction("t1", "COMPLETED", "5.00"), NOON.minus(RETENTION));
    arrives(Operation.c, NOON, row);
    arrives(Operation.u, minutesPast(1), Transaction.newBuilder(row).setMerchant("Baker").build());

    assertThat(refused(), is(empty()));
    assertThat(spend(), contains("ACC000001 500"));
  }

  /** Changes of one transaction may come in any order, and any number of times. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void theLastOutputMatchesTheDatabase(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 100; round++) {
      state.clear();
      out.clear();
      List<TransactionChange> history = history(random);
      Map<String, TransactionChange> database = new TreeMap<>();
      history.forEach(change -> database.put(change.getTxnId(), change));
      List<TransactionChange> arrivals = new ArrayList<>(history);
      arrivals.addAll(history.subList(0, history.size() / 2));
      Collections.shuffle(arrivals, random);
      arrivals.forEach(this::arrives);

      Map<String, Long> expected = new TreeMap<>();
      database.values().stream()
          .map(TransactionChange::getTransaction)
          .filter(row -> row != null && row.getStatus().equals("COMPLETED"))
          .forEach(
              row ->
                  expected.merge(
                      key(row.getAccountNumber(), row.getTimestamp().toEpochMilli()),
                      row.getAmount().unscaledValue().longValueExact(),
                      Long::sum));
      Map<String, Long> measured = new TreeMap<>();
      all(Spend.class)
          .map(Spend::change)
          .forEach(
              spend ->
                  measured.merge(
                      key(spend.getAccountNumber(), spend.getTimestamp()),
                      spend.getCount() * spend.getCents(),
                      Long::sum));
      measured.values().removeIf(cents -> cents == 0);
      assertThat("seed " + seed + " round " + round, measured, is(expected));
      assertThat(lastSides(), is(sides(database)));
    }
  }

  private static String key(String account, long timestamp) {
    return account + " " + timestamp;
  }

  /** The rows that consumers of the two changelogs have in the end. */
  private Map<String, String> lastSides() {
    Map<String, String> pending = new TreeMap<>();
    Map<String, String> settled = new TreeMap<>();
    all(Pending.class)
        .map(Pending::change)
        .forEach(
            change -> {
              Transaction row = change.row();
              if (change.delete()) {
                pending.remove(row.getTxnId());
              } else {
                pending.put(row.getTxnId(), "pending " + row.getAmount());
              }
            });
    all(Settled.class)
        .map(Settled::version)
        .forEach(
            version -> {
              if (version.getGone()) {
                settled.remove(version.getTxnId());
              } else if (version.getTransaction() != null) {
                settled.put(version.getTxnId(), "settled " + version.getTransaction().getAmount());
              }
            });
    settled.forEach((id, row) -> assertThat(pending.put(id, row), is((String) null)));
    return pending;
  }

  private static Map<String, String> sides(Map<String, TransactionChange> database) {
    Map<String, String> sides = new TreeMap<>();
    database.forEach(
        (id, change) -> {
          Transaction row = change.getTransaction();
          if (row != null) {
            boolean pending = row.getStatus().equals("PENDING");
            sides.put(id, (pending ? "pending " : "settled ") + row.getAmount());
          }
        });
    return sides;
  }

  private static List<TransactionChange> history(Random random) {
    List<TransactionChange> history = new ArrayList<>();
    for (int n = 0; n < 30; n++) {
      String[] statuses = {"PENDING", "COMPLETED", "COMPLETED", "FAILED"};
      Transaction row =
          at(
              of(
                  transaction("t" + random.nextInt(5), statuses[random.nextInt(4)], n + 1 + ".25"),
                  "ACC" + random.nextInt(2)),
              minutesPast(random.nextInt(3)));
      Operation operation =
          random.nextInt(6) == 0 ? Operation.d : random.nextBoolean() ? Operation.c : Operation.u;
      history.add(change(operation, minutesPast(n / 3), n + 1, row));
    }
    return history;
  }
}
