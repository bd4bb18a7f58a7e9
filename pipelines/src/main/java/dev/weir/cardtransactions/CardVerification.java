package dev.weir.cardtransactions;

import dev.weir.card.Customer;
import dev.weir.card.CustomerChange;
import dev.weir.card.CustomerDeletion;
import dev.weir.card.CustomerReader;
import dev.weir.card.CustomerRemoval;
import dev.weir.card.EnrichedTransaction;
import dev.weir.card.Transaction;
import dev.weir.card.TransactionChange;
import dev.weir.card.TransactionReader;
import dev.weir.cdc.StaleRow;
import dev.weir.ports.Port;
import dev.weir.spend.SpendMetrics;
import dev.weir.verify.InputReader;
import dev.weir.verify.InputReader.Effect;
import dev.weir.verify.OutputKind;
import dev.weir.verify.Verification;
import java.util.List;

/** What {@code verify-output} compares of card transactions. */
public final class CardVerification {
  private static final String SETTLED = "settled";
  private static final String PENDING = "pending";
  private static final String CUSTOMERS = "customers";
  private static final Effect EMPTY = Effect.none("empty");

  private static final InputReader CUSTOMER_CHANGES =
      raw -> {
        CustomerChange change = CustomerReader.read(raw, () -> {});
        return change == null
            ? EMPTY
            : Effect.change(change.getAccountNumber(), change.getCustomer() == null);
      };

  private static final InputReader TRANSACTION_CHANGES =
      raw -> {
        TransactionChange change = TransactionReader.read(raw, () -> {});
        return change == null
            ? EMPTY
            : Effect.change(change.getTxnId(), change.getTransaction() == null);
      };

  private CardVerification() {}

  /**
   * @param options the options of the job; only some of the ports need to be given
   * @param running whether the job may not have committed everything yet
   * @throws dev.weir.ports.PortException if an argument is invalid
   */
  public static Verification of(CardTransactionsOptions options, boolean running) {
    Verification job = Verification.of(options, CardPorts.PIPELINE, running);
    String lake = options.getLedger();
    DeletedCustomers deleted =
        lake == null
            ? DeletedCustomers.none()
            : DeletedCustomers.in(
                job.ledger().catalog(),
                Port.namespace("ledger", lake) + "." + CardOutputs.DELETIONS);
    return job.output(
            SETTLED,
            OutputKind.ofChangelog(EnrichedTransaction.class, CardOutputs.BY_TRANSACTION)
                .erasing(List.of("customer_name", "email", "city"), deleted::areErased),
            "enriched",
            options.getEnriched(),
            lake,
            "enriched_transactions")
        .output(
            PENDING,
            OutputKind.ofChangelog(Transaction.class, CardOutputs.BY_TRANSACTION),
            "pending",
            options.getPending(),
            lake,
            "pending_transactions")
        .exclusive(PENDING, SETTLED, "is both pending and settled")
        .output(
            "spend",
            OutputKind.ofChangelog(SpendMetrics.class, CardOutputs.BY_WINDOW),
            "metrics",
            options.getMetrics(),
            lake,
            "spend_metrics")
        .output(
            CUSTOMERS,
            OutputKind.ofChangelog(Customer.class, CardOutputs.BY_ACCOUNT),
            null,
            null,
            lake,
            "customers")
        .output(
            "deletions",
            OutputKind.ofChangelog(CustomerDeletion.class, CardOutputs.BY_ACCOUNT),
            null,
            null,
            lake,
            CardOutputs.DELETIONS)
        .output(
            "stale rows",
            OutputKind.ofChangelog(StaleRow.class, CardOutputs.BY_ROW),
            null,
            null,
            lake,
            "rows_stale")
        .output(
            "removals",
            OutputKind.ofRecords(
                CustomerRemoval.class,
                List.of("account_number", "source_ts"),
                List.of("account_number")),
            "customerChanges",
            options.getCustomerChanges(),
            null,
            null)
        .deadLetters(options.getDeadLetters())
        .input(CUSTOMERS, options.getCustomers(), null, null, CUSTOMER_CHANGES, CUSTOMERS)
        .input(
            "transactions",
            options.getTransactions(),
            null,
            null,
            TRANSACTION_CHANGES,
            SETTLED,
            PENDING);
  }
}
