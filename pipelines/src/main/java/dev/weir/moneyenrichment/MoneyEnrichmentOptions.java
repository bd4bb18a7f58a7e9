package dev.weir.moneyenrichment;

import dev.weir.ports.LedgerOptions;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;

/** The arguments of {@code money-enrichment}. */
public interface MoneyEnrichmentOptions extends LedgerOptions {
  @Description("Payments and transactions, in: kafka://host:port/topic or file:path-or-glob (JSON)")
  String getWallet();

  void setWallet(String port);

  @Description("Changes of users, in: kafka://host:port/topic or file:path-or-glob (JSON)")
  String getUsers();

  void setUsers(String port);

  @Description("Sessions of users, in: kafka://host:port/topic or file:path-or-glob (JSON)")
  String getSessions();

  void setSessions(String port);

  @Description(
      "Enriched money movements, out: kafka://host:port/topic (JSON) or file:folder[?format=avro]")
  String getEnriched();

  void setEnriched(String port);

  @Description(
      "What could not be read, out: kafka://host:port/topic, file:folder or iceberg:db.table")
  String getDeadLetters();

  void setDeadLetters(String port);

  @Description("Knows sessions that are not on the stream: http://host:port")
  String getSessionService();

  void setSessionService(String address);

  @Description("Questions to the session service in flight per worker, at most")
  @Default.Integer(64)
  int getSessionInFlight();

  void setSessionInFlight(int requests);

  @Description("How long one question to the session service may take")
  @Default.String("1s")
  String getSessionTimeout();

  void setSessionTimeout(String duration);

  @Description(
      "How far an event may be behind the latest one before it in its partition or file; what is"
          + " further behind is late. For files whose lines have no order, more than they span")
  @Default.String("20s")
  String getDisorder();

  void setDisorder(String duration);

  @Description("How long after a movement its session may begin")
  @Default.String("5m")
  String getSessionWait();

  void setSessionWait(String duration);

  @Description(
      "Places that state is spread over: at least 8 for each parallel instance. A live job keeps"
          + " the number its savepoints were taken with; a backfill sorts one shard in memory")
  @Default.Integer(64)
  int getShards();

  void setShards(int shards);
}
