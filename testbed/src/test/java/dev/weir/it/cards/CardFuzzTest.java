package dev.weir.it.cards;

import static dev.weir.it.FuzzedLines.counted;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.in;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.cardtransactions.CardTransactions;
import dev.weir.cardtransactions.CardTransactionsOptions;
import dev.weir.httpservice.Access;
import dev.weir.it.FuzzedLines;
import dev.weir.it.JsonAccidents;
import dev.weir.local.PipelineArguments;
import dev.weir.scoringservice.ScoringService;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.beam.sdk.PipelineResult;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever arrives as change events, the pipeline continues: each is a row, stale, a tombstone or a
 * dead letter, the counts add up, and no other row is affected. {@code -Dweir.fuzz.seed} sets the
 * first seed, {@code -Dweir.runs} the number of seeds.
 */
class CardFuzzTest {
  private static final long SEED = Long.getLong("weir.fuzz.seed", 20_260_109);
  private static final int TRANSACTIONS = 1_200;
  private static final int CUSTOMERS = 300;
  private static final int HEALTHY = 40;
  private static final int WINDOWS_OF_ONE = 2 + 3 + 4 + 24 + 1;
  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");

  /** The position of the log at noon. */
  private static final long LOG = 1_000_000;

  private static final List<String> LSNS =
      List.of(
          "\"lsn\":null",
          "\"lsn\":0",
          "\"lsn\":-1",
          "\"lsn\":5.5",
          "\"lsn\":1e400",
          "\"lsn\":\"7\"",
          "\"lsn\":9223372036854775807",
          "\"lsn\":9223372036854775808",
          "\"lsn\":7,\"sequence\":null",
          "\"lsn\":7,\"sequence\":\"[\\\"9223372036854775807\\\",\\\"-1\\\"]\"",
          "\"lsn\":7,\"sequence\":\"[null,\\\"x\\\"]\"",
          "\"lsn\":7,\"sequence\":[1,2,3]");

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<String> COLUMN_TYPES =
      List.of(
          "org.apache.kafka.connect.data.Decimal",
          "org.apache.kafka.connect.data.Date",
          "org.apache.kafka.connect.data.Time",
          "org.apache.kafka.connect.data.Timestamp",
          "io.debezium.data.VariableScaleDecimal",
          "io.debezium.time.Date",
          "io.debezium.time.Timestamp",
          "io.debezium.time.MicroTimestamp",
          "io.debezium.time.NanoTimestamp",
          "io.debezium.time.ZonedTimestamp",
          "io.debezium.time.Year",
          "no.such.Type");

  @TempDir private static Path folder;
  private static ScoringService scorer;

  @BeforeAll
  static void start() {
    scorer = ScoringService.start(ScoringService.healthy(), Access.open(), 0);
  }

  @AfterAll
  static void stop() {
    scorer.close();
  }

  static IntStream runs() {
    return IntStream.range(0, Integer.getInteger("weir.runs", 1));
  }

  @ParameterizedTest
  @MethodSource("runs")
  void everyInputBecomesARowAStaleChangeATombstoneOrADeadLetter(int run) {
    long seed = SEED + run;
    Random random = new Random(seed);
    Path here = folder.resolve("run-" + run);
    FuzzedLines customers = customers(random, here.resolve("in/customers.jsonl"));
    FuzzedLines transactions = transactions(random, here.resolve("in/transactions.jsonl"));

    PipelineResult result =
        CardTransactions.run(
            PipelineArguments.parse(
                CardTransactionsOptions.class,
                List.of(
                    "--runner=DirectRunner",
                    "--enforceImmutability=true",
                    "--enforceEncodability=true",
                    "--shards=8",
                    // Longer than a busy machine takes.
                    "--scoringTimeout=2m",
                    "--customers=" + customers.port(),
                    "--transactions=" + transactions.port(),
                    "--enriched=file:" + here.resolve("enriched"),
                    "--pending=file:" + here.resolve("pending"),
                    "--metrics=file:" + here.resolve("metrics"),
                    "--customerChanges=file:" + here.resolve("customer-changes"),
                    "--deadLetters=file:" + here.resolve("dead-letters"),
                    "--scoring=" + scorer.uri())));
    String what = "seed " + seed;
    assertThat(what, result.waitUntilFinish(), is(PipelineResult.State.DONE));

    List<JsonNode> deadLetters = FuzzedLines.json(here.resolve("dead-letters"));
    customers.refuse(deadLetters, "read-lines", "parse-customers");
    transactions.refuse(deadLetters, "read-lines", "parse-transactions");
    List<JsonNode> customerChanges = changes(customers.accepted());
    List<JsonNode> changes = changes(transactions.accepted());
    assertThat(what, changes.size(), is(greaterThan(TRANSACTIONS / 10)));
    assertThat(what, transactions.refused(), is(greaterThan(TRANSACTIONS / 10)));

    // Each line is counted, once.
    assertThat(
        what, counted(result, "records_read"), is(customers.parsed() + transactions.parsed()));
    assertThat(what, counted(result, "dead_letters"), is((long) deadLetters.size()));
    long applied =
        counted(result, "changes_created")
            + counted(result, "changes_read")
            + counted(result, "changes_updated")
            + counted(result, "changes_deleted");
    assertThat(what, applied, is((long) customerChanges.size() + changes.size()));
    long tooLate = deadLetters.size() - customers.refused() - transactions.refused();
    assertThat(what, tooLate, is(of("measure-spend", deadLetters)));
    assertThat(what, tooLate, is(lessThanOrEqualTo((long) changes.size())));

    // Each key has its row: the rest of its changes are stale, or earlier ones.
    Map<String, JsonNode> enriched = byKey(here.resolve("enriched"));
    Map<String, JsonNode> pending = byKey(here.resolve("pending"));
    Set<String> rows = new TreeSet<>(enriched.keySet());
    rows.addAll(pending.keySet());
    Set<String> keys = keys(changes, "txn_id");
    assertThat(what, rows, equalTo(keys));
    long keysOfAll = keys.size() + keys(customerChanges, "account_number").size();
    assertThat(what, applied - counted(result, "changes_stale"), greaterThanOrEqualTo(keysOfAll));
    assertThat(what, counted(result, "changes_stale"), is(greaterThan(0L)));
    List<JsonNode> removals = FuzzedLines.json(here.resolve("customer-changes"));
    assertThat(
        what,
        removals.stream().map(r -> r.get("account_number").textValue()).toList(),
        everyItem(in(keys(customerChanges, "account_number"))));

    assertHealthy(what, enriched, pending, here);
    List<String> removed = removals.stream().map(r -> r.get("account_number").textValue()).toList();
    for (int n = 3; n < HEALTHY; n += 4) {
      assertThat(what, removed, hasItem("healthy-account-" + n));
    }
  }

  private static long of(String stage, List<JsonNode> deadLetters) {
    return deadLetters.stream().filter(l -> l.get("stage").textValue().equals(stage)).count();
  }

  /** Without tombstones. */
  private static List<JsonNode> changes(List<JsonNode> accepted) {
    return accepted.stream()
        .map(
            record ->
                record.has("schema") && record.has("payload") ? record.get("payload") : record)
        .filter(envelope -> !envelope.isNull())
        .toList();
  }

  private static Set<String> keys(List<JsonNode> changes, String column) {
    Set<String> keys = new TreeSet<>();
    for (JsonNode change : changes) {
      String side = change.get("op").textValue().equals("d") ? "before" : "after";
      keys.add(change.get(side).get(column).textValue());
    }
    return keys;
  }

  private static Map<String, JsonNode> byKey(Path changelog) {
    Map<String, JsonNode> rows = new TreeMap<>();
    for (JsonNode row : FuzzedLines.json(changelog)) {
      JsonNode before = rows.put(row.get("txn_id").textValue(), row);
      assertThat("written twice: " + row, before == null, is(true));
    }
    return rows;
  }

  // Unaffected changes.

  /** Each fourth is completed, completed after it was pending, pending, of a deleted customer. */
  private static void addHealthyCustomers(List<String> lines) {
    for (int n = 0; n < HEALTHY; n++) {
      ObjectNode row = CardEvent.customer("healthy-account-" + n, "Ann", "Oslo");
      lines.add(new CardEvent("c", NOON.minusSeconds(60), 1_000 + n, row).line());
      if (n % 4 == 3) {
        lines.add(new CardEvent("d", NOON.plusSeconds(600), 9_000 + n, row).line());
      }
    }
  }

  private static void addHealthyTransactions(List<String> lines) {
    for (int n = 0; n < HEALTHY; n++) {
      String status = n % 4 == 1 || n % 4 == 2 ? "PENDING" : "COMPLETED";
      ObjectNode row =
          CardEvent.transaction(
              "healthy-" + n, "healthy-account-" + n, NOON.plusSeconds(n), "12.50", status);
      lines.add(new CardEvent("c", NOON.plusSeconds(n), 2_000 + n, row).line());
      if (n % 4 == 1) {
        row = row.deepCopy().put("status", "COMPLETED");
        lines.add(new CardEvent("u", NOON.plusSeconds(60 + n), 3_000 + n, row).line());
      }
    }
  }

  private static void assertHealthy(
      String what, Map<String, JsonNode> enriched, Map<String, JsonNode> pending, Path here) {
    Map<String, Integer> windows = new HashMap<>();
    for (JsonNode row : FuzzedLines.json(here.resolve("metrics"))) {
      String account = row.get("account_number").textValue();
      if (account.startsWith("healthy-account-")) {
        windows.merge(account, 1, Integer::sum);
        assertThat(row.toString(), row.get("tx_count").intValue(), is(1));
        assertThat(row.toString(), row.get("total_amount").decimalValue().toString(), is("12.50"));
      }
    }
    assertThat(what, windows, is(aMapWithSize(HEALTHY * 3 / 4)));
    assertThat(what, windows.values(), everyItem(is(WINDOWS_OF_ONE)));
    for (int n = 0; n < HEALTHY; n++) {
      JsonNode row = (n % 4 == 2 ? pending : enriched).get("healthy-" + n);
      assertThat(what, row.get("amount").decimalValue().toString(), is("12.50"));
      assertThat(what, row.get("status").textValue(), is(n % 4 == 2 ? "PENDING" : "COMPLETED"));
      if (n % 4 != 2) {
        assertThat(row.toString(), row.get("risk_level").textValue(), is("LOW"));
        assertThat(
            row.toString(), row.get("customer_name").textValue(), is(n % 4 == 3 ? null : "Ann"));
      }
    }
  }

  // Input.

  private static FuzzedLines customers(Random random, Path file) {
    List<String> healthy = new ArrayList<>();
    addHealthyCustomers(healthy);
    JsonAccidents accidents = new JsonAccidents(random, CardFuzzTest::isOfOneLog);
    return mixed(
        random,
        file,
        CUSTOMERS,
        healthy,
        () -> {
          String account = "a" + random.nextInt(60);
          return accidents.befall(envelope(random, CardEvent.customer(account, "Bob", "Rome")));
        });
  }

  private static FuzzedLines transactions(Random random, Path file) {
    List<String> healthy = new ArrayList<>();
    addHealthyTransactions(healthy);
    addStrangePositions(random, healthy);
    JsonAccidents accidents = new JsonAccidents(random, CardFuzzTest::isOfOneLog);
    return mixed(
        random,
        file,
        TRANSACTIONS,
        healthy,
        () -> {
          Instant time = NOON.minus(Duration.ofMinutes(random.nextInt(random.nextInt(30_000) + 1)));
          ObjectNode row =
              CardEvent.transaction(
                  "t" + random.nextInt(800),
                  "a" + random.nextInt(60),
                  time,
                  random.nextInt(2_000) + "." + (10 + random.nextInt(90)),
                  List.of("PENDING", "COMPLETED", "COMPLETED", "FAILED").get(random.nextInt(4)));
          return accidents.befall(envelope(random, row));
        });
  }

  private interface Arrival {
    byte[] next();
  }

  private static FuzzedLines mixed(
      Random random, Path file, int count, List<String> healthy, Arrival arrivals) {
    List<Integer> places = new ArrayList<>(IntStream.range(0, count).boxed().toList());
    Collections.shuffle(places, random);
    Map<Integer, String> at = new HashMap<>();
    for (int n = 0; n < healthy.size(); n++) {
      at.put(places.get(n), healthy.get(n));
    }
    FuzzedLines lines = new FuzzedLines(file);
    for (int n = 0; n < count; n++) {
      if (at.containsKey(n)) {
        lines.add(at.get(n));
      }
      lines.add(arrivals.next());
    }
    return lines.write();
  }

  private static ObjectNode envelope(Random random, ObjectNode row) {
    String op = List.of("c", "c", "u", "r", "d").get(random.nextInt(5));
    int seconds = random.nextInt(3_600);
    Instant commit = NOON.plusSeconds(seconds);
    long lsn = random.nextInt(4) == 0 ? -1 : LOG + 10 * seconds + random.nextInt(10);
    ObjectNode envelope = (ObjectNode) read(new CardEvent(op, commit, lsn, row).line());
    ObjectNode source = (ObjectNode) envelope.get("source");
    source.put("snapshot", op.equals("r") ? "true" : "false");
    if (lsn >= 0) {
      source.put("sequence", "[\"" + (lsn - random.nextInt(50)) + "\",\"" + lsn + "\"]");
    }
    return random.nextInt(4) == 0 ? wrapped(random, envelope) : envelope;
  }

  /**
   * Positions grow with the commits: if those of a row start over, the log belongs to another
   * cluster, and the job fails on purpose. Unusual positions are in separate rows.
   */
  private static boolean isOfOneLog(byte[] line) {
    JsonNode lsn;
    try {
      lsn = JSON.readTree(line).findPath("lsn");
    } catch (IOException e) {
      return true;
    }
    return !lsn.isNumber() || (lsn.asDouble() >= LOG && lsn.asDouble() < LOG + 40_000);
  }

  /** Each is in a row without other changes. */
  private static void addStrangePositions(Random random, List<String> lines) {
    for (String lsn : LSNS) {
      String id = "once-" + Long.toHexString(random.nextLong());
      ObjectNode row = CardEvent.transaction(id, "a1", NOON, "1.00", "COMPLETED");
      lines.add(new CardEvent("c", NOON, LOG, row).line().replace("\"lsn\":" + LOG, lsn));
    }
  }

  /** With a schema part, which often does not match the content. */
  private static ObjectNode wrapped(Random random, ObjectNode envelope) {
    ObjectNode record = JSON.createObjectNode();
    ObjectNode schema = record.putObject("schema").put("type", "struct");
    var sides = schema.putArray("fields");
    for (String side : List.of("before", "after")) {
      ObjectNode columns = sides.addObject().put("field", side).put("type", "struct");
      var fields = columns.putArray("fields");
      JsonNode row = envelope.get(side);
      for (var names = row.fieldNames(); names.hasNext(); ) {
        String name = names.next();
        ObjectNode column = fields.addObject().put("field", name).put("type", "string");
        boolean other = random.nextInt(6) == 0;
        if (other || name.equals("amount")) {
          String type = COLUMN_TYPES.get(other ? random.nextInt(COLUMN_TYPES.size()) : 0);
          column.put("type", type.endsWith("Decimal") ? "bytes" : "int64").put("name", type);
          column.putObject("parameters").put("scale", scale(random));
          ((ObjectNode) row).set(name, value(random, other ? null : "BOI="));
        } else if (name.equals("timestamp") || name.equals("created_at")) {
          column.put("name", "io.debezium.time.ZonedTimestamp");
        } else if (name.equals("date_of_birth")) {
          column.put("type", "int64").put("name", "io.debezium.time.Timestamp");
        }
      }
    }
    record.set("payload", envelope);
    return record;
  }

  private static String scale(Random random) {
    List<String> strange = List.of("0", "-2", "38", "2147483647", "-2147483648", "two");
    return random.nextInt(4) > 0 ? "2" : strange.get(random.nextInt(strange.size()));
  }

  private static JsonNode value(Random random, String usual) {
    if (usual != null && random.nextInt(4) > 0) {
      return JSON.getNodeFactory().textNode(usual);
    }
    return switch (random.nextInt(5)) {
      case 0 -> JSON.getNodeFactory().numberNode(random.nextInt(40_000));
      case 1 -> JSON.getNodeFactory().numberNode(1_767_614_400_000_000L);
      case 2 -> JSON.getNodeFactory().numberNode(random.nextLong());
      case 3 -> JSON.createObjectNode().put("scale", random.nextInt(9)).put("value", "BOI=");
      default -> JSON.getNodeFactory().textNode("1984");
    };
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
