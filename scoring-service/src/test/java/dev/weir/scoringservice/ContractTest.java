package dev.weir.scoringservice;

import static dev.weir.scoringservice.Scorers.batch;
import static dev.weir.scoringservice.Scorers.prompt;
import static dev.weir.scoringservice.Scorers.read;
import static dev.weir.scoringservice.Scorers.transaction;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The OpenAPI document and the running service agree: neither can change alone. */
class ContractTest {

  private static final String TOO_LARGE = "7".repeat((1 << 20) + 1);
  private static final String NOBODY = "nobody";

  private final Contract contract = Contract.read();
  private final ScoringService service = Scorers.start(prompt());
  private final Client client = Client.of(service);

  @AfterEach
  void stop() {
    service.close();
  }

  @Test
  void theServiceServesTheDocument() {
    assertThat(read(client.get("/openapi.json").body()), is(contract.document()));
  }

  @Test
  void everyRouteIsInTheDocumentAndEveryOneInTheDocumentIsARoute() {
    assertThat(contract.routes(), is(new TreeSet<>(service.routes())));
  }

  @Test
  void everyDocumentedAnswerIsGivenAsDocumented() {
    Map<String, Supplier<List<HttpResponse<String>>>> exchanges = exchanges();
    assertThat(exchanges.keySet(), is(contract.answers()));

    exchanges.forEach(
        (answer, exchange) -> {
          for (HttpResponse<String> response : exchange.get()) {
            service.behave(prompt());
            assertThat(answer, complaints(answer, response), is(empty()));
          }
        });
  }

  /** How to get each answer, by a key such as {@code POST /predict 200}. */
  private Map<String, Supplier<List<HttpResponse<String>>>> exchanges() {
    String one = transaction("t1", "600", "ONLINE").toString();
    String many =
        batch(
            List.of(
                transaction("t1", "5000", "Paris"),
                transaction("t2", "1", null),
                transaction("t3", "1", "Paris").put("amount", "much"),
                TextNode.valueOf("t4")));
    Map<String, Supplier<List<HttpResponse<String>>>> exchanges = new TreeMap<>();
    for (String path : List.of("/health", "/metrics", "/openapi.json")) {
      exchanges.put("GET " + path + " 200", () -> List.of(client.get(path)));
    }
    Map.of("/predict", one, "/predict/batch", many)
        .forEach(
            (path, body) -> {
              String route = "POST " + path;
              exchanges.put(route + " 200", () -> List.of(client.post(path, body)));
              exchanges.put(
                  route + " 400",
                  () -> List.of(client.post(path, "nonsense"), client.post(path, "{}")));
              exchanges.put(
                  route + " 401",
                  () ->
                      List.of(
                          client.send("POST", path, null, body),
                          client.send("POST", path, "Bearer " + NOBODY, body)));
              exchanges.put(route + " 413", () -> List.of(client.post(path, TOO_LARGE)));
              exchanges.put(
                  route + " 503",
                  () -> {
                    service.behave(prompt().withErrorRate(1));
                    return List.of(client.post(path, body));
                  });
            });
    return exchanges;
  }

  private List<String> complaints(String answer, HttpResponse<String> response) {
    List<String> complaints = new ArrayList<>();
    if (!answer.endsWith(" " + response.statusCode())) {
      complaints.add("the status is " + response.statusCode());
    }
    JsonNode described = contract.answer(answer);
    String type = response.headers().firstValue("Content-Type").orElse("none");
    if (!Contract.names(described.get("content")).equals(Set.of(type))) {
      complaints.add("the content type is " + type);
      return complaints;
    }
    JsonNode body =
        type.equals("application/json") ? read(response.body()) : TextNode.valueOf(response.body());
    complaints.addAll(contract.complaints(described.get("content").get(type).get("schema"), body));
    Set<String> headers = new HashSet<>(Set.of("content-type", "content-length"));
    for (Map.Entry<String, JsonNode> header : described.path("headers").properties()) {
      headers.add(header.getKey().toLowerCase());
      JsonNode value =
          response
              .headers()
              .firstValue(header.getKey())
              .<JsonNode>map(TextNode::valueOf)
              .orElse(JsonNodeFactory.instance.nullNode());
      complaints.addAll(contract.complaints(header.getValue().get("schema"), value));
    }
    if (!headers.equals(response.headers().map().keySet())) {
      complaints.add("the headers are " + response.headers().map().keySet());
    }
    return complaints;
  }

  @Test
  void onlyTheDocumentedRoutesNeedAToken() {
    for (String route : contract.routes()) {
      String[] words = route.split(" ");
      int status = client.send(words[0], words[1], null, "").statusCode();

      assertThat(route, status == 401, is(contract.isGuarded(route)));
    }
  }

  @Test
  void everyDocumentedPathAnswersOtherMethodsWithA405AndAnError() {
    for (String route : contract.routes()) {
      HttpResponse<String> answer = client.send("DELETE", route.split(" ")[1], null, "");

      assertThat(route, answer.statusCode(), is(405));
      assertThat(contract.complaints(contract.schema("Error"), read(answer.body())), is(empty()));
    }
    HttpResponse<String> elsewhere = client.get("/elsewhere");
    assertThat(elsewhere.statusCode(), is(404));
    assertThat(contract.complaints(contract.schema("Error"), read(elsewhere.body())), is(empty()));
  }

  /** Each field left out, and with a value of each kind: accepted if the schema allows it. */
  @Test
  void theServiceAcceptsExactlyTheDocumentedTransactions() {
    JsonNode schema = contract.schema("Transaction");
    ObjectNode good = transaction("t1", "600", "ONLINE");
    assertThat(Contract.names(schema.get("properties")), is(Contract.names(good)));
    List<ObjectNode> questions = new ArrayList<>(List.of(good, good.deepCopy().put("more", 1)));
    for (String field : Contract.names(good)) {
      ObjectNode without = good.deepCopy();
      without.remove(field);
      questions.add(without);
      for (JsonNode value : valuesOfEveryKind()) {
        questions.add(good.deepCopy().set(field, value));
      }
    }
    Set<Integer> statuses = new HashSet<>();
    for (ObjectNode question : questions) {
      int status = client.post("/predict", question.toString()).statusCode();

      int documented = contract.complaints(schema, question).isEmpty() ? 200 : 400;
      assertThat(question.toString(), status, is(documented));
      statuses.add(status);
    }
    assertThat(statuses, is(Set.of(200, 400)));
  }

  private static ArrayNode valuesOfEveryKind() {
    return (ArrayNode)
        read(
            "[null, true, 7, -0.5, 1e3, {}, [], \"\", \" \", \"x\", \"7\", \"-7.25\", \"7.\","
                + " \"1e3\", \"+7\", \"2026-01-05T12:00:00Z\", \"2026-01-05T12:00:00+01:00\","
                + " \"2026-01-05T12:00:00.123\", \"2026-01-05T12:00\", \"2026-01-05\","
                + " \"2026-01-05 12:00:00\", \""
                + "7".repeat(64)
                + "\", \""
                + "7".repeat(65)
                + "\"]");
  }

  @Test
  void aBatchIsAsLongAsDocumented() {
    JsonNode schema = contract.schema("Batch");
    for (int size : List.of(0, 1, 2, 50, 99, 100, 101, 200)) {
      String question = batch(Collections.nCopies(size, transaction("t1", "1", "x")));

      int documented = contract.complaints(schema, read(question)).isEmpty() ? 200 : 400;
      assertThat(client.post("/predict/batch", question).statusCode(), is(documented));
    }
    assertThat(Contract.names(schema.get("properties")), is(Set.of("transactions")));
  }

  /** The document lists no value that the service never gives. */
  @Test
  void everyDocumentedScoreCategoryAndRiskIsGivenBySomeTransaction() {
    for (String field : List.of("fraud_score", "fraud_category", "risk_level")) {
      Set<JsonNode> given = new HashSet<>();
      for (String amount : List.of("1", "501", "1001")) {
        for (String location : List.of("Paris", "ONLINE")) {
          String question = transaction("t1", amount, location).toString();
          given.add(read(client.post("/predict", question).body()).get(field));
        }
      }
      Set<JsonNode> documented = new HashSet<>();
      contract.schema("Prediction").at("/properties/" + field + "/enum").forEach(documented::add);

      assertThat(given, is(documented));
    }
  }

  /** By the service's own metrics, after every request that these tests know. */
  @Test
  void noAnswerIsGivenThatIsNotDocumented() {
    theServiceAcceptsExactlyTheDocumentedTransactions();
    aBatchIsAsLongAsDocumented();
    exchanges().values().forEach(Supplier::get);

    Set<String> given = new TreeSet<>();
    Matcher line =
        Pattern.compile("scoring_requests_total\\{path=\"(.+)\",status=\"(\\d+)\"} ")
            .matcher(client.get("/metrics").body());
    while (line.find()) {
      given.add(line.group(1) + " " + line.group(2));
    }
    Set<String> documented = new TreeSet<>();
    contract.answers().forEach(answer -> documented.add(answer.substring(answer.indexOf('/'))));
    assertThat(given, is(documented));
  }

  // these tests can fail

  @Test
  void aChangeOnEitherSideIsNoticed() {
    String prediction =
        client.post("/predict", transaction("t1", "600", "ONLINE").toString()).body();
    JsonNode schema = contract.schema("Prediction");
    assertThat(contract.complaints(schema, read(prediction)), is(empty()));

    for (String changed :
        List.of(
            prediction.replace("txn_id", "id"),
            prediction.replace("{", "{\"more\":1,"),
            // Not "0.5" alone: the time of the inference may hold it, too.
            prediction.replace("\"fraud_score\":0.5", "\"fraud_score\":\"0.5\""),
            prediction.replace("\"fraud_score\":0.5", "\"fraud_score\":0.6"),
            prediction.replace("MEDIUM", "SOME"),
            prediction.replaceAll("T[0-9:.]+Z", ""),
            "[]")) {
      assertThat(changed, contract.complaints(schema, read(changed)), is(not(empty())));
    }
    for (String field : Contract.names(schema.get("properties"))) {
      JsonNode document = contract.document().deepCopy();
      ((ObjectNode) document.at("/components/schemas/Prediction/properties")).remove(field);
      Contract changed = Contract.of(document);

      assertThat(
          field,
          changed.complaints(changed.schema("Prediction"), read(prediction)),
          is(not(empty())));
    }
  }
}
