package dev.weir.it.lake;

import static dev.weir.testing.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import dev.weir.bureaumock.BureauMock;
import dev.weir.embedded.EmbeddedStack;
import dev.weir.iceberg.table.LedgerCatalog;
import dev.weir.iceberg.table.OpenCatalog;
import dev.weir.it.Checkpoints;
import dev.weir.it.lake.FaultyCatalog.Fault;
import dev.weir.it.loans.Loan;
import dev.weir.it.loans.LoanRun;
import dev.weir.local.FlinkRest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sink on a real Flink job whose process dies before, during and after its commits. */
@Timeout(900)
class LedgerKillIT {
  /** Each fault twice: the second time after a restart. */
  private static final int KILLS = 2 * Fault.values().length;

  private static final String[] OFTEN = {
    "--checkpointingInterval=300",
    "--externalizedCheckpointsEnabled=true",
    "--retainExternalizedCheckpointsOnCancellation=true"
  };

  @TempDir private static Path folder;
  private static EmbeddedStack stack;
  private static FlinkRest rest;
  private static LedgerCatalog catalog;

  @BeforeAll
  static void start() {
    stack = EmbeddedStack.start(folder, 0, 0, BureauMock.healthy(), 2, 1000);
    rest = new FlinkRest(stack.flink());
    catalog = LedgerCatalog.of(FaultyCatalog.properties(folder.resolve("warehouse").toString()));
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whateverIsKilledTheTableIsExact(boolean upserts) {
    Random random = new Random(Long.getLong("weir.kill.seed", 20_261_121L));
    Map<String, Long> expected = new TreeMap<>();
    try (LedgerJob job =
        new LedgerJob(stack, catalog, upserts ? "killed-upserts" : "killed-appends", upserts)) {
      Changes changes = new Changes(job, expected, upserts, random);
      changes.send(200);
      job.start(OFTEN);
      for (int kill = 0; kill < KILLS; kill++) {
        Fault fault = Fault.values()[kill % Fault.values().length];
        int before = FaultyCatalog.failed();
        FaultyCatalog.failNext(fault);
        changes.send(50 + random.nextInt(200));
        eventually("kill " + kill + ", " + fault, FaultyCatalog::failed, greaterThan(before));
      }
      changes.send(100);

      eventually(job::balances, is(expected));
      assertThat("restored", rest.restores(rest.job()) >= KILLS, is(true));
      assertOneFilePerPartitionAndCommit(job);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aJobRestoredWithAnotherParallelismIsTheSameSink(boolean upserts) {
    Random random = new Random(7);
    Map<String, Long> expected = new TreeMap<>();
    try (LedgerJob job =
        new LedgerJob(stack, catalog, upserts ? "moved-upserts" : "moved-appends", upserts)) {
      Changes changes = new Changes(job, expected, upserts, random);
      changes.send(200);
      job.start(OFTEN);
      for (int n = 0; n < 2; n++) {
        Checkpoints checkpoints = new Checkpoints(folder, rest.job());
        checkpoints.awaitOneFromNowOn();
        changes.send(200);
        job.cancel();
        job.start(
            concat(OFTEN, "--savepointPath=" + checkpoints.path(), "--parallelism=" + (1 + n)));
      }

      eventually(job::balances, is(expected));
    }
  }

  @Test
  void aSavepointOlderThanTheTableLosesNothingAndRepeatsNothing() {
    Random random = new Random(8);
    Map<String, Long> expected = new TreeMap<>();
    try (LedgerJob job = new LedgerJob(stack, catalog, "savepoint", false)) {
      Changes changes = new Changes(job, expected, false, random);
      changes.send(200);
      job.start(OFTEN);
      eventually(job::balances, is(expected));
      String savepoint = rest.savepoint(rest.job(), folder.resolve("savepoints").toUri());
      changes.send(200);
      eventually(job::balances, is(expected));
      job.cancel();
      changes.send(200);

      job.start(concat(OFTEN, "--savepointPath=" + savepoint));

      eventually(job::balances, is(expected));
    }
  }

  @Test
  void everyDecisionOfALoanJobThatIsKilledIsOneRow() throws IOException {
    Path file = folder.resolve("catalog.properties");
    Files.writeString(file, "type=hadoop\nwarehouse=" + folder.resolve("lake") + "\n");
    String[] arguments = concat(OFTEN, "--ledger=iceberg:lake", "--catalog=" + file);
    Random random = new Random(9);
    List<Loan> loans = new ArrayList<>();
    for (int n = 0; n < 600; n++) {
      loans.add(Loan.madeUp("row", n, random));
    }
    List<String> expected =
        loans.stream().map(loan -> new String(loan.key(), UTF_8)).sorted().toList();
    try (LoanRun run = new LoanRun(stack, "rows")) {
      run.start(arguments);
      Checkpoints checkpoints = new Checkpoints(folder, rest.job());
      run.send(loans.subList(0, 300));
      eventually(() -> run.decisions().size(), greaterThan(100));
      checkpoints.awaitOneFromNowOn();
      run.send(loans.subList(300, 600));
      run.cancel();

      run.start(concat(arguments, "--savepointPath=" + checkpoints.path()));

      eventually(() -> decided(LedgerCatalog.read(file)), is(expected));
    }
  }

  /** Returns the request ids in the table, with repetitions. */
  private static List<String> decided(LedgerCatalog lake) {
    List<String> ids = new ArrayList<>();
    try (OpenCatalog open = lake.open();
        CloseableIterable<Record> rows =
            IcebergGenerics.read(open.table("lake.loan_decisions")).build()) {
      rows.forEach(row -> ids.add(row.getField("request_id").toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ids.stream().sorted().toList();
  }

  private static void assertOneFilePerPartitionAndCommit(LedgerJob job) {
    var table = job.load();
    for (Snapshot snapshot : table.snapshots()) {
      Set<Object> partitions = new HashSet<>();
      snapshot
          .addedDataFiles(table.io())
          .forEach(
              file ->
                  assertThat(
                      snapshot + " has one file for " + file.partition(),
                      partitions.add(file.partition().get(0, String.class)),
                      is(true)));
    }
  }

  private static String[] concat(String[] first, String... more) {
    return Stream.of(first, more).flatMap(Arrays::stream).toArray(String[]::new);
  }

  /** Random changes and their result. */
  private static final class Changes {
    private final LedgerJob job;
    private final Map<String, Long> expected;
    private final boolean upserts;
    private final Random random;
    private long number;

    Changes(LedgerJob job, Map<String, Long> expected, boolean upserts, Random random) {
      this.job = job;
      this.expected = expected;
      this.upserts = upserts;
      this.random = random;
    }

    void send(int count) {
      for (int n = 0; n < count; n++) {
        number++;
        String id = upserts ? "k" + random.nextInt(60) : "r" + number;
        if (upserts && random.nextInt(4) == 0) {
          job.send(id, null, number);
          expected.remove(id);
        } else {
          job.send(id, number, number);
          expected.put(id, number);
        }
      }
    }
  }
}
