package dev.weir.card;

import dev.weir.changelog.RowChange;
import dev.weir.changelog.RowChangeCoder;
import dev.weir.encoding.SingleObjectCoder;
import dev.weir.sharding.Fork;
import dev.weir.sharding.Shards;
import java.util.Objects;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.joda.time.Duration;

/**
 * Joins settled transactions with their customer as of their commit and emits a changelog by {@code
 * txn_id}. The last version of a row depends only on commit times and not on the order of arrival.
 * See {@link AccountBook} for the rules.
 */
public final class EnrichTransactions
    extends PTransform<
        PCollection<TransactionVersion>, PCollection<RowChange<EnrichedTransaction>>> {
  private static final long serialVersionUID = 1L;
  private static final Coder<AccountEvent> EVENTS = SingleObjectCoder.of(AccountEvent.class);

  private final transient PCollection<CustomerChange> customers;
  private final Duration wait;
  private final Duration retention;
  private final int shards;

  private EnrichTransactions(
      PCollection<CustomerChange> customers, Duration wait, Duration retention, int shards) {
    this.customers = customers;
    this.wait = wait;
    this.retention = retention;
    this.shards = shards;
  }

  /**
   * @param customers the changes of customers, without repeats and in order for each customer
   * @param wait how long after its commit a transaction waits for its customer
   * @param retention how long after its commit a transaction is kept, and emitted again if its
   *     customer is deleted
   * @param shards the number of shards in which bounded input is sorted
   */
  public static EnrichTransactions with(
      PCollection<CustomerChange> customers, Duration wait, Duration retention, int shards) {
    return new EnrichTransactions(
        Objects.requireNonNull(customers),
        Objects.requireNonNull(wait),
        Objects.requireNonNull(retention),
        shards);
  }

  @Override
  public PCollection<RowChange<EnrichedTransaction>> expand(
      PCollection<TransactionVersion> transactions) {
    PCollection<AccountEvent> events =
        PCollectionList.of(
                customers
                    .apply(
                        "CustomerEvents",
                        MapElements.into(TypeDescriptor.of(AccountEvent.class))
                            .via(EnrichTransactions::event))
                    .setCoder(EVENTS))
            .and(
                transactions
                    .apply(
                        "TransactionEvents",
                        MapElements.into(TypeDescriptor.of(AccountEvent.class))
                            .via(EnrichTransactions::event))
                    .setCoder(EVENTS))
            .apply("AccountEvents", Flatten.pCollections());
    PCollection<RowChange<EnrichedTransaction>> enriched =
        Fork.of(
            events,
            arriving ->
                arriving
                    .apply("KeyByAccount", WithKeys.of(AccountEvent::getAccountNumber))
                    .setCoder(KvCoder.of(StringUtf8Coder.of(), EVENTS))
                    .apply("EnrichArrived", ParDo.of(new EnrichArrived(wait, retention))),
            complete ->
                complete
                    .apply("KeyByShard", Shards.of(shards, AccountEvent::getAccountNumber))
                    .apply("GroupByShard", GroupByKey.create())
                    .apply("EnrichSorted", ParDo.of(new EnrichSorted(wait))));
    return enriched.setCoder(RowChangeCoder.of(SingleObjectCoder.of(EnrichedTransaction.class)));
  }

  private static AccountEvent event(CustomerChange change) {
    return new AccountEvent(change.getAccountNumber(), change, null);
  }

  /** A transaction without a known account is keyed by its own id. */
  private static AccountEvent event(TransactionVersion version) {
    String account = version.getAccountNumber();
    return new AccountEvent(account.isEmpty() ? "?" + version.getTxnId() : account, null, version);
  }
}
