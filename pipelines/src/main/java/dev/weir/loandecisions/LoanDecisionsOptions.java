package dev.weir.loandecisions;

import dev.weir.ports.KafkaOptions;
import dev.weir.ports.LedgerOptions;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.Validation;

/** The arguments of {@code loan-decisions}. */
public interface LoanDecisionsOptions extends LedgerOptions, KafkaOptions {
  @Description(
      "Loan applications, in: kafka://host:port/topic (Avro), file:path-or-glob or iceberg:db.table")
  @Validation.Required
  String getApplications();

  void setApplications(String port);

  @Description(
      "Rounds amounts of more than two decimals in JSON half up to cents, as those in Avro always"
          + " are; unset, they are dead letters")
  boolean getRoundAmounts();

  void setRoundAmounts(boolean round);

  @Description(
      "Decisions, out: kafka://host:port/topic (JSON), file:folder[?format=avro] or"
          + " iceberg:db.table")
  @Validation.Required
  String getDecisions();

  void setDecisions(String port);

  @Description(
      "The ledger of decisions, out: iceberg:db, in the table loan_decisions; none unless set")
  String getLedger();

  void setLedger(String namespace);

  @Description(
      "Partitioning of a new table: columns, days(c), hours(c), months(c), bucket(n,c),"
          + " truncate(n,c), separated by commas (default days(ts))")
  String getPartition();

  void setPartition(String terms);

  @Description(
      "Records that could not be read, out: kafka://host:port/topic, file:folder or iceberg:db.table")
  @Validation.Required
  String getDeadLetters();

  void setDeadLetters(String port);

  @Description("The credit bureau: http(s)://host:port[/path]")
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
      "How long questions wait for a bureau that fails before they are answered without it;"
          + " 0s does not wait (default 30s in a live job, 10m in a bounded run)")
  String getBureauPatience();

  void setBureauPatience(String duration);

  @Description(
      "How far apart in event time two applications with the same request_id are duplicates")
  @Default.String("24h")
  String getDedupWindow();

  void setDedupWindow(String duration);

  @Description(
      "Shards that state is spread over: at least 8 for each parallel instance. A live job keeps"
          + " the number its savepoints were taken with; a backfill sorts one shard in memory")
  @Default.Integer(64)
  int getShards();

  void setShards(int shards);
}
