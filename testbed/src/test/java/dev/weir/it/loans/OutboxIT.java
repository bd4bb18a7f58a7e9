package dev.weir.it.loans;

import static dev.weir.testing.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.bureaumock.BureauMock;
import dev.weir.embedded.EmbeddedConnect;
import dev.weir.embedded.EmbeddedDatabase;
import dev.weir.embedded.EmbeddedStack;
import dev.weir.it.Program;
import dev.weir.it.Tape;
import dev.weir.loan.LoanApplication;
import dev.weir.outbox.LoanRequest;
import dev.weir.outbox.LoanRequests;
import dev.weir.outbox.Outbox;
import dev.weir.outbox.OutboxEvent;
import dev.weir.outbox.OutboxWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A lender's application commits loan requests and their events; Debezium publishes the events, and
 * loan-decisions reads them.
 */
@Timeout(900)
class OutboxIT {
  private static final int APPLICANTS = 5;

  /** Connect stores offsets only when it is stopped, so a kill repeats all that came since. */
  private static final Map<String, String> NO_OFFSETS_BEFORE_THE_END =
      Map.of("offset.flush.interval.ms", Long.toString(Duration.ofHours(1).toMillis()));

  @TempDir private static Path folder;
  private static EmbeddedStack stack;
  private static EmbeddedDatabase database;
  private static LenderDatabase lender;
  private static EmbeddedConnect connect;

  @BeforeAll
  static void start() throws SQLException {
    stack =
        EmbeddedStack.start(
            folder,
            0,
            0,
            BureauMock.healthy().withLatency(Duration.ofMillis(1), Duration.ofMillis(5)),
            2,
            0);
    database = EmbeddedDatabase.start(folder.resolve("postgres"), 0);
    Outbox.create(database);
    lender = new LenderDatabase(database);
    connect =
        EmbeddedConnect.start(
            folder.resolve("connect"),
            stack.kafka(),
            database,
            Outbox.connector(database, NO_OFFSETS_BEFORE_THE_END));
  }

  @AfterAll
  static void stop() {
    Stream.of(connect, database, stack).forEach(OutboxIT::close);
  }

  @BeforeEach
  void emptyTheOutbox() {
    lender.execute("delete from outbox");
  }

  @Test
  void everyCommittedRequestIsDecidedOnceHoweverOftenConnectIsKilled() {
    String name = Outbox.TOPIC_PREFIX + "kills";
    List<LoanRequest> requests = requests(1, 200);
    try (LoanRun run = new LoanRun(stack, name).start();
        Tape topic = new Tape(stack.kafka(), run.applications())) {
      submit(type(run), requests.subList(0, 20));
      eventually(topic::size, is(lender.committed(requests).size()));
      // An orderly stop stores the offset that every later start begins with.
      connect.close();
      resume();
      for (int kill = 0; kill < 2; kill++) {
        int before = topic.size();
        List<LoanRequest> running = requests.subList(20 + kill * 90, 90 + kill * 90);
        List<LoanRequest> down = requests.subList(90 + kill * 90, 110 + kill * 90);
        CompletableFuture<Void> writing = submitTogether(type(run), running);
        eventually(topic::size, is(greaterThan(before)));
        connect.kill();
        writing.join();
        submit(type(run), down);
        // The log alone has these events now.
        lender.execute("delete from outbox");
        resume();
      }

      List<LoanRequest> committed = lender.committed(requests);
      eventually(() -> requestIds(topic), equalTo(ids(committed)));
      int repeats = topic.size() - committed.size();
      assertThat("repeats", repeats, is(greaterThan(0)));
      eventually(run::duplicates, is((long) repeats));
      eventually(() -> run.decisions().size(), is(committed.size()));
      assertThat(new TreeSet<>(run.decisions().lines()), equalTo(decisions(committed)));
      assertThat(run.deadLetters().lines(), is(empty()));
      assertThat(byApplicant(topic), equalTo(lender.byApplicant(committed)));
    }
  }

  @Test
  void aKilledApplicationLeavesARequestAndItsEventOrNeither() {
    String name = Outbox.TOPIC_PREFIX + "killed";
    List<LoanRequest> requests = requests(2, OutboxRun.COMMITTED + 3, OutboxRun.APPLICANTS);
    LoanRequest next = requests.get(OutboxRun.COMMITTED + 2);
    try (LoanRun run = new LoanRun(stack, name).start();
        Tape topic = new Tape(stack.kafka(), run.applications())) {
      try (Program application =
          Program.start(
              "outbox", OutboxRun.class, Map.of(), List.of(database.jdbcUrl(), type(run), "2"))) {
        eventually(application::printed, hasItem(OutboxRun.OPEN));
      }
      // The application again, after its restart: the last event on the topic.
      try (OutboxWriter restarted = writer()) {
        restarted.submit(next, type(run));
      }

      List<LoanRequest> kept = new ArrayList<>(requests.subList(0, OutboxRun.COMMITTED));
      kept.add(next);
      eventually(() -> requestIds(topic), hasItem(next.requestId()));
      assertThat(requestIds(topic), equalTo(ids(kept)));
      assertThat(topic.size(), is(kept.size()));
      assertThat(ids(lender.committed(requests)), equalTo(ids(kept)));
      eventually(() -> new TreeSet<>(run.decisions().lines()), equalTo(decisions(kept)));
    }
  }

  @Test
  void deletedAndUpdatedRowsGiveNoRecord() throws IOException {
    // As a publication of every operation, which is PostgreSQL's default.
    lender.execute("alter publication outbox set (publish = 'insert, update, delete, truncate')");
    String type = "cleaned";
    List<LoanRequest> requests = requests(3, 24);
    try (Tape topic = topic(type);
        OutboxWriter writer = OutboxWriter.open(database.jdbcUrl(), database.user())) {
      OutboxWriter deleting = writer.withEventsDeleted();
      requests.subList(0, 8).forEach(request -> deleting.submit(request, type));
      assertThat("rows", lender.query("select id from outbox"), is(empty()));
      requests.subList(8, 16).forEach(request -> writer.submit(request, type));
      lender.execute("update outbox set type = 'Changed'", "delete from outbox");
      requests.subList(16, 24).forEach(request -> writer.submit(request, type));

      eventually(() -> requestIds(topic), equalTo(ids(requests)));
      assertThat(topic.records(), hasSize(requests.size()));
      List<String> log = Files.readAllLines(connect.log(), UTF_8);
      assertThat(
          log.stream().filter(line -> line.contains("Unexpected update message received")).count(),
          is(8L));
      connect.check();
    } finally {
      lender.execute("alter publication outbox set (publish = 'insert')");
    }
  }

  @Test
  void afterItsSlotIsLostTheConnectorReadsTheRowsThatAreStillThere() {
    String name = Outbox.TOPIC_PREFIX + "lost";
    List<LoanRequest> requests = requests(4, 60);
    try (LoanRun run = new LoanRun(stack, name).start();
        Tape topic = new Tape(stack.kafka(), run.applications())) {
      submitTogether(type(run), requests.subList(0, 30)).join();
      int published = lender.committed(requests).size();
      eventually(topic::size, is(published));
      connect.close();
      submitTogether(type(run), requests.subList(30, 60)).join();
      cleaned();
      loseSlot();
      int rows = cleaned().size();
      lender.execute("select pg_drop_replication_slot('outbox')");
      resume();

      List<LoanRequest> committed = lender.committed(requests);
      eventually(() -> requestIds(topic), equalTo(ids(committed)));
      eventually(topic::size, is(published + rows));
      eventually(run::duplicates, is((long) (published + rows - committed.size())));
      eventually(() -> run.decisions().size(), is(committed.size()));
      assertThat(new TreeSet<>(run.decisions().lines()), equalTo(decisions(committed)));
      assertThat(byApplicant(topic), equalTo(lender.byApplicant(committed)));
    }
  }

  @Test
  void theCleanerDeletesWhatTheConnectorHasConfirmed() {
    String type = "confirmed";
    List<LoanRequest> requests = requests(7, 12);
    try (Tape topic = topic(type)) {
      submit(type, requests);
      int events = lender.committed(requests).size();
      eventually(topic::size, is(events));
      // They are on the topic, but the connector has stored no offset.
      assertThat(cleaned(), hasSize(events));

      connect.close();
      connect = resumed(Map.of("offset.flush.interval.ms", "500"));

      eventually(OutboxIT::cleaned, is(empty()));
      assertThat(topic.size(), is(events));
    }
  }

  @Test
  void anEventIsTheBytesOfItsPayloadUnderItsAggregateOnTheTopicOfItsType() {
    byte[] json =
        "{\"city\":\"Zürich\",\"limit\":12345678901234567.10,\"note\":null}".getBytes(UTF_8);
    OutboxEvent customer =
        new OutboxEvent(UUID.randomUUID(), "routed-customers", "C7", "CustomerMoved", json);
    OutboxEvent largest =
        new OutboxEvent(
            UUID.randomUUID(), "routed-files", "F1", "FileReceived", new byte[1_000_000]);
    OutboxEvent application = requests(5, 1).get(0).event("routed-applications");
    for (OutboxEvent event : List.of(application, customer, largest)) {
      try (Tape topic = topic(event.aggregateType());
          OutboxWriter writer = writer()) {
        writer.insert(event);
        writer.commit();

        eventually(topic::size, is(1));
        ConsumerRecord<byte[], byte[]> record = topic.records().get(0);
        assertThat(new String(record.key(), UTF_8), is(event.aggregateId()));
        assertThat(record.value(), is(event.payload()));
        assertThat(header(record, "id"), is(event.id().toString()));
        assertThat(header(record, "eventType"), is(event.type()));
      }
    }
  }

  @Test
  void theTableRejectsEventsThatWouldStopTheConnector() {
    try (OutboxWriter writer = writer()) {
      IllegalStateException noTopic =
          assertThrows(
              IllegalStateException.class,
              () -> writer.submit(requests(6, 1).get(0), "loan applications"));
      IllegalStateException tooLarge =
          assertThrows(
              IllegalStateException.class,
              () ->
                  writer.insert(
                      new OutboxEvent(UUID.randomUUID(), "a", "b", "c", new byte[1_000_001])));

      assertThat(noTopic.getMessage(), containsString("outbox_aggregatetype_check"));
      assertThat(tooLarge.getMessage(), containsString("outbox_payload_check"));
    }
  }

  private static void close(AutoCloseable part) {
    try {
      if (part != null) {
        part.close();
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void resume() {
    connect = resumed(NO_OFFSETS_BEFORE_THE_END);
  }

  private static EmbeddedConnect resumed(Map<String, String> worker) {
    return EmbeddedConnect.resume(
        folder.resolve("connect"), stack.kafka(), database, Outbox.connector(database, worker));
  }

  /** Cleans the outbox of all events, however young, and returns those that are still there. */
  private static List<String> cleaned() {
    return lender.query(
        // Logs which transactions are still running; the slot's catalog_xmin follows from that.
        "checkpoint", Outbox.cleaner("0 hours"), "select id from outbox");
  }

  /**
   * Lets the database discard the log that the slot needs, as it does when its limit is reached.
   */
  private static void loseSlot() {
    lender.execute("alter system set max_slot_wal_keep_size = '1MB'", "select pg_reload_conf()");
    eventually(
        () ->
            lender.query(
                "select pg_logical_emit_message(false, 'weir', 'fill')::text",
                "select pg_switch_wal()::text",
                "checkpoint",
                "select wal_status from pg_replication_slots where slot_name = 'outbox'"),
        is(List.of("lost")));
    lender.execute("alter system set max_slot_wal_keep_size = '4GB'", "select pg_reload_conf()");
  }

  /** Submits requests; every sixth is rolled back with its event. */
  private static void submit(String type, List<LoanRequest> requests) {
    int n = 0;
    try (OutboxWriter writer = writer()) {
      for (LoanRequest request : requests) {
        if (++n % 6 == 0) {
          writer.insert(request);
          writer.insert(request.event(type));
          writer.rollback();
        } else {
          writer.submit(request, type);
        }
      }
    }
  }

  /** Submits requests as two instances of an application do, at the same time. */
  private static CompletableFuture<Void> submitTogether(String type, List<LoanRequest> requests) {
    List<LoanRequest> one = new ArrayList<>();
    List<LoanRequest> other = new ArrayList<>();
    requests.forEach(request -> (one.size() > other.size() ? other : one).add(request));
    return CompletableFuture.allOf(
        CompletableFuture.runAsync(() -> submit(type, one)),
        CompletableFuture.runAsync(() -> submit(type, other)));
  }

  private static List<LoanRequest> requests(long seed, int count) {
    return requests(seed, count, APPLICANTS);
  }

  private static List<LoanRequest> requests(long seed, int count, int applicants) {
    Iterator<LoanRequest> requests = LoanRequests.seeded(seed, Loan.NOON, applicants).iterator();
    return Stream.generate(requests::next).limit(count).toList();
  }

  private static OutboxWriter writer() {
    return OutboxWriter.open(database.jdbcUrl(), Outbox.APPLICATION);
  }

  /** Returns the aggregate type whose events a run reads. */
  private static String type(LoanRun run) {
    return run.applications().substring(Outbox.TOPIC_PREFIX.length());
  }

  private static Tape topic(String type) {
    stack.createTopics(Outbox.TOPIC_PREFIX + type);
    return new Tape(stack.kafka(), Outbox.TOPIC_PREFIX + type);
  }

  private static Set<String> requestIds(Tape topic) {
    Set<String> ids = new TreeSet<>();
    topic.records().forEach(record -> ids.add(requestId(record)));
    return ids;
  }

  private static Set<String> ids(List<LoanRequest> requests) {
    Set<String> ids = new TreeSet<>();
    requests.forEach(request -> ids.add(request.requestId()));
    return ids;
  }

  private static Set<String> decisions(List<LoanRequest> requests) {
    Set<String> decisions = new TreeSet<>();
    requests.forEach(request -> decisions.add(Loan.of(request.application()).decision()));
    return decisions;
  }

  /** Returns the requests of each key in the order of the topic, without repeats. */
  private static Map<String, List<String>> byApplicant(Tape topic) {
    Map<String, Set<String>> first = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : topic.records()) {
      first
          .computeIfAbsent(new String(record.key(), UTF_8), key -> new LinkedHashSet<>())
          .add(requestId(record));
    }
    Map<String, List<String>> ordered = new TreeMap<>();
    first.forEach((applicant, ids) -> ordered.put(applicant, List.copyOf(ids)));
    return ordered;
  }

  private static String requestId(ConsumerRecord<byte[], byte[]> record) {
    try {
      return LoanApplication.getDecoder().decode(record.value()).getRequestId();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }
}
