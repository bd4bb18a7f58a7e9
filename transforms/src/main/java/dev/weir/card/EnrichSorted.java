package dev.weir.card;

import dev.weir.cdc.ChangeOrder;
import dev.weir.ledger.RowChange;
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

/** Puts a shard into order and says the last word on each transaction. Holds one in memory. */
final class EnrichSorted
    extends DoFn<
        KV<Integer, Iterable<List<TimestampedValue<AccountEvent>>>>,
        RowChange<EnrichedTransaction>> {
  private static final long serialVersionUID = 1L;

  /** At one instant, customers first. */
  private static final Comparator<AccountEvent> ORDER =
      Comparator.comparingLong(EnrichSorted::commit)
          .thenComparing(event -> event.getCustomer() == null)
          .thenComparing(
              (a, b) ->
                  a.getCustomer() == null || b.getCustomer() == null
                      ? 0
                      : ChangeOrder.TOTAL.compare(
                          a.getCustomer().getSource(), b.getCustomer().getSource()));

  /** All is in memory: nobody who is deleted is in what is written now, however long ago. */
  private static final long RETENTION = Long.MAX_VALUE / 8;

  private final long wait;

  EnrichSorted(Duration wait) {
    this.wait = wait.getMillis();
  }

  private static long commit(AccountEvent event) {
    return event.getCustomer() == null
        ? event.getVersion().getCommitMs()
        : event.getCustomer().getSource().getCommitMs();
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
    events.sort(ORDER);
    Map<String, RowChange<EnrichedTransaction>> last = new LinkedHashMap<>();
    AccountBook book =
        new AccountBook(
            new InMemory(), wait, RETENTION, change -> last.put(change.row().getTxnId(), change));
    for (AccountEvent event : events) {
      if (event.getCustomer() == null) {
        book.add(event.getVersion());
      } else {
        book.add(event.getCustomer());
      }
    }
    // Far enough for every wait, and short of an overflow.
    book.wake(Long.MAX_VALUE / 2);
    last.values().forEach(receiver::output);
  }

  private static final class InMemory implements AccountBook.Pages {
    private final Map<String, KeptTransaction> transactions = new HashMap<>();
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
  }
}
