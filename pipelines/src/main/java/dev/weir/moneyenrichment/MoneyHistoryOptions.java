package dev.weir.moneyenrichment;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.Validation;

/** The streams that money movements are enriched from, and how their events are joined. */
public interface MoneyHistoryOptions extends PipelineOptions {
  @Description(
      "Payments and transactions, in: file:path-or-glob (JSON Lines), or live from kafka://host:port/topic")
  @Validation.Required
  String getWallet();

  void setWallet(String port);

  @Description(
      "Changes of users, in: file:path-or-glob (JSON Lines), or live from kafka://host:port/topic")
  @Validation.Required
  String getUsers();

  void setUsers(String port);

  @Description(
      "Sessions of users, in: file:path-or-glob (JSON Lines), or live from kafka://host:port/topic")
  @Validation.Required
  String getSessions();

  void setSessions(String port);

  @Description(
      "How far an event may be behind the latest one before it in its partition or file; events"
          + " further behind are late. For files without an order, longer than the time they span")
  @Default.String("20s")
  String getDisorder();

  void setDisorder(String duration);

  @Description("How long after a movement its session may begin")
  @Default.String("5m")
  String getSessionWait();

  void setSessionWait(String duration);

  @Description(
      "Shards that state is spread over: at least 8 for each parallel instance. A live job keeps"
          + " the number its savepoints were taken with; a backfill sorts one shard in memory")
  @Default.Integer(64)
  int getShards();

  void setShards(int shards);
}
