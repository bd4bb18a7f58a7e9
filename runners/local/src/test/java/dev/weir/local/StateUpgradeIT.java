package dev.weir.local;

import static dev.weir.local.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import dev.weir.sessionservice.SessionService;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A job that goes on, from its savepoint, as a later version of Weir whose records of state have a
 * field more.
 */
@Timeout(180)
class StateUpgradeIT {
  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");
  private static final String FIELD =
      "{\"name\": \"channel\", \"type\": \"string\", \"default\": \"unknown\"}";
  private static final String[] OFTEN = {"--disorder=20s", "--checkpointingInterval=300"};

  /** Sessions are from countries that the session service knows nothing of. */
  private static final String HERE = "NZ";

  private static final String THERE = "IS";

  @TempDir private static Path folder;
  private static EmbeddedKafka kafka;
  private static EmbeddedFlink flink;
  private static SessionService service;
  private static FlinkRest rest;
  private static NextVersion next;

  @BeforeAll
  static void start() throws IOException {
    kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
    flink = EmbeddedFlink.start(folder, 4, 0);
    rest = new FlinkRest(flink);
    service = SessionService.start(SessionService.healthy(), 0);
    next =
        NextVersion.with(
            folder.resolve("next"),
            FIELD,
            Stream.of("UserInfo", "SessionInfo", "StoredEvent")
                .map(name -> "dev.weir.money." + name)
                .toList());
  }

  @AfterAll
  static void stop() {
    flink.close();
    service.close();
    kafka.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void theNextVersionGoesOnWithWhatThisOneKnew(String backend) throws IOException {
    String first = payment("p1", "s1", 1, "CASH");
    String waiting = payment("p2", "s2", 2, "CASH");
    String last = payment("p3", "s1", 10, "CASH");
    String buffered = payment("p4", "s3", 55, "CASH");
    String further = payment("p5", "s1", 95, "CASH");
    try (MoneyRun run = new MoneyRun(kafka, flink, service.uri(), "upgraded-" + backend)) {
      send(run, MoneyStream.USERS, born("b1", 0, 1987));
      send(run, MoneyStream.USERS, moved("a1", 0, "UY"));
      send(run, MoneyStream.SESSIONS, session("s1", 0, HERE));
      send(run, MoneyStream.WALLET, first, waiting, last);
      send(run, MoneyStream.SESSIONS, session("s3", 54, THERE));
      send(run, MoneyStream.WALLET, buffered);
      run.closeLogs(NOON.plusSeconds(60)).start(options(backend));
      List<String> before = List.of(enriched(first, HERE, true), enriched(last, HERE, false));
      eventually(run::lines, equalTo(before));
      String savepoint = rest.stopWithSavepoint(rest.job(), folder.resolve("savepoints").toUri());
      System.err.println(
          Inspection.run("--savepoint=" + savepoint, "--pipeline=money-enrichment", "--key=u1")
              .lines());

      try (Program job = next(run, backend, savepoint)) {
        send(run, MoneyStream.SESSIONS, session("s2", 90, THERE));
        send(run, MoneyStream.WALLET, further, first);
        run.closeLogs(NOON.plusSeconds(180));
        List<String> all = new ArrayList<>(before);
        all.add(enriched(waiting, THERE, false));
        all.add(enriched(buffered, THERE, false));
        all.add(enriched(further, HERE, false));
        eventually(await(job, run::lines), equalTo(all.stream().sorted().toList()));
        FlinkRest master = new FlinkRest(job.printed().get(0));
        String later = master.savepoint(master.job(), folder.resolve("savepoints").toUri());
        System.err.println(inspect(backend, later));
      }
      assertThat("asked for no session", service.stats().requests(), is(0L));
      assertThat(run.deadLetters(), is(0));
    }
  }

  private static Program next(MoneyRun run, String backend, String savepoint) {
    List<String> arguments = new ArrayList<>();
    arguments.add(folder.resolve("next").toString());
    arguments.add("money-enrichment");
    arguments.addAll(
        run.arguments(
            MoneyRun.with(
                options(backend), "--attachedMode=true", "--savepointPath=" + savepoint)));
    return next.start("upgraded-" + backend, FlinkProgram.class, arguments);
  }

  /** Fails at once where the program has ended. */
  private static Supplier<List<String>> await(Program job, Supplier<List<String>> lines) {
    return () -> {
      job.printed();
      return lines.get();
    };
  }

  private static List<String> inspect(String backend, String savepoint) {
    try (Program inspection =
        next.start(
            "upgraded-" + backend + "-inspected",
            Main.class,
            List.of(
                "inspect-state",
                "--savepoint=" + savepoint,
                "--pipeline=money-enrichment",
                "--key=u1"))) {
      return inspection.lines();
    }
  }

  private static void send(MoneyRun run, MoneyStream stream, String... events) {
    for (String event : events) {
      run.send(stream, "u1", event.getBytes(UTF_8));
    }
  }

  private static String payment(String id, String session, int second, String moneyType) {
    return event(
        "PaymentEvent",
        id,
        "'userSessionId':'%s','processedAt':'%s','amount':12.50,'currency':'UYU','openingBalance':100.00,'closingBalance':87.50,'moneyType':'%s','paymentRelatedThing':'order-1','isOldMoneyEvent':false"
            .formatted(session, NOON.plusSeconds(second), moneyType));
  }

  private static String session(String id, int second, String country) {
    return event(
        "UserSessionCreatedEvent",
        id,
        "'processedAt':'%s','clientCountryCode':'%s'".formatted(NOON.plusSeconds(second), country));
  }

  private static String born(String id, int second, int year) {
    return event(
        "ChangeBirthDateEvent",
        id,
        "'processedAt':'%s','birthYear':%d,'birthCityPlace':'Salto'"
            .formatted(NOON.plusSeconds(second), year));
  }

  private static String moved(String id, int second, String country) {
    return event(
        "ChangeAddressEvent",
        id,
        "'processedAt':'%s','address':'Plaza Chica 1','residentCountryCode':'%s','postalCode':'1'"
            .formatted(NOON.plusSeconds(second), country));
  }

  private static String event(String type, String id, String rest) {
    return "{'type':'%s','id':'%s','userId':'u1',%s}".formatted(type, id, rest).replace('\'', '"');
  }

  private static String enriched(String payment, String country, boolean first) {
    return "{\"money\":%s,\"userInfo\":{\"birthYear\":1987,\"residentCountryCode\":\"UY\"},\"sessionInfo\":{\"clientCountryCode\":\"%s\"},\"firstOccurrence\":%s}"
        .formatted(payment, country, first);
  }

  private static String[] options(String backend) {
    return backend.equals("heap")
        ? OFTEN
        : MoneyRun.with(
            OFTEN,
            "--stateBackend=rocksdb",
            "--stateBackendStoragePath=" + folder.resolve("checkpoints").toUri());
  }
}
