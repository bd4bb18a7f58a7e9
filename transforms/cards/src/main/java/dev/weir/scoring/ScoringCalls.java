package dev.weir.scoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.record.StrictJson;
import dev.weir.service.Answer;
import dev.weir.service.Answer.Missing;
import dev.weir.service.BatchOrSingle;
import dev.weir.service.ClientPolicy;
import dev.weir.service.JsonOverHttp;
import dev.weir.service.ServiceAddress;
import dev.weir.service.ServiceCall;
import dev.weir.service.ServiceFault;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Requests scores from the fraud model: {@code POST /predict/batch} with {@code
 * {"transactions":[…]}} returns {@code {"predictions":[…]}} in the same order, and each prediction
 * names its transaction. If the model does not have that route, each transaction is sent to {@code
 * POST /predict}, which returns its prediction; see {@link BatchOrSingle}. The bearer token is the
 * value of the worker's environment variable {@value #TOKEN}; if it is not set, requests are sent
 * without a token.
 */
public final class ScoringCalls implements ServiceCall<TransactionQuestion, FraudScore> {
  /** The environment variable that holds the bearer token. */
  public static final String TOKEN = "SCORING_TOKEN";

  /** The largest number of transactions in one request. */
  public static final int LARGEST_BATCH = 100;

  private static final String BATCH = "/predict/batch";
  private static final String SINGLE = "/predict";

  /** The routes of the model, which must have at least one of them. */
  public static final List<String> ROUTES = List.of(BATCH, SINGLE);

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Opens connections to the model at an address such as {@code https://host/fraud/api}. */
  public record Opener(ServiceAddress scoring)
      implements ServiceCall.Opener<TransactionQuestion, FraudScore> {
    @Override
    public ServiceCall<TransactionQuestion, FraudScore> open(ClientPolicy policy) {
      return new ScoringCalls(new JsonOverHttp(scoring.withTokenIn(TOKEN), policy));
    }
  }

  private final JsonOverHttp http;
  private final BatchOrSingle<TransactionQuestion, FraudScore> routes;

  private ScoringCalls(JsonOverHttp http) {
    this.http = http;
    this.routes = new BatchOrSingle<>(this::askBatch, this::askSingle);
  }

  @Override
  public List<Answer<FraudScore>> ask(List<TransactionQuestion> questions) throws IOException {
    return routes.ask(questions);
  }

  private List<Answer<FraudScore>> askBatch(List<TransactionQuestion> questions)
      throws IOException {
    ObjectNode batch = JSON.createObjectNode();
    ArrayNode transactions = batch.putArray("transactions");
    questions.forEach(question -> write(question, transactions.addObject()));
    JsonNode predictions = http.post(BATCH, JSON.writeValueAsBytes(batch)).path("predictions");
    if (!predictions.isArray() || predictions.size() != questions.size()) {
      throw ServiceFault.of(
          ServiceFault.Kind.INVALID_ANSWER,
          "the scorer's answer does not have one prediction per question");
    }
    List<Answer<FraudScore>> answers = new ArrayList<>(questions.size());
    for (int i = 0; i < questions.size(); i++) {
      answers.add(read(predictions.get(i), questions.get(i).txnId()));
    }
    return answers;
  }

  private Answer<FraudScore> askSingle(TransactionQuestion question) throws IOException {
    ObjectNode transaction = JSON.createObjectNode();
    write(question, transaction);
    return read(http.post(SINGLE, JSON.writeValueAsBytes(transaction)), question.txnId());
  }

  private static void write(TransactionQuestion question, ObjectNode transaction) {
    transaction
        .put("txn_id", question.txnId())
        .put("account_number", question.accountNumber())
        .put("amount", question.amount())
        .put("merchant", question.merchant())
        .put("location", question.location())
        .put("tx_time", question.txTime().toString());
  }

  private static Answer<FraudScore> read(JsonNode prediction, String txnId) {
    if (prediction.hasNonNull("error")) {
      return Answer.missing(Missing.REJECTED);
    }
    JsonNode score = prediction.path("fraud_score");
    JsonNode category = prediction.path("fraud_category");
    JsonNode risk = prediction.path("risk_level");
    // A prediction that names another transaction is that transaction's score.
    boolean usable =
        txnId.equals(prediction.path("txn_id").textValue())
            && score.isNumber()
            && score.doubleValue() >= 0
            && score.doubleValue() <= 1
            && isWord(category)
            && isWord(risk);
    return usable
        ? Answer.of(new FraudScore(score.doubleValue(), category.textValue(), risk.textValue()))
        : Answer.missing(Missing.UNAVAILABLE);
  }

  private static boolean isWord(JsonNode node) {
    return node.isTextual()
        && !node.textValue().isBlank()
        && StrictJson.isUnicode(node.textValue());
  }

  @Override
  public void close() {
    http.close();
  }
}
