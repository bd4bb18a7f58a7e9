package dev.weir.loandecisions;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;

/** The arguments of {@code loan-decisions}. */
public interface LoanDecisionsOptions extends PipelineOptions {
  @Description("Loan applications, in: kafka://host:port/topic (Avro) or file:path-or-glob")
  String getApplications();

  void setApplications(String port);

  @Description("Decisions, out: kafka://host:port/topic (JSON) or file:folder[?format=avro]")
  String getDecisions();

  void setDecisions(String port);

  @Description("What could not be read, out: kafka://host:port/topic or file:folder")
  String getDeadLetters();

  void setDeadLetters(String port);

  @Description("The credit bureau: http://host:port")
  String getBureau();

  void setBureau(String address);

  @Description("Questions in one request to the bureau, at most")
  @Default.Integer(50)
  int getBureauBatch();

  void setBureauBatch(int questions);

  @Description("Requests to the bureau in flight per worker, at most")
  @Default.Integer(64)
  int getBureauInFlight();

  void setBureauInFlight(int requests);

  @Description("How long one request to the bureau may take")
  @Default.String("2s")
  String getBureauTimeout();

  void setBureauTimeout(String duration);

  @Description("How far apart in their own time two applications of one request_id are duplicates")
  @Default.String("24h")
  String getDedupWindow();

  void setDedupWindow(String duration);

  @Description(
      "Places that state is spread over: at least 8 for each parallel instance. A live job keeps"
          + " the number its savepoints were taken with; a backfill sorts one shard in memory")
  @Default.Integer(64)
  int getShards();

  void setShards(int shards);
}
