package dev.weir.card;

import dev.weir.changelog.RowChange;
import dev.weir.encoding.SingleObjectCoder;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.state.MapState;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * Enriches transactions as they arrive. The state is keyed by account and not by shard, because a
 * customer's change scans all transactions of its account, and no others. Each account has one
 * timer.
 */
final class EnrichArrived extends DoFn<KV<String, AccountEvent>, RowChange<EnrichedTransaction>> {
  private static final long serialVersionUID = 1L;

  @StateId("holder")
  private final StateSpec<ValueState<AccountHolder>> holderSpec =
      StateSpecs.value(SingleObjectCoder.of(AccountHolder.class));

  @StateId("transactions")
  private final StateSpec<MapState<String, KeptTransaction>> transactionsSpec =
      StateSpecs.map(StringUtf8Coder.of(), SingleObjectCoder.of(KeptTransaction.class));

  /**
   * The transactions that wait for a customer, and until when, in epoch milliseconds of event time.
   */
  @StateId("waiting")
  private final StateSpec<MapState<String, Long>> waitingSpec =
      StateSpecs.map(StringUtf8Coder.of(), VarLongCoder.of());

  @TimerId("wake")
  private final TimerSpec wakeSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

  private final long wait;
  private final long retention;

  EnrichArrived(Duration wait, Duration retention) {
    this.wait = wait.getMillis();
    this.retention = retention.getMillis();
  }

  @ProcessElement
  public void process(
      @Element KV<String, AccountEvent> element,
      BoundedWindow window,
      @StateId("holder") ValueState<AccountHolder> holder,
      @StateId("transactions") MapState<String, KeptTransaction> transactions,
      @StateId("waiting") MapState<String, Long> waiting,
      @TimerId("wake") Timer wake,
      OutputReceiver<RowChange<EnrichedTransaction>> out) {
    AccountBook book = book(holder, transactions, waiting, out::output);
    Long armed = book.wakeAt();
    AccountEvent event = element.getValue();
    if (event.getCustomer() == null) {
      book.add(event.getVersion());
    } else {
      book.add(event.getCustomer());
    }
    arm(armed, book.wakeAt(), window, wake);
  }

  @OnTimer("wake")
  public void wake(
      OnTimerContext context,
      BoundedWindow window,
      @StateId("holder") ValueState<AccountHolder> holder,
      @StateId("transactions") MapState<String, KeptTransaction> transactions,
      @StateId("waiting") MapState<String, Long> waiting,
      @TimerId("wake") Timer wake,
      OutputReceiver<RowChange<EnrichedTransaction>> out) {
    // Handles everything that is due by the current event time, not only by this timer, in one
    // scan.
    Instant fired = context.fireTimestamp();
    Instant reached = wake.getCurrentRelativeTime();
    Instant now = reached.isAfter(fired) ? reached : fired;
    AccountBook book =
        book(holder, transactions, waiting, change -> out.outputWithTimestamp(change, fired));
    if (book.wakeAt() != null && book.wakeAt() <= now.getMillis()) {
      book.wake(now.getMillis());
      arm(null, book.wakeAt(), window, wake);
    }
  }

  /** The timer does not hold back the watermark: its outputs are about commits from long ago. */
  @Override
  @Deprecated
  public Duration getAllowedTimestampSkew() {
    return Duration.millis(Long.MAX_VALUE);
  }

  /** In a drain, transactions no longer wait for their customers. */
  @OnWindowExpiration
  public void drain(
      @StateId("holder") ValueState<AccountHolder> holder,
      @StateId("transactions") MapState<String, KeptTransaction> transactions,
      @StateId("waiting") MapState<String, Long> waiting,
      OutputReceiver<RowChange<EnrichedTransaction>> out) {
    book(holder, transactions, waiting, out::output).wake(Long.MAX_VALUE / 2);
  }

  private AccountBook book(
      ValueState<AccountHolder> holder,
      MapState<String, KeptTransaction> transactions,
      MapState<String, Long> waiting,
      Consumer<RowChange<EnrichedTransaction>> out) {
    return new AccountBook(new InState(holder, transactions, waiting), wait, retention, out);
  }

  /** Setting the timer again replaces the time that was set before. */
  private static void arm(Long armed, Long wanted, BoundedWindow window, Timer wake) {
    if (wanted != null && !wanted.equals(armed)) {
      long at = Math.min(wanted, window.maxTimestamp().getMillis());
      wake.withNoOutputTimestamp().set(Instant.ofEpochMilli(at));
    }
  }

  private record InState(
      ValueState<AccountHolder> state,
      MapState<String, KeptTransaction> transactionState,
      MapState<String, Long> waitingState)
      implements AccountBook.Pages {
    @Override
    public AccountHolder holder() {
      return state.read();
    }

    @Override
    public void holder(AccountHolder holder) {
      if (holder == null) {
        state.clear();
      } else {
        state.write(holder);
      }
    }

    @Override
    public KeptTransaction transaction(String id) {
      return transactionState.get(id).read();
    }

    @Override
    public Iterable<Map.Entry<String, KeptTransaction>> transactions() {
      return transactionState.entries().read();
    }

    @Override
    public void put(String id, KeptTransaction transaction) {
      transactionState.put(id, transaction);
    }

    @Override
    public void remove(String id) {
      transactionState.remove(id);
    }

    @Override
    public Map<String, Long> waiting() {
      Map<String, Long> waiting = new HashMap<>();
      waitingState.entries().read().forEach(e -> waiting.put(e.getKey(), e.getValue()));
      return waiting;
    }

    @Override
    public void await(String id, long until) {
      waitingState.put(id, until);
    }

    @Override
    public void stopWaiting(String id) {
      waitingState.remove(id);
    }
  }
}
