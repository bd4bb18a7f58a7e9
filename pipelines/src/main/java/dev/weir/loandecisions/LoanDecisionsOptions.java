package dev.weir.loandecisions;

import dev.weir.ports.HttpOptions;
import dev.weir.ports.KafkaOptions;
import dev.weir.ports.LedgerOptions;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.Validation;

/** The arguments of {@code loan-decisions}. */
public interface LoanDecisionsOptions extends LedgerOptions, KafkaOptions, HttpOptions {
  @Description(
      "Input: loan applications, from kafka://host:port/topic (Avro), file:path-or-glob or"
          + " iceberg:db.table")
  @Validation.Required
  String getApplications();

  void setApplications(String port);

  @Description(
      "Rounds JSON amounts with more than two decimals half up to cents, as Avro amounts always"
          + " are; otherwise their records are dead letters")
  boolean getRoundAmounts();

  void setRoundAmounts(boolean round);

  @Description(
      "Output: decisions, to kafka://host:port/topic (JSON), file:folder[?format=avro] or"
          + " iceberg:db.table")
  @Validation.Required
  String getDecisions();

  void setDecisions(String port);

  @Description(
      "Output: the ledger of decisions, iceberg:db, with the table loan_decisions; optional")
  String getLedger();

  void setLedger(String namespace);

  @Description(
      "Partitioning of a new table: columns, days(c), hours(c), months(c), bucket(n,c),"
          + " truncate(n,c), separated by commas (default days(ts))")
  String getPartition();

  void setPartition(String terms);

  @Description(
      "Output: records that could not be read, to kafka://host:port/topic, file:folder or"
          + " iceberg:db.table")
  @Validation.Required
  String getDeadLetters();

  void setDeadLetters(String port);

  @Description("The credit bureau: http(s)://host:port[/path]; its token is in BUREAU_TOKEN")
  @Validation.Required
  String getBureau();

  void setBureau(String address);

  @Description("Maximum number of questions in one request to the bureau")
  @Default.Integer(50)
  int getBureauBatch();

  void setBureauBatch(int questions);

  @Description("Maximum number of requests to the bureau in flight per worker")
  @Default.Integer(64)
  int getBureauInFlight();

  void setBureauInFlight(int requests);

  @Description("How long one request to the bureau may take")
  @Default.String("2s")
  String getBureauTimeout();

  void setBureauTimeout(String duration);

  @Description(
      "How long questions wait while the bureau fails, before results are emitted without an"
          + " answer; 0s disables waiting (default 30s in a live job, 10m in a bounded run)")
  String getBureauPatience();

  void setBureauPatience(String duration);

  @Description(
      "Maximum difference in event time between two applications with the same request_id that are"
          + " duplicates")
  @Default.String("24h")
  String getDedupWindow();

  void setDedupWindow(String duration);

  @Description(
      "Number of shards that state is spread over: at least 8 for each parallel instance. A job"
          + " that starts from a savepoint needs the number that the savepoint was taken with; a"
          + " backfill sorts one shard at a time in memory")
  @Default.Integer(64)
  int getShards();

  void setShards(int shards);
}
