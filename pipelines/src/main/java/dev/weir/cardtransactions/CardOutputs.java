package dev.weir.cardtransactions;

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
import dev.weir.ports.KafkaSettings;
import dev.weir.ports.Ledger;
import dev.weir.ports.Outputs;
import dev.weir.ports.Port;
import dev.weir.ports.PortException;
import dev.weir.spend.SpendMetrics;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;

/**
 * The outputs of card transactions. A changelog goes to the port of its option, to its table in the
 * namespace of {@code --ledger}, to both or to neither.
 */
final class CardOutputs {
  static final RowKey BY_TRANSACTION = RowKey.of("txn_id");
  static final RowKey BY_ACCOUNT = RowKey.of("account_number");
  static final RowKey BY_WINDOW =
      RowKey.of("account_number", "currency", "window_type", "window_start");
  static final RowKey BY_ROW = RowKey.of("source_table", "row_key");
  static final String DELETIONS = "customer_deletions";

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

  final Sinks<RowChange<EnrichedTransaction>> enriched;
  final Sinks<RowChange<Transaction>> pending;
  final Sinks<RowChange<SpendMetrics>> spend;
  final Sinks<RowChange<Customer>> customerRows;
  final Sinks<RowChange<CustomerDeletion>> deletions;
  final Sinks<RowChange<StaleRow>> staleRows;
  final Sinks<CustomerRemoval> deletionRecords = new Sinks<>();
  final PTransform<PCollection<DeadLetter>, PCollection<DeadLetter>> deadLetters;

  private final Port live;
  private final String namespace;
  private final KafkaSettings kafka;

  /** The option that names each table: two outputs in one table would overwrite each other. */
  private final Map<String, String> tables = new HashMap<>();

  /**
   * @param live an input that makes the job a live one, if there is one; otherwise any input
   * @throws PortException if an argument is invalid
   */
  CardOutputs(CardTransactionsOptions options, KafkaSettings kafka, Ledger ledger, Port live) {
    this.live = live;
    this.namespace =
        options.getLedger() == null ? null : Port.namespace("ledger", options.getLedger());
    this.kafka = kafka;
    Ledger byDay = ledger.partitionedBy("days(window_start)");
    enriched =
        new Changelog<>(EnrichedTransaction.class, BY_TRANSACTION, ledger)
            .publishedTo("enriched", options.getEnriched())
            .keptIn("enriched_transactions", BLANKED);
    pending =
        new Changelog<>(Transaction.class, BY_TRANSACTION, ledger)
            .publishedTo("pending", options.getPending())
            .keptIn("pending_transactions", null);
    spend =
        new Changelog<>(SpendMetrics.class, BY_WINDOW, byDay)
            .publishedTo("metrics", options.getMetrics())
            .keptIn("spend_metrics", null);
    customerRows = new Changelog<>(Customer.class, BY_ACCOUNT, ledger).keptIn("customers", REMOVED);
    deletions = new Changelog<>(CustomerDeletion.class, BY_ACCOUNT, ledger).keptIn(DELETIONS, null);
    staleRows = new Changelog<>(StaleRow.class, BY_ROW, ledger).keptIn("rows_stale", null);
    if (options.getCustomerChanges() != null) {
      deletionRecords.add(
          "PublishDeletions",
          Outputs.to(
              output("customerChanges", options.getCustomerChanges()),
              CustomerRemoval.class,
              CustomerRemoval::getAccountNumber,
              removal -> removal.getAccountNumber() + "/" + removal.getSourceTs().toEpochMilli(),
              kafka,
              ledger));
    }
    deadLetters =
        Outputs.to(
            output("deadLetters", options.getDeadLetters()),
            DeadLetter.class,
            Outputs::place,
            null,
            kafka,
            ledger);
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
          "--"
              + other
              + " and --"
              + option
              + " both name the table "
              + table
              + "; name different tables");
    }
  }

  /**
   * The outputs of one kind of record, by the names of their steps; may be empty. Each gets what
   * the one before it has written.
   */
  static final class Sinks<T> {
    private final Map<String, PTransform<PCollection<T>, PCollection<T>>> steps =
        new LinkedHashMap<>();

    private void add(String step, PTransform<PCollection<T>, PCollection<T>> sink) {
      steps.put(step, sink);
    }

    boolean isEmpty() {
      return steps.isEmpty();
    }

    void write(PCollection<T> records) {
      PCollection<T> written = records;
      for (Map.Entry<String, PTransform<PCollection<T>, PCollection<T>>> step : steps.entrySet()) {
        written = written.apply(step.getKey(), step.getValue());
      }
    }
  }

  /** Adds the outputs of one changelog that the options name. */
  private final class Changelog<T extends SpecificRecordBase> {
    private final Class<T> type;
    private final RowKey key;
    private final Ledger ledger;
    private final Sinks<RowChange<T>> sinks = new Sinks<>();

    Changelog(Class<T> type, RowKey key, Ledger ledger) {
      this.type = type;
      this.key = key;
      this.ledger = ledger;
    }

    /**
     * @param uri null if the option is not given
     */
    Changelog<T> publishedTo(String option, String uri) {
      if (uri != null) {
        sinks.add(
            "Publish" + type.getSimpleName(),
            Outputs.changelog(option, output(option, uri), type, key, kafka, ledger));
      }
      return this;
    }

    /**
     * Ends the list of outputs with the table.
     *
     * @param erasure null for a table without personal data
     */
    Sinks<RowChange<T>> keptIn(String table, Erasure erasure) {
      if (namespace != null) {
        String name = namespace + "." + table;
        claim("ledger", name);
        LedgerTable rows = Outputs.ledgerTable(name, type, key, ledger);
        sinks.add(
            "Keep" + type.getSimpleName(),
            Outputs.keep(erasure == null ? rows : rows.withErasure(erasure), ledger));
      }
      return sinks;
    }
  }
}
