package dev.weir.it.loans;

import static dev.weir.testing.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.bureaumock.BureauMock;
import dev.weir.embedded.EmbeddedStack;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Far more applications than the bureau can answer: they wait in Kafka and not in memory. */
@Timeout(900)
class BackPressureIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int APPLICATIONS = 40_000;

  /** So far apart that their state is freed during the test. */
  private static final Duration APART = Duration.ofMinutes(5);

  private static final Instant LONG_AGO = Instant.parse("2021-06-01T12:00:00Z");

  /** How much the heap may grow while thousands are decided. */
  private static final long MEBIBYTES = 16;

  /** How many applications may be read but not decided: questions and buffered records. */
  private static final int UNDER_WAY = 16_000;

  @TempDir private static Path folder;
  private static EmbeddedStack stack;

  @BeforeAll
  static void start() {
    stack = EmbeddedStack.start(folder, 0, 0, BureauMock.healthy(), 1, 0);
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  @Test
  void aBureauThatHangsNeitherBlocksTheJobNorFillsTheMemory() throws IOException {
    stack.bureau().behave(BureauMock.healthy().withHangRate(1));
    long decidedBefore = decided();
    try (LoanRun run = new LoanRun(stack, "hanging")) {
      send(run);
      run.start("--parallelism=1", "--bureauTimeout=500ms", "--bureauPatience=0s");
      // Not counted on the topic: what is read from there stays in memory.
      eventually(() -> decided() - decidedBefore, greaterThan(5_000L));
      long before = heapInUse();
      eventually(() -> decided() - decidedBefore, greaterThan(30_000L));
      long after = heapInUse();

      assertThat("MiB more", after - before, is(lessThan(MEBIBYTES)));
      eventually(() -> run.decisions().size(), is(APPLICATIONS));
      List<Loan> loans = applications().toList();
      for (ConsumerRecord<byte[], byte[]> record : run.decisions().records()) {
        String decision = new String(record.value(), UTF_8);
        String id = JSON.readTree(decision).get("request_id").textValue();
        Loan loan = loans.get(Integer.parseInt(id.substring(id.indexOf('-') + 1)));
        assertThat(
            decision,
            anyOf(equalTo(loan.referral("TIMEOUT")), equalTo(loan.referral("UNAVAILABLE"))));
      }
    }
  }

  @Test
  void aSlowBureauLeavesTheApplicationsInKafka() {
    stack
        .bureau()
        .behave(BureauMock.healthy().withLatency(Duration.ofMillis(1000), Duration.ofMillis(1200)));
    long readBefore = stack.flink().counted("records_read");
    long decidedBefore = decided();
    try (LoanRun run = new LoanRun(stack, "slow")) {
      send(run);
      run.start("--parallelism=1", "--bureauInFlight=8");
      eventually(() -> decided() - decidedBefore, greaterThanOrEqualTo(1500L));
      long before = heapInUse();
      long waitingBefore = underWay(readBefore, decidedBefore);
      eventually(() -> decided() - decidedBefore, greaterThanOrEqualTo(4000L));
      long after = heapInUse();
      long waitingAfter = underWay(readBefore, decidedBefore);

      assertThat("MiB more", after - before, is(lessThan(MEBIBYTES)));
      assertThat(waitingBefore, is(lessThan((long) UNDER_WAY)));
      assertThat(waitingAfter, is(lessThan((long) UNDER_WAY)));
    }
  }

  private static long underWay(long readBefore, long decidedBefore) {
    return stack.flink().counted("records_read") - readBefore - (decided() - decidedBefore);
  }

  private static long decided() {
    return Stream.of("approved", "denied", "referred").mapToLong(stack.flink()::counted).sum();
  }

  private static void send(LoanRun run) {
    applications().forEach(loan -> run.send(loan.ts().toEpochMilli(), loan.key(), loan.avro()));
    run.send(new ArrayList<>());
  }

  private static Stream<Loan> applications() {
    return Stream.iterate(0, n -> n < APPLICATIONS, n -> n + 1)
        .map(
            n ->
                Loan.aLoan("many-" + n)
                    .unknown()
                    .ssn("900-%05d".formatted(n))
                    .at(LONG_AGO.plus(APART.multipliedBy(n))));
  }

  private static long heapInUse() {
    System.gc();
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20;
  }
}
