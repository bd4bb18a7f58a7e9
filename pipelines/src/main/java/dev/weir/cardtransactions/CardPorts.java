package dev.weir.cardtransactions;

import dev.weir.card.CardTables;
import dev.weir.card.Customer;
import dev.weir.card.CustomerDeletion;
import dev.weir.card.CustomerRemoval;
import dev.weir.card.EnrichedTransaction;
import dev.weir.card.Transaction;
import dev.weir.cdc.StaleRow;
import dev.weir.changelog.RowChange;
import dev.weir.changelog.RowKey;
import dev.weir.deadletter.DeadLetter;
import dev.weir.iceberg.table.Erasure;
import dev.weir.iceberg.table.LedgerTable;
import dev.weir.ports.Durations;
import dev.weir.ports.Inputs;
import dev.weir.ports.Ledger;
import dev.weir.ports.Numbers;
import dev.weir.ports.Outputs;
import dev.weir.ports.Port;
import dev.weir.ports.PortException;
import dev.weir.record.RawRecord;
import dev.weir.service.ClientPolicy;
import dev.weir.spend.SpendMetrics;
import java.net.URI;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.WithFailures.Result;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;
import org.joda.time.Duration;

/**
 * The inputs, outputs and service of card transactions; the pipeline knows nothing else outside.
 */
record CardPorts(
    PTransform<PBegin, Result<PCollection<RawRecord>, DeadLetter>> customers,
    PTransform<PBegin, Result<PCollection<RawRecord>, DeadLetter>> transactions,
    Sinks<RowChange<EnrichedTransaction>> enriched,
    Sinks<RowChange<Transaction>> pending,
    Sinks<RowChange<SpendMetrics>> spend,
    Sinks<RowChange<Customer>> customerRows,
    Sinks<RowChange<CustomerDeletion>> deletions,
    Sinks<CustomerRemoval> removals,
    Sinks<RowChange<StaleRow>> staleRows,
    PTransform<PCollection<DeadLetter>, PDone> deadLetters,
    URI scoring,
    ClientPolicy scoringPolicy,
    Duration customerWait,
    Duration metricsRetention,
    Duration erasureRetention,
    int shards) {
  static final String PIPELINE = "card-transactions";

  /** The database tables whose changes are read. */
  static final String CUSTOMERS = "public.customers";

  static final String TRANSACTIONS = "public.transactions";
  private static final RowKey BY_TRANSACTION = RowKey.of("txn_id");
  private static final RowKey BY_ACCOUNT = RowKey.of("account_number");
  private static final RowKey BY_WINDOW =
      RowKey.of("account_number", "currency", "window_type", "window_start");
  private static final RowKey BY_ROW = RowKey.of("source_table", "row_key");
  private static final String DELETIONS = "customer_deletions";

  /** Transactions of deleted customers stay, without data about the person. */
  private static final Erasure BLANKED =
      Erasure.blanking(DELETIONS, "account_number", "customer_name", "email", "city")
          .until("committed_at");

  private static final Erasure REMOVED =
      Erasure.ofHistory(
              DELETIONS,
              "account_number",
              "customer_name",
              "email",
              "phone_number",
              "date_of_birth",
              "city")
          .until("created_at");

  /** The outputs of one kind of record, by the names of their steps; may be empty. */
  static final class Sinks<T> {
    private final Map<String, PTransform<PCollection<T>, PDone>> steps = new LinkedHashMap<>();

    void add(String step, PTransform<PCollection<T>, PDone> sink) {
      steps.put(step, sink);
    }

    boolean isEmpty() {
      return steps.isEmpty();
    }

    void write(PCollection<T> records) {
      steps.forEach(records::apply);
    }
  }

  /**
   * @throws PortException if an argument is invalid
   */
  static CardPorts of(CardTransactionsOptions options) {
    return new Reading(options).ports();
  }

  /** Turns the options into ports. */
  private static final class Reading {
    private final CardTransactionsOptions options;
    private final Port customers;
    private final Port transactions;
    private final Port live;
    private final Ledger ledger;
    private final String namespace;
    private final int maxRequestSize;

    /** Which option names a table: two outputs in one table would overwrite each other. */
    private final Map<String, String> tables = new HashMap<>();

    Reading(CardTransactionsOptions options) {
      this.options = options;
      this.customers = Port.parse("customers", options.getCustomers());
      this.transactions = Port.parse("transactions", options.getTransactions());
      this.live = Outputs.isLive(customers) ? customers : transactions;
      this.ledger = Ledger.of(options, PIPELINE, Outputs.isLive(live));
      this.namespace =
          options.getLedger() == null ? null : Port.namespace("ledger", options.getLedger());
      this.maxRequestSize = Outputs.maxRequestSize(options);
    }

    CardPorts ports() {
      Duration wait = Durations.ofEventTime("customerWait", options.getCustomerWait());
      Duration retention = Durations.ofEventTime("metricsRetention", options.getMetricsRetention());
      if (wait.isLongerThan(retention)) {
        throw new PortException("--customerWait must not be longer than --metricsRetention");
      }
      Duration erasure =
          options.getErasureRetention() == null
              ? retention
              : Durations.ofEventTime("erasureRetention", options.getErasureRetention());
      if (erasure.isShorterThan(retention)) {
        throw new PortException("--erasureRetention must not be shorter than --metricsRetention");
      }
      Sinks<RowChange<EnrichedTransaction>> enriched = new Sinks<>();
      publish(enriched, "enriched", options.getEnriched(), EnrichedTransaction.class, ledger);
      keep(enriched, "enriched_transactions", EnrichedTransaction.class, ledger, BLANKED);
      Sinks<RowChange<Transaction>> pending = new Sinks<>();
      publish(pending, "pending", options.getPending(), Transaction.class, ledger);
      keep(pending, "pending_transactions", Transaction.class, ledger, null);
      Ledger byDay = ledger.partitionedBy("days(window_start)");
      Sinks<RowChange<SpendMetrics>> spend = new Sinks<>();
      publish(spend, "metrics", options.getMetrics(), SpendMetrics.class, byDay);
      keep(spend, "spend_metrics", SpendMetrics.class, byDay, null);
      Sinks<RowChange<Customer>> customerRows = new Sinks<>();
      keep(customerRows, "customers", Customer.class, ledger, REMOVED);
      Sinks<RowChange<CustomerDeletion>> deletions = new Sinks<>();
      keep(deletions, DELETIONS, CustomerDeletion.class, ledger, null);
      Sinks<RowChange<StaleRow>> staleRows = new Sinks<>();
      keep(staleRows, "rows_stale", StaleRow.class, ledger, null);
      Inputs inputs = Inputs.of(options, customers, transactions);
      return new CardPorts(
          inputs.changes("customers", customers, PIPELINE, CUSTOMERS, CardTables.CUSTOMERS),
          inputs.changes(
              "transactions", transactions, PIPELINE, TRANSACTIONS, CardTables.TRANSACTIONS),
          enriched,
          pending,
          spend,
          customerRows,
          deletions,
          removals(),
          staleRows,
          Outputs.to(
              output("deadLetters", options.getDeadLetters()),
              DeadLetter.class,
              Outputs::place,
              maxRequestSize,
              ledger),
          Port.service("scoring", options.getScoring()),
          ClientPolicy.standard()
              .withBatch(Numbers.between("scoringBatch", options.getScoringBatch(), 1, 100))
              .withInFlight(
                  Numbers.between("scoringInFlight", options.getScoringInFlight(), 1, 10_000))
              .withTimeout(Durations.parse("scoringTimeout", options.getScoringTimeout()))
              .withPatience(
                  Durations.patience(
                      "scoringPatience", options.getScoringPatience(), Outputs.isLive(live))),
          wait,
          retention,
          erasure,
          Numbers.between("shards", options.getShards(), 1, 32_768));
    }

    private Sinks<CustomerRemoval> removals() {
      Sinks<CustomerRemoval> removals = new Sinks<>();
      if (options.getCustomerChanges() != null) {
        removals.add(
            "PublishRemovals",
            Outputs.to(
                output("customerChanges", options.getCustomerChanges()),
                CustomerRemoval.class,
                CustomerRemoval::getAccountNumber,
                maxRequestSize,
                ledger));
      }
      return removals;
    }

    /**
     * @param uri null if the option is not given
     */
    private <T extends SpecificRecordBase> void publish(
        Sinks<RowChange<T>> sinks, String option, String uri, Class<T> type, Ledger into) {
      if (uri != null) {
        sinks.add(
            "Publish" + type.getSimpleName(),
            Outputs.changelog(option, output(option, uri), type, key(type), maxRequestSize, into));
      }
    }

    /**
     * @param erasure null for a table without personal data
     */
    private <T extends SpecificRecordBase> void keep(
        Sinks<RowChange<T>> sinks, String table, Class<T> type, Ledger into, Erasure erasure) {
      if (namespace != null) {
        String name = namespace + "." + table;
        claim("ledger", name);
        LedgerTable rows = Outputs.ledgerTable(name, type, key(type), into);
        sinks.add(
            "Keep" + type.getSimpleName(),
            Outputs.upsert(erasure == null ? rows : rows.forgetting(erasure), into));
      }
    }

    private static RowKey key(Class<?> type) {
      if (type == SpendMetrics.class) {
        return BY_WINDOW;
      }
      if (type == StaleRow.class) {
        return BY_ROW;
      }
      return type == Customer.class || type == CustomerDeletion.class ? BY_ACCOUNT : BY_TRANSACTION;
    }

    private Port output(String option, String uri) {
      Port port = Port.parse(option, uri);
      Outputs.checkFits(option, port, live);
      if (port instanceof Port.Table table) {
        claim(option, table.name());
      }
      return port;
    }

    private void claim(String option, String table) {
      String other = tables.put(table, option);
      if (other != null) {
        throw new PortException(
            "--" + other + " and --" + option + " both name the table " + table);
      }
    }
  }
}
