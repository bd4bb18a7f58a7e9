package dev.weir.it.cards;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.generate.CardActivity;
import dev.weir.generate.CardFiles;
import dev.weir.httpservice.Access;
import dev.weir.it.CommandRun;
import dev.weir.local.EmbeddedFlink;
import dev.weir.scoringservice.ScoringService;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From files to files: the results are right on every runner and for every order of lines. */
@Timeout(900)
class CardReplayIT {
  private static final int ORDERS = 6;
  private static final String DIRECT = "--runner=DirectRunner";
  private static final Instant NOON = Instant.parse("2026-01-14T12:00:00Z");

  /** A folder outside the checkout. */
  private static final Path BANK = Path.of("..", "..", "shared", "data", "bank");

  @TempDir private static Path folder;
  private static EmbeddedFlink flink;
  private static ScoringService scorer;

  @BeforeAll
  static void start() {
    flink = EmbeddedFlink.start(folder, 4, 0);
    scorer = ScoringService.start(ScoringService.healthy(), Access.open(), 0);
  }

  @AfterAll
  static void stop() {
    flink.close();
    scorer.close();
  }

  @Test
  void neitherTheOrderOfLinesNorMalformedLinesChangeARow() {
    CardFolder in = new CardFolder(folder.resolve("small"));
    for (int order = 0; order < ORDERS; order++) {
      in.write("customers-" + order + ".jsonl", shuffled(goldenCustomers(order), order));
      in.write("transactions-" + order + ".jsonl", shuffled(goldenTransactions(order), order));
    }
    in.write("customers-spoilt.jsonl", spoiltCustomers());
    in.write("transactions-spoilt.jsonl", spoiltTransactions());

    for (CardFolder run : List.of(direct(in), flink(in))) {
      SortedMap<String, String> spend = run.spend();
      SortedMap<String, String> enriched = CardFolder.there(run.enriched());
      for (int order = 0; order < ORDERS; order++) {
        String account = account(order);
        assertThat(account, of(account, spend), equalTo(goldenSpend()));
        assertThat(account, of(account, enriched), equalTo(of(account(0), enriched)));
      }
      assertThat(of(account(0), enriched), equalTo(goldenEnriched()));
      assertThat(CardFolder.there(run.pending()), is(Map.of()));
      assertThat(run.deadLetters(), equalTo(refused()));
      enriched.keySet().removeIf(id -> id.startsWith("ACC"));
      assertThat(enriched, equalTo(unharmed()));
      assertThat(of("ACCS", spend), is(aMapWithSize(2 + 3 + 4 + 24 + 1)));
      assertThat(of("ACCS", spend).values(), everyItem(matchesPattern(UNHARMED_WINDOW)));
    }
  }

  @Test
  void aBanksHistoryGivesWhatAPlainComputationGives() {
    assumeTrue(Files.isDirectory(BANK), "skipped: there is no ../shared/data/bank beside Weir");
    BankHistory bank = BankHistory.in(BANK);
    List<String> transactions = shuffled(bank.transactions(), 1);
    CardFolder in =
        new CardFolder(folder.resolve("bank"))
            .write("customers.jsonl", shuffled(bank.customers(), 1))
            .write("transactions.jsonl", transactions);
    CardTruth truth = new CardTruth(bank.customers(), bank.transactions());

    CardFolder direct = direct(in);
    CardFolder flink = flink(in);
    assertTrue(truth, direct);
    assertTrue(truth, flink);
    assertThat(flink.enriched(), equalTo(direct.enriched()));
    assertThat(flink.pending(), equalTo(direct.pending()));
    assertThat(truth.tooLate(), hasSize(greaterThan(20)));
    for (CardFolder run : List.of(direct, flink)) {
      assertThat(
          run.deadLetters().stream().map(l -> l.replaceFirst(" \\| [a-z ]*$", "")).toList(),
          equalTo(
              truth.tooLate().stream()
                  .map(change -> "transactions.jsonl:" + (1 + transactions.indexOf(change)))
                  .map(line -> line + " | measure-spend | TOO_LATE")
                  .sorted()
                  .toList()));
    }
  }

  @Test
  void aMadeUpHistoryGivesWhatAPlainComputationGives() throws IOException {
    Path made = folder.resolve("made-up");
    CardFiles.in(made).write(CardActivity.seeded(7, NOON).withRate(10).withCustomers(100), 2_500);
    CardFolder in = new CardFolder(made);
    CardTruth truth =
        new CardTruth(
            Files.readAllLines(made.resolve(CardFiles.CUSTOMERS)),
            Files.readAllLines(made.resolve(CardFiles.TRANSACTIONS)));

    CardFolder run = in.into("direct").run(scorer.uri(), DIRECT);
    assertTrue(truth, run);
    assertThat(run.deadLetters(), hasSize(truth.tooLate().size()));
    assertThat(truth.enriched().size() + truth.pending().size(), is(greaterThan(1_000)));
  }

  private static CardFolder direct(CardFolder in) {
    return in.into("direct").run(scorer.uri(), DIRECT, CommandRun.ONE_THREAD);
  }

  @Test
  void theRowsDoNotDependOnTheParallelism() throws IOException {
    Path made = folder.resolve("parallel");
    CardFiles.in(made).write(CardActivity.seeded(8, NOON).withRate(10).withCustomers(50), 800);
    CardFolder in = new CardFolder(made);

    CardFolder one = flink(in, 1);
    CardFolder four = flink(in, 4);

    assertThat(CardFolder.there(one.enriched()).size(), is(greaterThan(100)));
    assertThat(four.enriched(), equalTo(one.enriched()));
    assertThat(four.pending(), equalTo(one.pending()));
    assertThat(four.spend(), equalTo(one.spend()));
    assertThat(four.removals(), equalTo(one.removals()));
    assertThat(four.deadLetters(), equalTo(one.deadLetters()));
  }

  private static CardFolder flink(CardFolder in) {
    return flink(in, 2);
  }

  private static CardFolder flink(CardFolder in, int parallelism) {
    return in.into("flink-" + parallelism)
        .run(
            scorer.uri(),
            "--runner=FlinkRunner",
            "--flinkMaster=" + flink.master(),
            "--filesToStage=" + flink.filesToStage(),
            "--parallelism=" + parallelism);
  }

  private static void assertTrue(CardTruth truth, CardFolder run) {
    assertThat(difference(truth.enriched(), CardFolder.there(run.enriched())), is(Map.of()));
    assertThat(difference(truth.pending(), CardFolder.there(run.pending())), is(Map.of()));
    assertThat(difference(truth.spend(), run.spend()), is(Map.of()));
    assertThat(run.removals(), equalTo(truth.removals().values().stream().sorted().toList()));
  }

  /** Returns a few of the rows that differ. */
  private static SortedMap<String, String> difference(
      SortedMap<String, String> expected, SortedMap<String, String> actual) {
    SortedMap<String, String> keys = new TreeMap<>(expected);
    keys.putAll(actual);
    SortedMap<String, String> difference = new TreeMap<>();
    for (String key : keys.keySet()) {
      String right = expected.get(key);
      String row = actual.get(key);
      if (difference.size() < 5 && !(right != null && right.equals(row))) {
        difference.put(key, row + " and not " + right);
      }
    }
    return difference;
  }

  // Cases written by hand.

  private static final JsonNode GOLDEN = golden();

  private static String account(int order) {
    return "ACC00010" + order;
  }

  private static List<String> goldenTransactions(int order) {
    List<String> lines = new ArrayList<>();
    Map<String, ObjectNode> rows = new HashMap<>();
    for (JsonNode insert : GOLDEN.get("inserts")) {
      Instant commit = Instant.parse(insert.get("timestamp").textValue()).plusMillis(500);
      lines.add(goldenLine("c", commit, insert, order, rows));
    }
    for (JsonNode change : GOLDEN.get("changes")) {
      String clock = change.get("note").textValue().substring("commit ".length()).substring(0, 5);
      String op =
          change.get("amount").isNull()
              ? "d"
              : rows.containsKey(change.get("txn_id").textValue()) ? "u" : "c";
      Instant commit = Instant.parse("2026-01-14T" + clock + ":00Z");
      lines.add(goldenLine(op, commit, change, order, rows));
    }
    return lines;
  }

  private static String goldenLine(
      String op, Instant commit, JsonNode facts, int order, Map<String, ObjectNode> rows) {
    String id = facts.get("txn_id").textValue();
    ObjectNode row =
        op.equals("d")
            ? rows.get(id)
            : CardEvent.transaction(
                account(order) + "-" + id,
                account(order),
                Instant.parse(facts.get("timestamp").textValue()),
                facts.get("amount").textValue(),
                facts.get("status").textValue());
    rows.put(id, row);
    // Half of them without a position, so that the commit time decides.
    return new CardEvent(op, commit, order % 2 == 0 ? commit.getEpochSecond() : -1, row).line();
  }

  /** A customer who moves while the account is in use. */
  private static List<String> goldenCustomers(int order) {
    ObjectNode row = CardEvent.customer(account(order), "Ann", "Paris");
    return List.of(
        new CardEvent("r", Instant.parse("2026-01-14T07:00:00Z"), 1, row).line(),
        new CardEvent("u", Instant.parse("2026-01-14T08:00:00Z"), 2, row.put("city", "Rome"))
            .line());
  }

  private static SortedMap<String, String> goldenSpend() {
    SortedMap<String, String> rows = new TreeMap<>();
    for (JsonNode row : GOLDEN.get("final_rows")) {
      String key = row.get("window_type").textValue() + "/" + row.get("window_start").textValue();
      String line = row.toString().replaceAll("(_amount\":)\"([0-9.]+)\"", "$1$2").replace(" ", "");
      rows.put("/USD/" + key, line.replace(GOLDEN.get("account_number").textValue(), ""));
    }
    assertThat(rows, aMapWithSize(49));
    return rows;
  }

  /** The rows of an account, without its number. */
  private static SortedMap<String, String> of(String account, SortedMap<String, String> rows) {
    SortedMap<String, String> some = new TreeMap<>();
    rows.forEach(
        (key, row) -> {
          if (key.startsWith(account)) {
            some.put(key.substring(account.length()), row.replace(account, ""));
          }
        });
    return some;
  }

  private static List<String> shuffled(List<String> lines, int order) {
    List<String> shuffled = new ArrayList<>(lines);
    if (order > 0) {
      Collections.shuffle(shuffled, new Random(order));
    }
    return shuffled;
  }

  private static JsonNode golden() {
    try (InputStream in = CardReplayIT.class.getResourceAsStream("windows.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The transactions that are not deleted, the late one with the customer of its commit. */
  private static SortedMap<String, String> goldenEnriched() {
    SortedMap<String, String> rows = new TreeMap<>();
    for (String row :
        List.of(
            "t1 2026-01-14T07:09:24.625Z 198.44 COMPLETED Paris",
            "t2 2026-01-14T07:10:00Z 2.56 COMPLETED Rome",
            "t3 2026-01-14T07:14:59.999Z 100.00 FAILED Paris",
            "t5 2026-01-14T09:00:00Z 33.33 COMPLETED Rome",
            "t6 2026-01-14T07:09:30Z 10.00 COMPLETED Rome")) {
      String[] parts = row.split(" ");
      rows.put(
          "-" + parts[0],
          enriched(
              "-" + parts[0],
              "",
              parts[1],
              parts[2],
              parts[3],
              ",\"customer_name\":\"Ann\",\"email\":\"Ann@example.org\",\"city\":\""
                  + parts[4]
                  + "\""));
    }
    return rows;
  }

  private static String enriched(
      String id, String account, String timestamp, String amount, String status, String customer) {
    return "{\"txn_id\":\"%s\",\"account_number\":\"%s\",\"timestamp\":\"%s\",\"amount\":%s"
            .formatted(id, account, timestamp, amount)
        + ",\"currency\":\"USD\",\"merchant\":\"Grocer\",\"location\":\"Paris\",\"status\":\"%s\""
            .formatted(status)
        + ",\"transaction_type\":\"PURCHASE\""
        + customer
        + ",\"fraud_score\":0.1,\"fraud_category\":\"NORMAL\",\"risk_level\":\"LOW\"}";
  }

  // Malformed lines.

  private static final String NOT_JSON = "MALFORMED | not a single JSON object";

  private static List<String> spoiltTransactions() {
    ObjectNode row = CardEvent.transaction("s1", "ACCS", NOON, "5.00", "COMPLETED");
    String good = new CardEvent("c", NOON, 10, row).line();
    ObjectNode corrected = row.deepCopy().put("amount", "7.00");
    ObjectNode older = row.deepCopy().put("amount", "6.00");
    ObjectNode unknown = row.deepCopy().put("txn_id", "s8");
    return List.of(
        good,
        "not JSON",
        "",
        "null",
        "{\"schema\":null,\"payload\":null}",
        good,
        good.replace("\"op\":\"c\"", "\"op\":\"t\""),
        good.replace("s1", "s2").replace("\"COMPLETED\"", "null"),
        good.replace("s1", "s3").replace("\"5.00\"", "null"),
        good.replace("s1", "s4").replace("\"5.00\"", "\"5.001\""),
        new CardEvent("u", NOON.plusSeconds(9), 30, corrected).line(),
        new CardEvent("u", NOON.plusSeconds(5), 20, older).line(),
        good.replace("s1", "s5").replace("\"after\":{", "\"other\":{"),
        good.replace("s1", "s6").replace("\"ts_ms\":", "\"when\":"),
        "[]",
        good.replace("s1", "s7").replace("\"5.00\"", "5.5"),
        new CardEvent("d", NOON.plusSeconds(20), 40, unknown).line(),
        good.substring(0, 50));
  }

  private static List<String> spoiltCustomers() {
    ObjectNode row = CardEvent.customer("ACCS", "Sam", "Oslo");
    String good = new CardEvent("c", NOON.minusSeconds(60), 1, row).line();
    return List.of(
        good.replace("\"ACCS\"", "\" \""),
        good,
        good.replace("\"date_of_birth\":0", "\"date_of_birth\":\"1970-13-01\""),
        good.replace("\"2026-01-01T00:00:00Z\"", "\"yesterday\""),
        good.replace("\"Oslo\"", "7"));
  }

  /** Returns which lines are rejected, where and why; a JSON null is a tombstone. */
  private static List<String> refused() {
    return Stream.of(
            "customers-spoilt.jsonl:1 | parse-customers | MISSING_FIELD | account_number is"
                + " missing",
            "customers-spoilt.jsonl:3 | parse-customers | WRONG_TYPE | date_of_birth is not an"
                + " ISO-8601 time in UTC",
            "customers-spoilt.jsonl:4 | parse-customers | WRONG_TYPE | created_at is not an"
                + " ISO-8601 time with an offset",
            "customers-spoilt.jsonl:5 | parse-customers | WRONG_TYPE | city is not a string",
            "transactions-spoilt.jsonl:2 | parse-transactions | " + NOT_JSON,
            "transactions-spoilt.jsonl:7 | parse-transactions | INVALID_VALUE | op is not one of c,"
                + " r, u, d",
            "transactions-spoilt.jsonl:8 | parse-transactions | MISSING_FIELD | status is missing",
            "transactions-spoilt.jsonl:9 | parse-transactions | MISSING_FIELD | amount is missing",
            "transactions-spoilt.jsonl:10 | parse-transactions | INVALID_VALUE | amount has more"
                + " than 2 decimals",
            "transactions-spoilt.jsonl:13 | parse-transactions | MISSING_FIELD | after is missing",
            "transactions-spoilt.jsonl:14 | parse-transactions | MISSING_FIELD | source.ts_ms is"
                + " missing",
            "transactions-spoilt.jsonl:15 | parse-transactions | " + NOT_JSON,
            "transactions-spoilt.jsonl:17 | measure-spend | TOO_LATE | the counted amount of the"
                + " transaction is no longer in state",
            "transactions-spoilt.jsonl:18 | parse-transactions | " + NOT_JSON)
        .sorted()
        .toList();
  }

  /** The valid changes between them: the last change of s1, and s7. */
  private static SortedMap<String, String> unharmed() {
    String sam = ",\"customer_name\":\"Sam\",\"email\":\"Sam@example.org\",\"city\":\"Oslo\"";
    return new TreeMap<>(
        Map.of(
            "s1",
            enriched("s1", "ACCS", NOON.toString(), "7.00", "COMPLETED", sam),
            "s7",
            enriched("s7", "ACCS", NOON.toString(), "5.50", "COMPLETED", sam)));
  }

  private static final Pattern UNHARMED_WINDOW =
      Pattern.compile(
          ".*\"tx_count\":2,\"total_amount\":12.50,\"avg_amount\":6.25,\"min_amount\":5.50,"
              + "\"max_amount\":7.00}");
}
