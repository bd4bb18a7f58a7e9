package dev.weir.cardtransactions;

import dev.weir.ports.HttpOptions;
import dev.weir.ports.KafkaOptions;
import dev.weir.ports.LedgerOptions;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.Validation;

/** The arguments of {@code card-transactions}. */
public interface CardTransactionsOptions extends LedgerOptions, KafkaOptions, HttpOptions {
  @Description(
      "Input: changes of customers, from kafka://host:port/topic (Debezium envelopes, JSON),"
          + " postgres://user@host:port/db or file:path-or-glob")
  @Validation.Required
  String getCustomers();

  void setCustomers(String port);

  @Description("Input: changes of transactions, from the same kinds of port")
  @Validation.Required
  String getTransactions();

  void setTransactions(String port);

  @Description(
      "Output: a changelog of settled transactions with their customer and score; optional")
  String getEnriched();

  void setEnriched(String port);

  @Description("Output: a changelog of pending transactions; optional")
  String getPending();

  void setPending(String port);

  @Description("Output: a changelog of the spend per account and window; optional")
  String getMetrics();

  void setMetrics(String port);

  @Description("Output: the deleted customers, with the time of each deletion; optional")
  String getCustomerChanges();

  void setCustomerChanges(String port);

  @Description(
      "Output: records that could not be used, to kafka://host:port/topic, file:folder or"
          + " iceberg:db.table")
  @Validation.Required
  String getDeadLetters();

  void setDeadLetters(String port);

  @Description(
      "Output: the lake, iceberg:db, with the tables customers, enriched_transactions,"
          + " pending_transactions, spend_metrics, customer_deletions and rows_stale; optional")
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
      "How long questions wait while the scorer fails, before results are emitted without an"
          + " answer; 0s disables waiting (default 30s in a live job, 10m in a bounded run)")
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
      "How long after its commit an enriched transaction stays in state, so that it can be emitted"
          + " again without personal data if its customer is deleted; not less than"
          + " --metricsRetention, which is the default")
  String getErasureRetention();

  void setErasureRetention(String duration);

  @Description(
      "Number of shards that state is spread over: at least 8 for each parallel instance. A job"
          + " that starts from a savepoint needs the number that the savepoint was taken with; a"
          + " backfill sorts one shard at a time in memory")
  @Default.Integer(64)
  int getShards();

  void setShards(int shards);
}
