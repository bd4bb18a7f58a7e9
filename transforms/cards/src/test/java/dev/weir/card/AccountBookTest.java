package dev.weir.card;

import static dev.weir.card.Cards.NOON;
import static dev.weir.card.Cards.customer;
import static dev.weir.card.Cards.customerGone;
import static dev.weir.card.Cards.gone;
import static dev.weir.card.Cards.minutesPast;
import static dev.weir.card.Cards.snapshotCustomer;
import static dev.weir.card.Cards.version;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import dev.weir.cdc.Operation;
import dev.weir.changelog.Position;
import dev.weir.changelog.RowChange;
import dev.weir.encoding.SingleObjectCoder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.util.CoderUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccountBookTest {
  private static final Duration WAIT = Duration.ofMinutes(10);
  private static final Duration RETENTION = Duration.ofDays(10);

  private final Pages pages = new Pages();
  private final List<RowChange<EnrichedTransaction>> emitted = new ArrayList<>();
  private final AccountBook book =
      new AccountBook(pages, WAIT.toMillis(), RETENTION.toMillis(), emitted::add);

  /** State as a runner has it: what is read is a copy, what is written is encoded. */
  private static final class Pages implements AccountBook.Pages {
    private static final Coder<AccountHolder> HOLDER = SingleObjectCoder.of(AccountHolder.class);
    private static final Coder<KeptTransaction> KEPT = SingleObjectCoder.of(KeptTransaction.class);

    final Map<String, byte[]> transactions = new TreeMap<>();
    final Map<String, Long> waiting = new TreeMap<>();
    byte[] holder;
    int looks;
    int waitingRead;
    int written;
    int largestHolder;

    @Override
    public AccountHolder holder() {
      return holder == null ? null : decoded(HOLDER, holder);
    }

    @Override
    public void holder(AccountHolder now) {
      holder = now == null ? null : encoded(HOLDER, now);
      largestHolder = Math.max(largestHolder, holder == null ? 0 : holder.length);
    }

    @Override
    public KeptTransaction transaction(String id) {
      byte[] bytes = transactions.get(id);
      return bytes == null ? null : decoded(KEPT, bytes);
    }

    @Override
    public Iterable<Map.Entry<String, KeptTransaction>> transactions() {
      looks++;
      Map<String, KeptTransaction> read = new TreeMap<>();
      transactions.forEach((id, bytes) -> read.put(id, decoded(KEPT, bytes)));
      return read.entrySet();
    }

    @Override
    public void put(String id, KeptTransaction transaction) {
      transactions.put(id, encoded(KEPT, transaction));
    }

    @Override
    public void remove(String id) {
      transactions.remove(id);
    }

    @Override
    public Map<String, Long> waiting() {
      waitingRead += waiting.size();
      return new TreeMap<>(waiting);
    }

    @Override
    public void await(String id, long until) {
      waiting.put(id, until);
      written++;
    }

    @Override
    public void stopWaiting(String id) {
      waiting.remove(id);
    }

    private static <T> byte[] encoded(Coder<T> coder, T value) {
      try {
        return CoderUtils.encodeToByteArray(coder, value);
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    private static <T> T decoded(Coder<T> coder, byte[] bytes) {
      try {
        return CoderUtils.decodeFromByteArray(coder, bytes);
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private EnrichedTransaction lastEmitted() {
    return emitted.get(emitted.size() - 1).row();
  }

  private void timeComesTo(Instant time) {
    while (book.wakeAt() != null && book.wakeAt() <= time.toEpochMilli()) {
      book.wake(book.wakeAt());
    }
  }

  /**
   * When the customers' stream is behind the transactions', and long-ago ones are not swept yet.
   */
  @Test
  void aLateCustomerDoesNotChangeOldTransactions() {
    book.add(customer(NOON, "Ann"));
    book.add(version("t1", minutesPast(1), "40.00"));
    book.add(customer(NOON.plus(Duration.ofDays(1)), "Bea"));
    Instant later = NOON.plus(RETENTION).plus(Duration.ofDays(2));
    book.add(version("t2", later.plusSeconds(1), "41.00"));
    book.add(customer(later, "Cid"));

    assertThat(
        emitted.stream().map(c -> c.row().getTxnId() + " " + c.row().getCustomerName()).toList(),
        contains("t1 Ann", "t2 Bea", "t2 Cid"));
  }

  @Test
  void aTransactionHasItsCustomerAsOfItsCommit() {
    book.add(customer(NOON, "Ann"));
    book.add(customer(minutesPast(2), "Bea"));
    book.add(version("t1", minutesPast(1), "40.00"));
    book.add(version("t2", minutesPast(2), "41.00"));

    assertThat(
        emitted.stream().map(change -> change.row().getCustomerName()).toList(),
        contains("Ann", "Bea"));
    assertThat(lastEmitted().getEmail(), is("Bea@example.org"));
    assertThat(lastEmitted().getCity(), is("Beaville"));
    assertThat(lastEmitted().getFraudCategory(), is("UNSCORED"));
    assertThat(lastEmitted().getRiskLevel(), is("UNKNOWN"));
    assertThat(lastEmitted().getFraudScore(), is(nullValue()));
  }

  @Test
  void aLaterCustomerChangeDoesNotChangeEarlierTransactions() {
    book.add(customer(NOON, "Ann"));
    book.add(version("t1", minutesPast(1), "40.00"));
    book.add(customer(minutesPast(2), "Bea"));

    assertThat(emitted, hasSize(1));
    assertThat(lastEmitted().getCustomerName(), is("Ann"));
  }

  @Test
  void aTransactionWaitsForItsCustomer() {
    book.add(version("t1", NOON, "40.00"));
    timeComesTo(minutesPast(9));
    assertThat(emitted, is(empty()));

    book.add(customer(minutesPast(10), "Ann"));

    assertThat(emitted, hasSize(1));
    assertThat(lastEmitted().getCustomerName(), is("Ann"));
    timeComesTo(minutesPast(60));
    assertThat(emitted, hasSize(1));
  }

  @Test
  void aTransactionThatHasWaitedLongEnoughIsEmittedWithoutACustomer() {
    book.add(version("t1", NOON, "40.00"));
    timeComesTo(minutesPast(10));

    assertThat(emitted, hasSize(1));
    assertThat(lastEmitted().getCustomerName(), is(nullValue()));
    book.add(customer(minutesPast(10).plusMillis(1), "Ann"));
    assertThat(emitted, hasSize(1));
  }

  @Test
  void aLateCustomerCorrectsTransactionsAlreadyEmitted() {
    book.add(version("t1", NOON, "40.00"));
    timeComesTo(minutesPast(10));
    book.add(customer(minutesPast(-5), "Ann"));

    assertThat(emitted, hasSize(2));
    assertThat(lastEmitted().getCustomerName(), is("Ann"));
    assertThat(emitted.get(1).position(), greaterThan(emitted.get(0).position()));
  }

  @Test
  void aCustomerOfASnapshotIsKnownFromTheBeginning() {
    book.add(snapshotCustomer(minutesPast(30), "Ann"));
    book.add(customer(minutesPast(5), "Bea"));
    book.add(version("t1", minutesPast(1), "40.00"));
    book.add(version("t2", minutesPast(6), "41.00"));

    assertThat(
        emitted.stream().map(change -> change.row().getCustomerName()).toList(),
        contains("Ann", "Bea"));
  }

  @Test
  void aLaterSnapshotCorrectsATransactionThatWaitedInVain() {
    book.add(version("t1", NOON, "40.00"));
    timeComesTo(minutesPast(10));
    book.add(snapshotCustomer(minutesPast(30), "Ann"));

    assertThat(
        emitted.stream().map(change -> change.row().getCustomerName()).toList(),
        contains(null, "Ann"));
  }

  @Test
  void aSecondSnapshotDoesNotChangeEarlierTransactions() {
    book.add(customer(NOON, "Ann"));
    book.add(version("t1", minutesPast(1), "40.00"));
    book.add(snapshotCustomer(minutesPast(30), "Bea"));
    book.add(version("t2", minutesPast(31), "41.00"));

    assertThat(
        emitted.stream().map(change -> change.row().getCustomerName()).toList(),
        contains("Ann", "Bea"));
  }

  @Test
  void aChangeOfOtherColumnsIsNotANewVersionOfTheCustomer() {
    for (int n = 0; n < 1_000; n++) {
      book.add(customer(minutesPast(n), "Ann"));
    }
    book.add(version("t1", minutesPast(500), "40.00"));

    assertThat(pages.holder().getVersions(), hasSize(1));
    assertThat(lastEmitted().getCustomerName(), is("Ann"));
  }

  @Test
  void transactionsThatWaitInAnOlderSavepointKeepWaiting() {
    book.add(version("t1", NOON, "40.00"));
    AccountHolder holder = pages.holder();
    pages.holder(
        new AccountHolder(
            holder.getVersions(),
            null,
            holder.getLastCommit(),
            holder.getLastUnmatched(),
            List.of(new WaitingTransaction("t1", minutesPast(10).toEpochMilli())),
            null,
            holder.getSweepAt()));
    pages.waiting.clear();
    book.add(version("t2", minutesPast(1), "41.00"));
    timeComesTo(minutesPast(20));

    assertThat(emitted.stream().map(c -> c.row().getTxnId()).toList(), contains("t1", "t2"));
    assertThat(pages.holder().getWaiting(), is(empty()));
  }

  /** A suspense account has no customer row, and any number of transactions. */
  @Test
  void aWaitingTransactionIsWrittenOnceRegardlessOfHowManyWait() {
    for (int n = 0; n < 2_000; n++) {
      book.add(version("t" + n, NOON.plusMillis(n * 300L), "40.00"));
      timeComesTo(NOON.plusMillis(n * 300L));
    }
    timeComesTo(minutesPast(60));

    assertThat(emitted, hasSize(2_000));
    assertThat(pages.written, is(2_000));
    assertThat(pages.waiting.keySet(), is(empty()));
    // Each is read at most once for each eighth of the wait.
    assertThat(pages.waitingRead, lessThanOrEqualTo(9 * 2_000));
    assertThat(pages.largestHolder, lessThan(200));
  }

  @Test
  void aDeletedCustomerIsErasedFromEmittedTransactions() {
    book.add(customer(NOON, "Ann"));
    book.add(version("t1", minutesPast(1), "40.00"));
    book.add(version("t2", minutesPast(2), "41.00"));
    emitted.clear();

    book.add(customerGone(minutesPast(3)));

    assertThat(emitted, hasSize(2));
    for (RowChange<EnrichedTransaction> change : emitted) {
      assertThat(change.delete(), is(false));
      assertThat(change.row().getCustomerName(), is(nullValue()));
      assertThat(change.row().getEmail(), is(nullValue()));
      assertThat(change.row().getCity(), is(nullValue()));
      assertThat(change.row().getMerchant(), is("Grocer"));
    }
    assertThat(pagesAsText(), not(org.hamcrest.Matchers.containsString("Ann")));
  }

  private String pagesAsText() {
    StringBuilder all = new StringBuilder(pages.holder().toString());
    pages.transactions().forEach(entry -> all.append(entry.getValue()));
    return all.toString();
  }

  @Test
  void aLateTransactionFromBeforeADeletionHasNoCustomer() {
    book.add(customer(NOON, "Ann"));
    book.add(customerGone(minutesPast(3)));
    book.add(version("t1", minutesPast(1), "40.00"));

    assertThat(emitted, hasSize(1));
    assertThat(lastEmitted().getCustomerName(), is(nullValue()));
  }

  @Test
  void anAccountThatIsHeldAgainHasANewCustomer() {
    book.add(customer(NOON, "Ann"));
    book.add(version("t1", minutesPast(1), "40.00"));
    book.add(customerGone(minutesPast(3)));
    book.add(customer(minutesPast(4), "Bea"));
    book.add(version("t2", minutesPast(5), "41.00"));

    assertThat(lastEmitted().getTxnId(), is("t2"));
    assertThat(lastEmitted().getCustomerName(), is("Bea"));
    assertThat(
        emitted.stream()
            .filter(c -> c.row().getTxnId().equals("t1"))
            .reduce((a, b) -> b)
            .orElseThrow()
            .row()
            .getCustomerName(),
        is(nullValue()));
  }

  @Test
  void aTransactionThatIsGoneStaysGone() {
    book.add(customer(NOON, "Ann"));
    book.add(gone("t1", minutesPast(2)));
    book.add(version("t1", minutesPast(1), "40.00"));

    assertThat(emitted, hasSize(1));
    assertThat(emitted.get(0).delete(), is(true));
  }

  @Test
  void aTransactionThatMovesToAnotherAccountIsNotTakenBack() {
    book.add(customer(NOON, "Ann"));
    book.add(version("t1", minutesPast(1), "40.00"));
    emitted.clear();
    book.add(TransactionVersion.newBuilder(gone("t1", minutesPast(2))).setGone(false).build());
    book.add(customerGone(minutesPast(3)));

    assertThat(emitted, is(empty()));
  }

  /** It may have been deleted since, which this book does not know. */
  @Test
  void transactionsOlderThanTheRetentionAreNotEmittedAgain() {
    book.add(customer(NOON, "Ann"));
    book.add(version("t1", minutesPast(1), "40.00"));
    book.add(version("t2", minutesPast(2), "41.00"));
    emitted.clear();

    book.add(customerGone(minutesPast(2).plus(RETENTION)));

    assertThat(emitted.stream().map(change -> change.row().getTxnId()).toList(), contains("t2"));
  }

  @Test
  void aWaitingTransactionIsFoundWithoutScanningTheOthers() {
    book.add(customer(NOON, "Ann"));
    book.add(version("t1", minutesPast(1), "40.00"));
    book.add(customerGone(minutesPast(2)));
    book.add(version("t2", minutesPast(3), "41.00"));
    int looks = pages.looks;

    timeComesTo(minutesPast(13));

    assertThat(lastEmitted().getTxnId(), is("t2"));
    assertThat(pages.looks, is(looks));
  }

  @Test
  void aTransactionThatChangesWhileItWaitsWaitsFromItsLastCommit() {
    book.add(version("t1", NOON, "40.00"));
    book.add(version("t1", minutesPast(5), "41.00"));
    timeComesTo(minutesPast(10));
    assertThat(emitted, is(empty()));

    timeComesTo(minutesPast(15));

    assertThat(emitted, hasSize(1));
    assertThat(lastEmitted().getAmount().toString(), is("41.00"));
    assertThat(lastEmitted().getCommittedAt(), is(minutesPast(5)));
  }

  @Test
  void nothingIsKeptAfterTheRetention() {
    book.add(version("t1", NOON, "40.00"));
    book.add(gone("t2", minutesPast(1)));
    book.add(customerGone(minutesPast(2)));
    timeComesTo(NOON.plus(Duration.ofDays(13)));

    assertThat(pages.holder, is(nullValue()));
    assertThat(pages.transactions.keySet(), is(empty()));
  }

  @Test
  void theCurrentHolderIsKeptWithoutTransactions() {
    book.add(customer(NOON, "Ann"));
    book.add(version("t1", minutesPast(1), "40.00"));
    timeComesTo(NOON.plus(Duration.ofDays(13)));

    assertThat(pages.transactions.keySet(), is(empty()));
    assertThat(book.wakeAt(), is(nullValue()));
    book.add(version("t2", NOON.plus(Duration.ofDays(20)), "40.00"));
    assertThat(lastEmitted().getCustomerName(), is("Ann"));
  }

  @Test
  void formerHoldersAreRemovedAfterTheRetention() {
    for (int day = 0; day < 50; day++) {
      book.add(customer(NOON.plus(Duration.ofDays(day)), "Ann" + day));
    }

    assertThat(pages.holder().getVersions(), hasSize(11));
  }

  /** In every order of arrival of customers and transactions, however time advances. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void theFinalRowsDependOnCommitTimesOnly(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 100; round++) {
      List<CustomerChange> customers = new ArrayList<>();
      List<TransactionVersion> versions = new ArrayList<>();
      for (int n = 0; n < 12; n++) {
        Instant commit = minutesPast(random.nextInt(60)).plusMillis(n);
        customers.add(random.nextInt(4) == 0 ? customerGone(commit) : customer(commit, "N" + n));
        Instant other = minutesPast(random.nextInt(60)).plusMillis(n);
        String id = "t" + random.nextInt(6);
        versions.add(random.nextInt(5) == 0 ? gone(id, other) : version(id, other, n + ".00"));
      }
      customers.sort(Comparator.comparingLong(c -> c.getSource().getCommitMs()));
      if (random.nextBoolean()) {
        readFirst(customers);
      }

      Map<String, String> expected = expected(customers, versions);
      for (int order = 0; order < 5; order++) {
        assertThat(
            "seed " + seed + " round " + round,
            lastWords(customers, versions, random),
            is(expected));
      }
    }
  }

  /** The first change may be a snapshot's, read long after other changes were committed. */
  private static void readFirst(List<CustomerChange> customers) {
    CustomerChange first = customers.get(0);
    if (first.getCustomer() != null) {
      customers.set(0, snapshotCustomer(minutesPast(45), first.getCustomer().getCustomerName()));
    }
  }

  private static Map<String, String> lastWords(
      List<CustomerChange> customers, List<TransactionVersion> versions, Random random) {
    Map<String, String> last = new TreeMap<>();
    Map<String, Position> positions = new HashMap<>();
    AccountBook book =
        new AccountBook(
            new Pages(),
            WAIT.toMillis(),
            RETENTION.toMillis(),
            change -> {
              String id = change.row().getTxnId();
              Position before = positions.put(id, change.position());
              assertThat(before == null || before.compareTo(change.position()) < 0, is(true));
              last.put(id, change.delete() ? "gone" : word(change.row()));
            });
    List<TransactionVersion> shuffled = new ArrayList<>(versions);
    Collections.shuffle(shuffled, random);
    int nextCustomer = 0;
    int nextVersion = 0;
    while (nextCustomer < customers.size() || nextVersion < shuffled.size()) {
      boolean customer =
          nextVersion == shuffled.size()
              || (nextCustomer < customers.size() && random.nextBoolean());
      if (customer) {
        book.add(customers.get(nextCustomer++));
      } else {
        book.add(shuffled.get(nextVersion++));
      }
      boolean isWait =
          book.wakeAt() != null && book.wakeAt() < NOON.plus(Duration.ofHours(2)).toEpochMilli();
      if (random.nextInt(6) == 0 && isWait) {
        book.wake(book.wakeAt() + random.nextInt(3) * 60_000L);
      }
    }
    book.wake(NOON.plus(Duration.ofHours(3)).toEpochMilli());
    return last;
  }

  private static String word(EnrichedTransaction row) {
    return row.getAmount() + " " + row.getCustomerName() + " " + row.getCity();
  }

  /** The rule, word for word. */
  private static Map<String, String> expected(
      List<CustomerChange> customers, List<TransactionVersion> versions) {
    Map<String, TransactionVersion> last = new TreeMap<>();
    for (TransactionVersion version : versions) {
      TransactionVersion before = last.get(version.getTxnId());
      if (before == null || before.getRevision() < version.getRevision()) {
        last.put(version.getTxnId(), version);
      }
    }
    Map<String, String> words = new TreeMap<>();
    last.forEach(
        (id, version) -> {
          if (version.getGone()) {
            words.put(id, "gone");
            return;
          }
          long commit = version.getCommitMs();
          long lastDeletion =
              customers.stream()
                  .filter(c -> c.getCustomer() == null)
                  .mapToLong(c -> c.getSource().getCommitMs())
                  .max()
                  .orElse(Long.MIN_VALUE);
          Customer found = null;
          for (CustomerChange change : customers) {
            long at =
                change.getSource().getOperation() == Operation.r
                    ? 0
                    : change.getSource().getCommitMs();
            if (change.getCustomer() != null
                && at > lastDeletion
                && (at <= commit || (found == null && at <= commit + WAIT.toMillis()))) {
              found = change.getCustomer();
            }
          }
          if (commit < lastDeletion) {
            found = null;
          }
          words.put(
              id,
              version.getTransaction().getAmount()
                  + " "
                  + (found == null ? null : found.getCustomerName())
                  + " "
                  + (found == null ? null : found.getCity()));
        });
    return words;
  }
}
