package dev.weir.scoringservice;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.httpservice.MalformedBody;
import dev.weir.scoringservice.FraudModel.Verdict;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** The question of one request: about one transaction, or about up to {@value #MOST} in order. */
final class Inquiry {

  static final int MOST = 100;

  /** Keeps numbers exact: no amount passes through a binary fraction. */
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final List<Entry> entries;
  private final boolean batch;

  private Inquiry(List<Entry> entries, boolean batch) {
    this.entries = entries;
    this.batch = batch;
  }

  /**
   * A transaction, or the error for an element that is not one.
   *
   * @param id null if the element has none
   * @param transaction null if there is an error
   * @param error null if there is a transaction
   */
  private record Entry(String id, Transaction transaction, String error) {}

  /** Reads a transaction. */
  static Inquiry single(Buffer body) throws MalformedBody {
    Transaction transaction = Transaction.read(object(body));
    return new Inquiry(List.of(new Entry(transaction.id(), transaction, null)), false);
  }

  /**
   * Reads {@code {"transactions":[…]}}; an element that is not a transaction gets an error of its
   * own.
   */
  static Inquiry batch(Buffer body) throws MalformedBody {
    JsonNode transactions = object(body).get("transactions");
    if (transactions == null) {
      throw new MalformedBody("\"transactions\" is missing");
    }
    if (!transactions.isArray()) {
      throw new MalformedBody("\"transactions\" must be a list");
    }
    if (transactions.isEmpty() || transactions.size() > MOST) {
      throw new MalformedBody("\"transactions\" must have 1 to " + MOST + " elements");
    }
    List<Entry> entries = new ArrayList<>(transactions.size());
    for (JsonNode element : transactions) {
      entries.add(entry(element));
    }
    return new Inquiry(entries, true);
  }

  /** Returns how many transactions the request asks about. */
  int size() {
    return entries.size();
  }

  /** The answer that follows the contract. */
  String answer(Instant now) {
    String time = now.truncatedTo(ChronoUnit.MILLIS).toString();
    if (!batch) {
      return prediction(entries.get(0), time).toString();
    }
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode predictions = answer.putArray("predictions");
    entries.forEach(entry -> predictions.add(prediction(entry, time)));
    return answer.toString();
  }

  private static Entry entry(JsonNode element) {
    try {
      Transaction transaction = Transaction.read(element);
      return new Entry(transaction.id(), transaction, null);
    } catch (MalformedBody e) {
      return new Entry(Transaction.idOf(element), null, e.getMessage());
    }
  }

  private static ObjectNode prediction(Entry entry, String time) {
    ObjectNode prediction = JSON.createObjectNode();
    if (entry.id() != null) {
      prediction.put("txn_id", entry.id());
    }
    if (entry.transaction() == null) {
      return prediction.put("error", entry.error());
    }
    Verdict verdict =
        FraudModel.judge(entry.transaction().amount(), entry.transaction().location());
    return prediction
        .put("fraud_score", verdict.score())
        .put("fraud_category", verdict.name())
        .put("risk_level", verdict.risk().name())
        .put("inference_timestamp", time);
  }

  private static JsonNode object(Buffer body) throws MalformedBody {
    try {
      JsonNode node = body == null ? null : JSON.readTree(body.getBytes());
      if (node != null && node.isObject()) {
        return node;
      }
    } catch (JsonProcessingException | NumberFormatException quotesTheBody) {
      // Neither its message nor its cause may be passed on: both contain a part of the body.
      // Jackson throws the second one for an exponent that no decimal can have.
    } catch (IOException e) {
      throw new IllegalStateException("Bytes in memory can be read", e);
    }
    throw new MalformedBody("the body must be a JSON object");
  }
}
