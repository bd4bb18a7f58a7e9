package dev.weir.it.money;

import static dev.weir.it.FuzzedLines.counted;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.oneOf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.it.FuzzedLines;
import dev.weir.it.JsonAccidents;
import dev.weir.it.loans.LoanFiles;
import dev.weir.local.PipelineArguments;
import dev.weir.moneyenrichment.MoneyEnrichment;
import dev.weir.moneyenrichment.MoneyEnrichmentOptions;
import dev.weir.sessionservice.SessionService;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.beam.sdk.PipelineResult;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever arrives as events, the pipeline continues: each event is enriched, a duplicate, ignored
 * or a dead letter, the counts add up, and no other event is affected. {@code -Dweir.fuzz.seed}
 * sets the first seed, {@code -Dweir.runs} the number of seeds.
 */
class MoneyFuzzTest {
  private static final long SEED = Long.getLong("weir.fuzz.seed", 20_260_110);
  private static final int MOVEMENTS = 1_200;
  private static final int OTHERS = 400;
  private static final int HEALTHY = 20;
  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");
  private static final Set<String> WALLET = Set.of("PaymentEvent", "TransactionEvent");
  private static final Set<String> USERS = Set.of("ChangeAddressEvent", "ChangeBirthDateEvent");
  private static final Set<String> SESSIONS = Set.of("UserSessionCreatedEvent");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path folder;
  private static SessionService service;

  @BeforeAll
  static void start() {
    service =
        SessionService.start(SessionService.healthy().withLatency(Duration.ZERO, Duration.ZERO), 0);
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  static IntStream runs() {
    return IntStream.range(0, Integer.getInteger("weir.runs", 1));
  }

  @ParameterizedTest
  @MethodSource("runs")
  void everyInputIsEnrichedADuplicateIgnoredOrADeadLetter(int run) {
    long seed = SEED + run;
    Random random = new Random(seed);
    Path here = folder.resolve("run-" + run);
    FuzzedLines wallet =
        spoilt(random, here.resolve("in/wallet.jsonl"), MOVEMENTS, n -> movement(random, n));
    FuzzedLines users =
        spoilt(random, here.resolve("in/users.jsonl"), OTHERS, n -> change(random, n));
    FuzzedLines sessions =
        spoilt(random, here.resolve("in/sessions.jsonl"), OTHERS, n -> session(random, n));
    healthy(here);

    PipelineResult result =
        MoneyEnrichment.run(
            PipelineArguments.parse(
                MoneyEnrichmentOptions.class,
                List.of(
                    "--runner=DirectRunner",
                    "--enforceImmutability=true",
                    "--enforceEncodability=true",
                    "--shards=8",
                    // Longer than a busy machine takes.
                    "--sessionTimeout=2m",
                    "--wallet=file:" + here.resolve("in/wallet*.jsonl"),
                    "--users=file:" + here.resolve("in/users*.jsonl"),
                    "--sessions=file:" + here.resolve("in/sessions*.jsonl"),
                    "--enriched=file:" + here.resolve("enriched"),
                    "--deadLetters=file:" + here.resolve("dead-letters"),
                    "--sessionService=" + service.uri())));
    String what = "seed " + seed;
    assertThat(what, result.waitUntilFinish(), is(PipelineResult.State.DONE));

    List<JsonNode> deadLetters = FuzzedLines.json(here.resolve("dead-letters"));
    wallet.refuse(deadLetters, "read-lines", "parse-wallet");
    users.refuse(deadLetters, "read-lines", "parse-users");
    sessions.refuse(deadLetters, "read-lines", "parse-sessions");
    assertThat(
        what, deadLetters.size(), is(wallet.refused() + users.refused() + sessions.refused()));
    assertThat(what, counted(result, "dead_letters"), is((long) deadLetters.size()));
    assertThat(
        what,
        counted(result, "records_read"),
        is(wallet.parsed() + users.parsed() + sessions.parsed() + 3L * HEALTHY));
    assertThat(what, wallet.refused(), is(greaterThan(MOVEMENTS / 10)));

    List<JsonNode> movements = of(WALLET, wallet);
    assertThat(what, movements.size(), is(greaterThan(MOVEMENTS / 10)));
    long tombstones = Stream.of(wallet, users, sessions).mapToLong(MoneyFuzzTest::tombstones).sum();
    long ignored =
        Stream.of(wallet, users, sessions).mapToLong(lines -> lines.accepted().size()).sum()
            - tombstones
            - movements.size()
            - of(USERS, users).size()
            - of(SESSIONS, sessions).size();
    assertThat(what, counted(result, "events_ignored"), is(oneOf(ignored, ignored + tombstones)));

    List<JsonNode> enriched = FuzzedLines.json(here.resolve("enriched"));
    long duplicates = counted(result, "duplicates");
    assertThat(what, enriched.size() + duplicates, is((long) movements.size() + HEALTHY));
    assertThat(what, duplicates, is(greaterThan(0L)));
    Set<String> ids = ids(movements);
    ids.addAll(IntStream.range(0, HEALTHY).mapToObj(n -> "healthy-user-" + n + " p").toList());
    assertThat(what, ids(enriched.stream().map(e -> e.get("money")).toList()), equalTo(ids));
    long asked = counted(result, "sessions_asked");
    assertThat(
        what,
        counted(result, "sessions_from_stream") + asked + counted(result, "events_without_session"),
        is((long) enriched.size()));
    assertThat(
        what,
        counted(result, "sessions_found")
            + counted(result, "sessions_unknown")
            + counted(result, "sessions_unavailable"),
        is(asked));

    List<String> lines = LoanFiles.lines(here.resolve("enriched"));
    for (int n = 0; n < HEALTHY; n++) {
      assertThat(what, lines, hasItem(expected(n)));
    }
  }

  private static long tombstones(FuzzedLines lines) {
    return lines.accepted().stream().filter(record -> !record.has("type")).count();
  }

  private static List<JsonNode> of(Set<String> types, FuzzedLines lines) {
    return lines.accepted().stream()
        .filter(event -> types.contains(event.path("type").textValue()))
        .toList();
  }

  private static Set<String> ids(List<JsonNode> events) {
    Set<String> ids = new TreeSet<>();
    events.forEach(e -> ids.add(e.get("userId").textValue() + " " + e.get("id").textValue()));
    return ids;
  }

  // Unaffected events: those of users in other files.

  private static void healthy(Path here) {
    FuzzedLines wallet = new FuzzedLines(here.resolve("in/wallet-healthy.jsonl"));
    FuzzedLines users = new FuzzedLines(here.resolve("in/users-healthy.jsonl"));
    FuzzedLines sessions = new FuzzedLines(here.resolve("in/sessions-healthy.jsonl"));
    for (int n = 0; n < HEALTHY; n++) {
      Instant at = NOON.plusSeconds(n);
      wallet.add(payment(n, at));
      users.add(address("a", "healthy-user-" + n, at.minusSeconds(30), "UY").toString());
      sessions.add(begun("s-" + n, "healthy-user-" + n, at.minusSeconds(20), "BR").toString());
    }
    wallet.write();
    users.write();
    sessions.write();
  }

  private static String payment(int n, Instant at) {
    return ("{\"type\":\"PaymentEvent\",\"id\":\"p\",\"userId\":\"healthy-user-%d\","
            + "\"userSessionId\":\"s-%d\",\"processedAt\":\"%s\",\"amount\":12.50,"
            + "\"currency\":\"UYU\",\"openingBalance\":100.00,\"closingBalance\":87.50,"
            + "\"moneyType\":\"CASH\",\"paymentRelatedThing\":{\"a\":1},"
            + "\"isOldMoneyEvent\":false}")
        .formatted(n, n, at);
  }

  private static String expected(int n) {
    return "{\"money\":"
        + payment(n, NOON.plusSeconds(n))
        + ",\"userInfo\":{\"residentCountryCode\":\"UY\"},"
        + "\"sessionInfo\":{\"clientCountryCode\":\"BR\"},\"firstOccurrence\":true}";
  }

  // Input.

  private static FuzzedLines spoilt(
      Random random, Path file, int count, IntFunction<ObjectNode> events) {
    JsonAccidents accidents = new JsonAccidents(random, bytes -> true);
    FuzzedLines lines = new FuzzedLines(file);
    for (int n = 0; n < count; n++) {
      lines.add(accidents.befall(events.apply(n)));
    }
    return lines.write();
  }

  private static ObjectNode movement(Random random, int n) {
    String type = random.nextBoolean() ? "PaymentEvent" : "TransactionEvent";
    ObjectNode event = event(type, "p" + random.nextInt(MOVEMENTS), user(random), at(random, n));
    event
        .put("amount", new BigDecimal("12.50"))
        .put("currency", "UYU")
        .put("openingBalance", new BigDecimal("100.00"))
        .put("closingBalance", new BigDecimal("87.50"))
        .put("moneyType", List.of("CASH", "BONUS", "LOAN").get(random.nextInt(3)));
    String thing = type.equals("PaymentEvent") ? "payment" : "transaction";
    event.putObject(thing + "RelatedThing").put("a", 1).putArray("b").add(2.5).addNull();
    if (random.nextInt(4) > 0) {
      event.put("userSessionId", "s" + random.nextInt(200));
    }
    return event.put("isOldMoneyEvent", random.nextInt(10) == 0);
  }

  private static ObjectNode change(Random random, int n) {
    Instant at = at(random, 3 * n);
    return switch (random.nextInt(3)) {
      case 0 -> address("a" + random.nextInt(OTHERS), user(random), at, "UY");
      case 1 ->
          event("ChangeBirthDateEvent", "b" + random.nextInt(OTHERS), user(random), at)
              .put("birthYear", String.valueOf(1940 + random.nextInt(60)))
              .put("birthCityPlace", "Salto");
      default ->
          event("ChangeBirthDateEvent", "b" + random.nextInt(OTHERS), user(random), at)
              .put("birthYear", 1940 + random.nextInt(60));
    };
  }

  private static ObjectNode session(Random random, int n) {
    ObjectNode event = begun("s" + random.nextInt(200), user(random), at(random, 3 * n), "BR");
    return random.nextInt(5) == 0 ? event.put("type", "UserSessionClosedEvent") : event;
  }

  private static ObjectNode begun(String id, String user, Instant at, String country) {
    return event("UserSessionCreatedEvent", id, user, at).put("clientCountryCode", country);
  }

  private static ObjectNode address(String id, String user, Instant at, String country) {
    return event("ChangeAddressEvent", id, user, at)
        .put("address", "Calle 1")
        .put("residentCountryCode", country)
        .put("postalCode", "11000");
  }

  private static ObjectNode event(String type, String id, String user, Instant at) {
    return JSON.createObjectNode()
        .put("type", type)
        .put("id", id)
        .put("userId", user)
        .put("processedAt", at.toString());
  }

  private static String user(Random random) {
    return "u" + random.nextInt(50);
  }

  /** In the order of the file, except for some seconds of disorder and some late events. */
  private static Instant at(Random random, int n) {
    int late = random.nextInt(50) == 0 ? 600 : 15;
    return NOON.plusSeconds(n).minusMillis(random.nextInt(late * 1_000));
  }
}
