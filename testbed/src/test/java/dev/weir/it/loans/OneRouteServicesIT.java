package dev.weir.it.loans;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import dev.weir.it.CommandRun;
import dev.weir.it.cards.CardLake;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The bureau, the scorer and the records of the systems that users migrate from: each service has
 * only a route for single questions, and changes are as their connector writes them.
 */
@Timeout(300)
class OneRouteServicesIT {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"DirectRunner", "FlinkRunner"})
  void aBureauWithOnlySingleRequestsScoresEveryApplicant(String runner) throws IOException {
    // In this order: whole points, 450.0, 700.7, and one that needs no score.
    List<String> applications =
        IntStream.range(0, 100)
            .mapToObj(n -> application(n, "UNKNOWN", "x-" + (650 + n)))
            .collect(Collectors.toList());
    applications.add(application(100, "UNKNOWN", "a-450"));
    applications.add(application(101, "UNKNOWN", "b-700"));
    applications.add(application(102, "KNOWN", "b-700"));
    Files.write(folder.resolve("applications.jsonl"), applications, UTF_8);

    CommandRun run;
    try (OneRouteService bureau = OneRouteService.bureau()) {
      run = decide(runner, bureau.uri());
      // One for each applicant, and one without a question before the run.
      assertThat(bureau.requests("POST /v1/score"), is(103L));
      // At most one batch for each request that may be in flight.
      assertThat(bureau.requests("POST /v1/scores"), is(lessThanOrEqualTo(64L)));
    }

    assertThat(run.err().toString(), run.status(), is(0));
    Map<String, String> expected = new TreeMap<>();
    IntStream.range(0, 100)
        .forEach(n -> expected.put("r" + n, 650 + n > 700 ? "APPROVED" : "DENIED"));
    expected.put("r100", "DENIED");
    expected.put("r101", "APPROVED");
    expected.put("r102", "APPROVED");
    Map<String, String> decided = new TreeMap<>();
    for (String line : LoanFiles.lines(folder.resolve("decisions"))) {
      decided.put(
          line.replaceFirst(".*\"request_id\":\"(r\\d+)\".*", "$1"),
          line.replaceFirst(".*\"status\":\"(\\w+)\".*", "$1"));
    }
    assertThat(decided, equalTo(expected));
    assertThat(
        LoanFiles.lines(folder.resolve("decisions")).stream()
            .filter(line -> line.contains("\"r101\""))
            .toList(),
        contains(containsString("\"reason\":\"Based on External Bureau Score: 701\"")));
    assertThat(run.lastLine(), endsWith("; every decision that needed a score has one"));
  }

  @Test
  void aServiceThatHasNoneOfTheRoutesIsAnErrorBeforeABoundedRun() throws IOException {
    Files.writeString(
        folder.resolve("applications.jsonl"), application(0, "KNOWN", "x-700") + "\n", UTF_8);

    try (OneRouteService scorer = OneRouteService.scorer()) {
      CommandRun run = decide("DirectRunner", scorer.uri());

      assertThat(run.status(), is(1));
      assertThat(
          run.err(),
          contains(
              "--bureau: the service at "
                  + scorer.uri()
                  + " has neither POST /v1/scores nor POST /v1/score (404 or 405); check the address and"
                  + " its path"));
      assertThat(Files.exists(folder.resolve("decisions/part-00000-of-00001.jsonl")), is(false));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"DirectRunner", "FlinkRunner"})
  void changesAreScoredAndUnreadableOnesAreListedAsStale(String runner) throws IOException {
    Files.write(folder.resolve("customers.jsonl"), customers(), UTF_8);
    Files.write(folder.resolve("transactions.jsonl"), transactions(), UTF_8);
    CardLake lake = new CardLake(folder, null);

    CommandRun run;
    try (OneRouteService scorer = OneRouteService.scorer()) {
      run =
          CommandRun.of(
              "card-transactions",
              "--runner=" + runner,
              "--shards=4",
              "--scoringTimeout=60s",
              "--customers=file:" + folder.resolve("customers.jsonl"),
              "--transactions=file:" + folder.resolve("transactions.jsonl"),
              "--deadLetters=file:" + folder.resolve("letters"),
              "--scoring=" + scorer.uri(),
              "--catalog=" + lake.catalogFile(),
              "--ledger=iceberg:bank");
      // One for each transaction, and one without a question before the run.
      assertThat(scorer.requests("POST /predict"), is(8L));
    }

    assertThat(run.err().toString(), run.status(), is(0));
    assertThat(
        lake.settled("txn_id, amount, currency, location, fraud_score, risk_level").values(),
        contains(
            "t1|600.00|USD|online|0.5|MEDIUM",
            "t2|20.00|USD|Dallas|null|UNKNOWN",
            "t3|-5.00|USD|Dallas|null|UNKNOWN",
            "t4|30.00|USD|Dallas|0.1|LOW",
            "t6|10.00|EUR|Dallas|0.1|LOW",
            "t7|12.00|EUR|Dallas|0.1|LOW",
            "t8|1500.00|GBP|Dallas|0.7|HIGH"));
    assertThat(
        lake.staleRows().values(),
        contains(
            "customers|ACC2|2026-01-14T12:00:20Z|u|WRONG_TYPE|city is not a string|-1|3",
            "transactions|t5|2026-01-14T12:00:05Z|c|MISSING_FIELD|timestamp is missing|-1|5",
            "transactions|t6|2026-01-14T12:00:11Z|u|MISSING_FIELD|status is missing|-1|8"));
    assertThat(run.lastLine(), containsString(", 4 dead letters; "));
    assertThat(
        run.lastLine(), containsString("3 rows are stale: their last changes are dead letters; "));
    assertThat(
        run.lastLine(), endsWith("2 settled transactions lack the scorer's score (2 rejected)"));
  }

  private CommandRun decide(String runner, URI bureau) {
    return CommandRun.of(
        "loan-decisions",
        "--runner=" + runner,
        "--shards=4",
        "--bureauTimeout=60s",
        "--applications=file:" + folder.resolve("applications.jsonl"),
        "--decisions=file:" + folder.resolve("decisions"),
        "--deadLetters=file:" + folder.resolve("letters"),
        "--bureau=" + bureau);
  }

  private static String application(int n, String type, String ssn) {
    return """
        {"request_id":"r%d","applicant_type":"%s","amount":250.5,"ssn":"%s","ts":"2026-01-05T10:00:%02dZ"}"""
        .formatted(n, type, ssn, n % 60);
  }

  private static List<String> customers() {
    return List.of(
        customer(1, "c", "ACC1", "\"Dallas\""),
        customer(2, "c", "ACC2", "\"Austin\""),
        customer(20, "u", "ACC2", "7"));
  }

  /** The amounts are their cents in base64, as with {@code decimal.handling.mode=precise}. */
  private static List<String> transactions() {
    return List.of(
        transaction(1, "c", "t1", "AOpg", "\"USD\"", "\"Zara\"", "\"online\"", "\"COMPLETED\""),
        transaction(2, "c", "t2", "B9A=", "\"USD\"", "null", "\"Dallas\"", "\"COMPLETED\""),
        transaction(3, "c", "t3", "/gw=", "\"USD\"", "\"Zara\"", "\"Dallas\"", "\"COMPLETED\""),
        transaction(4, "c", "t4", "C7g=", "null", "\"Zara\"", "\"Dallas\"", "\"COMPLETED\""),
        transaction(5, "c", "t5", "C7g=", "\"USD\"", "\"Zara\"", "\"Dallas\"", "\"COMPLETED\"")
            .replace("\"2026-01-14T12:00:05.000000Z\"", "null"),
        transaction(6, "c", "t6", "A+g=", "\"EUR\"", "\"Zara\"", "\"Dallas\"", "\"COMPLETED\""),
        transaction(7, "c", "t7", "A+g=", "\"EUR\"", "\"Zara\"", "\"Dallas\"", "\"PENDING\""),
        transaction(11, "u", "t6", "A+g=", "\"EUR\"", "\"Zara\"", "\"Dallas\"", "null"),
        transaction(12, "u", "t7", "A+g=", "\"EUR\"", "\"Zara\"", "\"Dallas\"", "null"),
        transaction(13, "u", "t7", "BLA=", "\"EUR\"", "\"Zara\"", "\"Dallas\"", "\"COMPLETED\""),
        transaction(14, "c", "t8", "Aknw", "\"GBP\"", "\"Zara\"", "\"Dallas\"", "\"COMPLETED\""));
  }

  private static String customer(int second, String op, String account, String city) {
    String time = "2026-01-14T12:00:%02d.000000Z".formatted(second);
    return envelope(
        "customers",
        second,
        op,
        field("account_number", "string", "")
            + ","
            + field("customer_name", "string", "")
            + ","
            + field("date_of_birth", "int64", "org.apache.kafka.connect.data.Timestamp")
            + ","
            + field("city", "string", "")
            + ","
            + field("created_at", "string", "io.debezium.time.ZonedTimestamp"),
        """
        {"account_number":"%s","customer_name":"Ann","email":"ann@example.com","phone_number":"+1-555-0100",\
        "date_of_birth":315576000000,"city":%s,"created_at":"%s"}"""
            .formatted(account, city, time));
  }

  private static String transaction(
      int second,
      String op,
      String id,
      String cents,
      String currency,
      String merchant,
      String location,
      String status) {
    String time = "2026-01-14T12:00:%02d.000000Z".formatted(second);
    return envelope(
        "transactions",
        second,
        op,
        field("txn_id", "string", "")
            + """
            ,{"type":"bytes","optional":false,"name":"org.apache.kafka.connect.data.Decimal",\
            "parameters":{"scale":"2","connect.decimal.precision":"10"},"field":"amount"},"""
            + field("timestamp", "string", "io.debezium.time.ZonedTimestamp"),
        """
        {"txn_id":"%s","account_number":"ACC1","timestamp":"%s","amount":"%s","currency":%s,"merchant":%s,\
        "location":%s,"status":%s,"transaction_type":"ONLINE"}"""
            .formatted(id, time, cents, currency, merchant, location, status));
  }

  private static String field(String name, String type, String semantic) {
    return "{\"type\":\"%s\",\"optional\":true,%s\"field\":\"%s\"}"
        .formatted(type, semantic.isEmpty() ? "" : "\"name\":\"" + semantic + "\",", name);
  }

  private static String envelope(String table, int second, String op, String columns, String row) {
    long commit = Instant.parse("2026-01-14T12:00:00Z").toEpochMilli() + second * 1000L;
    return """
        {"schema":{"type":"struct","fields":[{"type":"struct","fields":[%s],"optional":true,\
        "name":"card-tx.public.%s.Value","field":"after"}],"optional":false,"name":"card-tx.public.%s.Envelope"},\
        "payload":{"before":null,"after":%s,"source":{"version":"2.7.0.Final","connector":"postgresql",\
        "name":"card-tx","ts_ms":%d,"snapshot":"false","db":"cardtxdb","sequence":"[null,\\"%d\\"]",\
        "schema":"public","table":"%s","txId":%d,"lsn":%d,"xmin":null},"op":"%s","ts_ms":%d,"transaction":null}}"""
        .formatted(
            columns,
            table,
            table,
            row,
            commit,
            1000 + second,
            table,
            700 + second,
            1000 + second,
            op,
            commit + 40);
  }
}
