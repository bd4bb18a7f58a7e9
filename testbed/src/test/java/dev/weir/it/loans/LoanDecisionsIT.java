package dev.weir.it.loans;

import static dev.weir.it.loans.Loan.aLoan;
import static dev.weir.testing.Eventually.eventually;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.bureaumock.BureauMock;
import dev.weir.embedded.EmbeddedStack;
import dev.weir.it.Tape;
import dev.weir.it.UserLog;
import dev.weir.testing.EmbeddedRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(900)
class LoanDecisionsIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long SEED = 20_260_105;

  /** Timestamps that no record should have, but some do. */
  private static final List<Long> ABSURD =
      List.of(
          0L,
          1L,
          Instant.parse("1970-01-02T00:00:00Z").toEpochMilli(),
          Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli(),
          Instant.parse("+10000-01-01T00:00:00Z").toEpochMilli(),
          Long.MAX_VALUE / 2);

  @TempDir private static Path folder;
  private static UserLog log;
  private static EmbeddedStack stack;

  @BeforeAll
  static void start() {
    log = new UserLog(folder.resolve("user.log"));
    stack =
        EmbeddedStack.start(
            folder,
            0,
            0,
            BureauMock.healthy().withLatency(Duration.ofMillis(2), Duration.ofMillis(20)),
            2,
            0);
  }

  @AfterAll
  static void stop() {
    stack.close();
    log.close();
  }

  @Test
  void everyApplicationIsDecidedOnceAndEveryUnreadableRecordIsADeadLetter() throws IOException {
    Random random = new Random(SEED);
    List<String> expected = new ArrayList<>();
    Set<String> ssns = new HashSet<>();
    List<Future<RecordMetadata>> unreadable = new ArrayList<>();
    try (LoanRun run = new LoanRun(stack, "whole").start()) {
      for (int n = 0; n < 400; n++) {
        Loan loan = Loan.madeUp("whole", n, random);
        expected.add(loan.decision());
        ssns.add(loan.ssn());
        switch (n % 4) {
          case 0 -> run.send(ABSURD.get(random.nextInt(ABSURD.size())), loan.key(), loan.avro());
          case 1 -> {
            run.send(null, loan.key(), loan.avro());
            // Another amount and another ssn, so that the test notices if it is decided.
            Loan repeat = loan.amount("4999.99").ssn("888-88-%04d".formatted(n)).unknown();
            ssns.add(repeat.ssn());
            run.send(null, repeat.key(), repeat.avro());
          }
          case 2 -> {
            run.send(null, loan.key(), loan.avro());
            Loan spoilt = loan.requestId("spoilt-" + n).ssn("777-77-%04d".formatted(n));
            ssns.add(spoilt.ssn());
            Long timestamp = n % 8 < 4 ? null : ABSURD.get(random.nextInt(ABSURD.size()));
            unreadable.add(run.send(timestamp, spoilt.key(), spoil(spoilt, n / 4, random)));
          }
          default -> run.send(null, loan.key(), loan.avro());
        }
      }

      eventually(() -> run.decisions().size(), greaterThanOrEqualTo(400));
      eventually(() -> run.deadLetters().size(), greaterThanOrEqualTo(unreadable.size()));
      eventually(run::duplicates, is(100L));

      assertThat("seed " + SEED, sorted(run.decisions().lines()), is(sorted(expected)));
      assertThat(run.decisions().records(), hasSize(400));
      for (ConsumerRecord<byte[], byte[]> decision : run.decisions().records()) {
        String id = JSON.readTree(decision.value()).get("request_id").textValue();
        assertThat(new String(decision.key(), UTF_8), is(id));
      }
      assertDeadLetters("parse-applications", unreadable, run.deadLetters().records());
      assertHidden(ssns, run);
    }
  }

  @Test
  void historyOnATopicGivesTheLiveDecisions() {
    Loan first = aLoan("history").unknown();
    List<String> expected = new ArrayList<>(List.of(first.decision()));
    try (LoanRun run = new LoanRun(stack, "history").start()) {
      send(run, first);
      // Each time the topic is read to its end; neither that nor a future time advances event time.
      for (int n = 1; n <= 8; n++) {
        Loan next = aLoan("next-" + n).later(Duration.ofMinutes(n));
        Loan future = next.requestId("future-" + n);
        send(run, next);
        run.send(Long.MAX_VALUE / 2, future.key(), future.avro());
        expected.addAll(List.of(next.decision(), future.decision()));
        eventually(() -> run.decisions().size(), greaterThanOrEqualTo(expected.size()));
      }
      send(run, first.amount("200.00").later(Duration.ofHours(2)));

      eventually(run::duplicates, is(1L));
      assertThat(sorted(run.decisions().lines()), is(sorted(expected)));
    }
  }

  /** Without a trace of the outage, during which the job must not fail. */
  @Test
  void valuesInTheWireFormatOfASchemaRegistryOutlastItsOutage() throws IOException {
    Loan older = aLoan("older").amount("250").unknown();
    Loan newer = aLoan("newer").amount("99.95").ssn("900-02-0002");
    try (EmbeddedRegistry registry = EmbeddedRegistry.start();
        LoanRun run = new LoanRun(stack, "wire")) {
      WireLoans loans = new WireLoans(registry, run.applications());
      registry.failWith(503);
      run.start(
          "--schemaRegistry=" + registry.uri(),
          "--decisions=" + stack.topic("wire-decisions") + "?format=avro");
      byte[] unknown = loans.older(older.requestId("unknown"));
      unknown[4] = 99;
      run.send(null, older.key(), loans.older(older));
      run.send(null, newer.key(), loans.newer(newer));
      List<Future<RecordMetadata>> unreadable =
          List.of(run.send(null, older.key(), unknown), run.send(null, newer.key(), newer.avro()));
      eventually(() -> registry.requests().size(), greaterThanOrEqualTo(3));
      assertThat(run.decisions().size() + run.deadLetters().size(), is(0));
      registry.recover();

      eventually(() -> run.decisions().size(), greaterThanOrEqualTo(2));
      eventually(() -> run.deadLetters().size(), greaterThanOrEqualTo(2));

      assertThat(
          sorted(
              run.decisions().records().stream()
                  .map(record -> loans.decision(record.value()))
                  .toList()),
          is(sorted(List.of(older.amount("250.00").decision(), newer.decision()))));
      assertThat(registry.ids("wire-decisions-value"), hasSize(1));
      assertDeadLetters("read-topic", unreadable, run.deadLetters().records());
      assertThat(
          sorted(
              run.deadLetters().lines().stream()
                  .map(line -> line.replaceFirst(".*\"reason\":\"([^\"]*)\".*", "$1"))
                  .toList()),
          is(List.of("MALFORMED", "UNKNOWN_SCHEMA")));
      assertHidden(Set.of(older.ssn(), newer.ssn()), run);
    }
  }

  private static void send(LoanRun run, Loan loan) {
    run.send(loan.ts().toEpochMilli(), loan.key(), loan.avro());
  }

  private static byte[] spoil(Loan loan, int way, Random random) {
    byte[] avro = loan.avro();
    byte[] noise = new byte[40];
    random.nextBytes(noise);
    return switch (way % 8) {
      case 0 -> null;
      case 1 -> new byte[0];
      case 2 -> Arrays.copyOf(avro, avro.length - 1);
      case 3 -> Arrays.copyOf(avro, avro.length + 1);
      case 4 -> loan.json().getBytes(UTF_8);
      case 5 -> noise;
      case 6 -> loan.amount("0.001").avro();
      default -> loan.type(loan.ssn()).avro();
    };
  }

  private static void assertDeadLetters(
      String stage,
      List<Future<RecordMetadata>> unreadable,
      List<ConsumerRecord<byte[], byte[]>> letters)
      throws IOException {
    List<String> places = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : letters) {
      JsonNode letter = JSON.readTree(record.value());
      String place =
          "%s/%d/%d"
              .formatted(
                  letter.get("topic").textValue(),
                  letter.get("partition").intValue(),
                  letter.get("offset").longValue());
      assertThat(new String(record.key(), UTF_8), is(place));
      assertThat(letter.get("stage").textValue(), is(stage));
      assertThat(letter.get("file").isNull() && letter.get("line").isNull(), is(true));
      places.add(place);
    }
    assertThat(sorted(places), is(sorted(unreadable.stream().map(LoanRun::place).toList())));
  }

  private static void assertHidden(Set<String> ssns, LoanRun run) {
    StringBuilder all = new StringBuilder();
    for (Tape tape : List.of(run.decisions(), run.deadLetters())) {
      for (ConsumerRecord<byte[], byte[]> record : tape.records()) {
        all.append(new String(record.key(), ISO_8859_1)).append('\n');
        all.append(new String(record.value(), ISO_8859_1)).append('\n');
        record.headers().forEach(h -> all.append(new String(h.value(), ISO_8859_1)));
      }
    }
    String logged = log.text();
    assertThat(logged, containsString("org.apache.flink"));
    for (String ssn : ssns) {
      assertThat("an ssn is on an output topic", all.indexOf(ssn), is(-1));
      assertThat("an ssn is in the log", logged.indexOf(ssn), is(-1));
    }
  }

  private static List<String> sorted(Collection<String> lines) {
    return lines.stream().sorted().toList();
  }
}
