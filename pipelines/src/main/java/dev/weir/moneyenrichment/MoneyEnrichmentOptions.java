package dev.weir.moneyenrichment;

import dev.weir.ports.HttpOptions;
import dev.weir.ports.KafkaOptions;
import dev.weir.ports.LedgerOptions;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.Validation;

/** The arguments of {@code money-enrichment}. */
public interface MoneyEnrichmentOptions
    extends MoneyHistoryOptions, LedgerOptions, KafkaOptions, HttpOptions {
  @Description(
      "Output: enriched money movements, to kafka://host:port/topic (JSON) or"
          + " file:folder[?format=avro]")
  @Validation.Required
  String getEnriched();

  void setEnriched(String port);

  @Description(
      "Output: records that could not be read, to kafka://host:port/topic, file:folder or"
          + " iceberg:db.table")
  @Validation.Required
  String getDeadLetters();

  void setDeadLetters(String port);

  @Description(
      "The service for sessions that are not on the stream: http(s)://host:port[/path]; its token is"
          + " in SESSION_TOKEN")
  @Validation.Required
  String getSessionService();

  void setSessionService(String address);

  @Description("Maximum number of questions to the session service in flight per worker")
  @Default.Integer(64)
  int getSessionInFlight();

  void setSessionInFlight(int requests);

  @Description("How long one question to the session service may take")
  @Default.String("1s")
  String getSessionTimeout();

  void setSessionTimeout(String duration);

  @Description(
      "How long questions wait while the session service fails, before results are emitted without"
          + " an answer; 0s disables waiting (default 30s in a live job, 10m in a bounded run)")
  String getSessionPatience();

  void setSessionPatience(String duration);
}
