package dev.weir.card;

import dev.weir.changelog.RowChange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Duration;

/** Sorts a shard and emits the last version of each row. Holds one shard in memory. */
final class EnrichSorted
    extends DoFn<
        KV<Integer, Iterable<List<TimestampedValue<AccountEvent>>>>,
        RowChange<EnrichedTransaction>> {
  private static final long serialVersionUID = 1L;

  /**
   * Unlimited, because everything is in memory: a deleted customer is removed from all earlier
   * transactions, however old.
   */
  private static final long RETENTION = Long.MAX_VALUE / 8;

  private final long wait;

  EnrichSorted(Duration wait) {
    this.wait = wait.getMillis();
  }

  @ProcessElement
  public void process(
      @Element KV<Integer, Iterable<List<TimestampedValue<AccountEvent>>>> shard,
      OutputReceiver<RowChange<EnrichedTransaction>> receiver) {
    Map<String, List<AccountEvent>> accounts = new TreeMap<>();
    for (List<TimestampedValue<AccountEvent>> list : shard.getValue()) {
      for (TimestampedValue<AccountEvent> element : list) {
        AccountEvent event = element.getValue();
        accounts.computeIfAbsent(event.getAccountNumber(), a -> new ArrayList<>()).add(event);
      }
    }
    accounts.values().forEach(events -> enrich(events, receiver));
  }

  private void enrich(
      List<AccountEvent> events, OutputReceiver<RowChange<EnrichedTransaction>> receiver) {
    List<CustomerChange> customers = new ArrayList<>();
    List<TransactionVersion> versions = new ArrayList<>();
    for (AccountEvent event : events) {
      if (event.getCustomer() == null) {
        versions.add(event.getVersion());
      } else {
        customers.add(event.getCustomer());
      }
    }
    customers.sort(Comparator.comparingLong(CustomerChange::getRevision));
    versions.sort(Comparator.comparingLong(TransactionVersion::getCommitMs));
    Map<String, RowChange<EnrichedTransaction>> last = new LinkedHashMap<>();
    AccountBook book =
        new AccountBook(
            new InMemory(), wait, RETENTION, change -> last.put(change.row().getTxnId(), change));
    customers.forEach(book::add);
    versions.forEach(book::add);
    // Later than the end of every wait, without overflow.
    book.wake(Long.MAX_VALUE / 2);
    last.values().forEach(receiver::output);
  }

  static final class InMemory implements AccountBook.Pages {
    private final Map<String, KeptTransaction> transactions = new HashMap<>();
    private final Map<String, Long> waiting = new HashMap<>();
    private AccountHolder holder;

    @Override
    public AccountHolder holder() {
      return holder;
    }

    @Override
    public void holder(AccountHolder now) {
      holder = now;
    }

    @Override
    public KeptTransaction transaction(String id) {
      return transactions.get(id);
    }

    @Override
    public Iterable<Map.Entry<String, KeptTransaction>> transactions() {
      return new TreeMap<>(transactions).entrySet();
    }

    @Override
    public void put(String id, KeptTransaction transaction) {
      transactions.put(id, transaction);
    }

    @Override
    public void remove(String id) {
      transactions.remove(id);
    }

    @Override
    public Map<String, Long> waiting() {
      return new HashMap<>(waiting);
    }

    @Override
    public void await(String id, long until) {
      waiting.put(id, until);
    }

    @Override
    public void stopWaiting(String id) {
      waiting.remove(id);
    }
  }
}
