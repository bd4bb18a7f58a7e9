package dev.weir.cardtransactions;

import dev.weir.ports.KafkaOptions;
import dev.weir.ports.LedgerOptions;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.Validation;

/** The arguments of {@code card-transactions}. */
public interface CardTransactionsOptions extends LedgerOptions, KafkaOptions {
  @Description(
      "Changes of customers, in: kafka://host:port/topic (Debezium envelopes, JSON),"
          + " postgres://user@host:port/db or file:path-or-glob")
  @Validation.Required
  String getCustomers();

  void setCustomers(String port);

  @Description("Changes of transactions, in: the same kinds of port")
  @Validation.Required
  String getTransactions();

  void setTransactions(String port);

  @Description("Settled transactions with their customer and score, a changelog, out; optional")
  String getEnriched();

  void setEnriched(String port);

  @Description("Pending transactions, a changelog, out; optional")
  String getPending();

  void setPending(String port);

  @Description("Spend per account and window, a changelog, out; optional")
  String getMetrics();

  void setMetrics(String port);

  @Description("Which customers were deleted, and when, out; optional")
  String getCustomerChanges();

  void setCustomerChanges(String port);

  @Description(
      "Records that could not be used, out: kafka://host:port/topic, file:folder or iceberg:db.table")
  @Validation.Required
  String getDeadLetters();

  void setDeadLetters(String port);

  @Description(
      "The lake, out: iceberg:db, in the tables customers, enriched_transactions,"
          + " pending_transactions, spend_metrics, customer_deletions and rows_stale; none unless set")
  String getLedger();

  void setLedger(String namespace);

  @Description("The fraud scorer: http(s)://host:port[/path]; its token is in SCORING_TOKEN")
  @Validation.Required
  String getScoring();

  void setScoring(String address);

  @Description("Maximum number of transactions in one request to the scorer")
  @Default.Integer(50)
  int getScoringBatch();

  void setScoringBatch(int transactions);

  @Description("Maximum number of requests to the scorer in flight per worker")
  @Default.Integer(16)
  int getScoringInFlight();

  void setScoringInFlight(int requests);

  @Description("How long one request to the scorer may take")
  @Default.String("2s")
  String getScoringTimeout();

  void setScoringTimeout(String duration);

  @Description(
      "How long questions wait for a scorer that fails before they are answered without it;"
          + " 0s does not wait (default 30s in a live job, 10m in a bounded run)")
  String getScoringPatience();

  void setScoringPatience(String duration);

  @Description("How long after its commit a transaction waits for its customer")
  @Default.String("10m")
  String getCustomerWait();

  void setCustomerWait(String duration);

  @Description("How long after its own time a transaction may still change its windows")
  @Default.String("10d")
  String getMetricsRetention();

  void setMetricsRetention(String duration);

  @Description(
      "How long after its commit an enriched transaction is emitted again, without the person's"
          + " data, when its customer is deleted; state keeps it that long. At least, and by"
          + " default, --metricsRetention")
  String getErasureRetention();

  void setErasureRetention(String duration);

  @Description(
      "Shards that state is spread over: at least 8 for each parallel instance. A live job keeps"
          + " the number its savepoints were taken with; a backfill sorts one shard in memory")
  @Default.Integer(64)
  int getShards();

  void setShards(int shards);
}
