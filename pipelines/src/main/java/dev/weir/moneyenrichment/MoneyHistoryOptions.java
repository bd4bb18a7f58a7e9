package dev.weir.moneyenrichment;

import dev.weir.ports.FolderOptions;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.Validation;

/** The streams that money movements are enriched from, and how their events are joined. */
public interface MoneyHistoryOptions extends FolderOptions {
  @Description(
      "Input: payments and transactions, from file:path-or-glob (JSON Lines), or live from"
          + " kafka://host:port/topic")
  @Validation.Required
  String getWallet();

  void setWallet(String port);

  @Description(
      "Input: changes of users, from file:path-or-glob (JSON Lines), or live from"
          + " kafka://host:port/topic")
  @Validation.Required
  String getUsers();

  void setUsers(String port);

  @Description(
      "Input: sessions of users, from file:path-or-glob (JSON Lines), or live from"
          + " kafka://host:port/topic")
  @Validation.Required
  String getSessions();

  void setSessions(String port);

  @Description(
      "How far an event may be behind the latest one before it in its partition or file; events"
          + " further behind are late. For files without an order, set more than the time that they"
          + " span")
  @Default.String("20s")
  String getDisorder();

  void setDisorder(String duration);

  @Description("How long after a movement its session may begin")
  @Default.String("5m")
  String getSessionWait();

  void setSessionWait(String duration);

  @Description(
      "Number of shards that state is spread over: at least 8 for each parallel instance. A job"
          + " that starts from a savepoint needs the number that the savepoint was taken with; a"
          + " backfill sorts one shard at a time in memory")
  @Default.Integer(64)
  int getShards();

  void setShards(int shards);
}
