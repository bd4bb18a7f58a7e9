package dev.weir.scoringservice;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.httpservice.Access;
import dev.weir.httpservice.Behaviour;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;

/** Services and transactions that tests start from. */
final class Scorers {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private Scorers() {}

  /** Healthy and without any delay. */
  static Behaviour prompt() {
    return taking(0);
  }

  /** Healthy, with every answer after this many milliseconds. */
  static Behaviour taking(long millis) {
    return ScoringService.healthy()
        .withLatency(Duration.ofMillis(millis), Duration.ofMillis(millis));
  }

  /** A service that needs {@link Client#TOKEN}. */
  static ScoringService start(Behaviour behaviour) {
    return ScoringService.start(behaviour, Access.byToken(Client.TOKEN), 0);
  }

  static ObjectNode transaction(String id, String amount, String location) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("txn_id", id)
        .put("account_number", "ACC1")
        .put("amount", new BigDecimal(amount))
        .put("merchant", "Grocer")
        .put("location", location)
        .put("tx_time", "2026-01-05T12:00:00Z");
  }

  static String batch(List<? extends JsonNode> transactions) {
    ObjectNode batch = JsonNodeFactory.instance.objectNode();
    batch.putArray("transactions").addAll(transactions);
    return batch.toString();
  }

  static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
