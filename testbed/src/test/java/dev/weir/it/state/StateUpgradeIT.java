package dev.weir.it.state;

import static dev.weir.testing.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasEntry;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.embedded.EmbeddedKafka;
import dev.weir.generate.MoneyStream;
import dev.weir.it.FlinkProgram;
import dev.weir.it.Program;
import dev.weir.it.money.MoneyRun;
import dev.weir.local.EmbeddedFlink;
import dev.weir.local.FlinkRest;
import dev.weir.local.Main;
import dev.weir.sessionservice.SessionService;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A job that continues, from its savepoint, as a later version of Weir whose records in state have
 * an additional field.
 */
@Timeout(900)
class StateUpgradeIT {
  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FIELD = "{'name':'channel','type':'string','default':'unknown'}";

  /** The value of the new field in older records. */
  private static final String UNKNOWN = "'channel':'unknown',";

  /** The time of a log that is read to its end stops for a quarter of it: longer than a test. */
  private static final Duration DISORDER = Duration.ofHours(1);

  private static final String[] OFTEN = {"--disorder=1h", "--checkpointingInterval=300"};

  /** Sessions are from countries that the session service does not return. */
  private static final String HERE = "NZ";

  private static final String THERE = "IS";

  @TempDir private static Path folder;
  private static EmbeddedKafka kafka;
  private static EmbeddedFlink flink;
  private static SessionService service;
  private static FlinkRest rest;
  private static NextVersion next;

  @BeforeAll
  static void start() throws IOException, ClassNotFoundException {
    kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
    flink = EmbeddedFlink.start(folder, 4, 0);
    rest = new FlinkRest(flink);
    service = SessionService.start(SessionService.healthy(), 0);
    next =
        NextVersion.with(
            folder.resolve("next"),
            text(FIELD),
            List.of(
                "dev.weir.money.UserInfo",
                "dev.weir.money.SessionInfo",
                "dev.weir.money.StoredEvent"));
  }

  @AfterAll
  static void stop() {
    flink.close();
    service.close();
    kafka.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void theNextVersionContinuesWithTheStateOfThisOne(String backend) throws IOException {
    String first = payment("p1", "s1", 1);
    String waiting = payment("p2", "s2", 2);
    String last = payment("p3", "s1", 10);
    String buffered = payment("p4", "s3", 55);
    String further = payment("p5", "s1", 95);
    try (MoneyRun run = new MoneyRun(kafka, flink, service.uri(), "upgraded-" + backend)) {
      send(run, MoneyStream.USERS, birthDate("b1", 0), address("a1", 0));
      send(run, MoneyStream.SESSIONS, session("s1", 0, HERE), session("s3", 54, THERE));
      send(run, MoneyStream.WALLET, first, waiting, last, buffered);
      run.closeLogs(NOON.plus(DISORDER).plusSeconds(40)).start(options(backend));
      List<String> before = List.of(enriched(first, HERE, true), enriched(last, HERE, false));
      eventually(run::lines, equalTo(before));
      String savepoint = rest.stopWithSavepoint(rest.job(), savepoints());
      assertThat(
          known(Inspection.run(inspect(savepoint)).lines()),
          allOf(
              hasEntry("UserInfo/u1/", userInfo("")),
              hasEntry("SessionInfo/u1/s1", sessionInfo("", 0, HERE)),
              hasKey("WaitingMoney/u1/#s2"),
              hasKey("KeptTimes/u1/2p1"),
              hasKey(bucket(54)),
              hasKey(bucket(55))));

      send(run, MoneyStream.SESSIONS, session("s2", 90, THERE));
      send(run, MoneyStream.WALLET, further, first);
      run.closeLogs(NOON.plus(DISORDER).plusSeconds(180));
      List<String> all =
          List.of(
              before.get(0),
              enriched(waiting, THERE, false),
              before.get(1),
              enriched(buffered, THERE, false),
              enriched(further, HERE, false));
      try (Program job = goOn(run, backend, savepoint)) {
        eventually(() -> linesWhile(job, run), equalTo(all));
        FlinkRest there = new FlinkRest(job.printed().get(0));
        String later = there.savepoint(there.job(), savepoints());
        assertThat(
            known(inspectThere(backend, later)),
            allOf(
                hasEntry("UserInfo/u1/", userInfo(UNKNOWN)),
                hasEntry("SessionInfo/u1/s1", sessionInfo(UNKNOWN, 0, HERE)),
                hasEntry("SessionInfo/u1/s2", sessionInfo(UNKNOWN, 90, THERE)),
                not(hasKey("WaitingMoney/u1/#s2")),
                not(hasKey(bucket(55)))));
      }
      assertThat(run.lines(), equalTo(all));
      assertThat(run.deadLetters().size(), is(0));
      assertThat("every session came from the stream", service.stats().requests(), is(0L));
    }
  }

  private static URI savepoints() {
    return folder.resolve("savepoints").toUri();
  }

  private static Program goOn(MoneyRun run, String backend, String savepoint) throws IOException {
    Path files = Files.createDirectory(folder.resolve("later-" + backend));
    List<String> arguments = new ArrayList<>(List.of(files.toString(), "money-enrichment"));
    arguments.addAll(
        run.arguments(
            MoneyRun.with(
                options(backend),
                "--attachedMode=true",
                "--savepointPath=" + savepoint,
                // The check before the start would ask for a session.
                "--sessionPatience=0s")));
    return next.start("upgraded-" + backend, FlinkProgram.class, arguments);
  }

  /** Fails immediately if the program has ended. */
  private static List<String> linesWhile(Program job, MoneyRun run) {
    job.printed();
    return run.lines();
  }

  private static String[] inspect(String savepoint) {
    return new String[] {"--savepoint=" + savepoint, "--pipeline=money-enrichment", "--key=u1"};
  }

  private static List<String> inspectThere(String backend, String savepoint) {
    List<String> arguments = new ArrayList<>(List.of("inspect-state"));
    arguments.addAll(List.of(inspect(savepoint)));
    try (Program inspection =
        next.start("upgraded-" + backend + "-inspected", Main.class, arguments)) {
      return inspection.lines();
    }
  }

  /** Returns the values of map states by entry. */
  private static Map<String, String> known(List<String> lines) throws IOException {
    Map<String, String> known = new TreeMap<>();
    for (String line : lines) {
      JsonNode json = JSON.readTree(line);
      known.put(json.path("entry").asText(), json.path("value").toString());
    }
    return known;
  }

  /** The entry of the events that wait for a second to pass. */
  private static String bucket(int second) {
    return NOON.plusSeconds(second).toEpochMilli() + "+1000/0";
  }

  private static String userInfo(String added) {
    return text(
        "{%s'birth_years':[{'since':%d,'birth_year':1987}],'countries':[{'since':%d,'code':'UY'}],"
            + "'money_types':['CASH']}",
        added, NOON.toEpochMilli(), NOON.toEpochMilli());
  }

  private static String sessionInfo(String added, int second, String country) {
    return text(
        "{%s'processed_at':%d,'client_country_code':'%s'}",
        added, NOON.plusSeconds(second).toEpochMilli(), country);
  }

  private static void send(MoneyRun run, MoneyStream stream, String... events) {
    for (String event : events) {
      run.send(stream, "u1", event.getBytes(UTF_8));
    }
  }

  private static String payment(String id, String session, int second) {
    return text(
        "{'type':'PaymentEvent','id':'%s','userId':'u1','userSessionId':'%s','processedAt':'%s',"
            + "'amount':12.5,'currency':'UYU','openingBalance':100,'closingBalance':87.5,"
            + "'moneyType':'CASH','paymentRelatedThing':'order-1','isOldMoneyEvent':false}",
        id, session, NOON.plusSeconds(second));
  }

  private static String enriched(String payment, String country, boolean first) {
    return text(
        "{'money':%s,'userInfo':{'birthYear':'1987','residentCountryCode':'UY'},"
            + "'sessionInfo':{'clientCountryCode':'%s'},'firstOccurrence':%s}",
        payment, country, first);
  }

  private static String session(String id, int second, String country) {
    return text(
        "{'type':'UserSessionCreatedEvent','id':'%s','userId':'u1','processedAt':'%s',"
            + "'clientCountryCode':'%s'}",
        id, NOON.plusSeconds(second), country);
  }

  private static String birthDate(String id, int second) {
    return text(
        "{'type':'ChangeBirthDateEvent','id':'%s','userId':'u1','processedAt':'%s',"
            + "'birthYear':1987,'birthCityPlace':'Salto'}",
        id, NOON.plusSeconds(second));
  }

  private static String address(String id, int second) {
    return text(
        "{'type':'ChangeAddressEvent','id':'%s','userId':'u1','processedAt':'%s',"
            + "'address':'Plaza Chica 1','residentCountryCode':'UY','postalCode':'10000'}",
        id, NOON.plusSeconds(second));
  }

  private static String text(String json, Object... values) {
    return json.formatted(values).replace('\'', '"');
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
