package dev.weir.it.state;

import static dev.weir.it.loans.Loan.NOON;
import static dev.weir.it.loans.Loan.aLoan;
import static dev.weir.testing.Eventually.eventually;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import dev.weir.bureaumock.BureauMock;
import dev.weir.embedded.EmbeddedStack;
import dev.weir.it.Checkpoints;
import dev.weir.it.loans.Loan;
import dev.weir.it.loans.LoanRun;
import dev.weir.local.FlinkRest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The state of a live job, in every snapshot format of Flink. */
@Timeout(900)
class InspectStateIT {
  private static final int SHARDS = 16;

  /** So many that Flink writes them to separate files, not into the metadata file. */
  private static final int LOANS = 1200;

  private static final String STEP =
      "AskBureau/AskAboutFirst/AskAboutFirstArrived/ParMultiDo(AskAboutFirstArrived)";

  @TempDir private static Path folder;
  private static EmbeddedStack stack;
  private static FlinkRest rest;

  @BeforeAll
  static void start() {
    stack = EmbeddedStack.start(folder, 0, 0, BureauMock.healthy().withHangRate(1), 2, 0);
    rest = new FlinkRest(stack.flink());
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void allStateIsPrintedFromEverySnapshotFormat(String backend) throws IOException {
    Sent sent = new Sent();
    String canonical;
    String own;
    Checkpoints checkpoints;
    try (LoanRun run = new LoanRun(stack, "inspected-" + backend)) {
      sent.send(run);
      run.start(options(backend));
      eventually(() -> run.decisions().size(), is(LOANS * 3 / 4));
      canonical = rest.savepoint(rest.job(), folder.resolve("savepoints").toUri(), "CANONICAL");
      own = rest.savepoint(rest.job(), folder.resolve("savepoints").toUri(), "NATIVE");
      checkpoints = new Checkpoints(folder, rest.job());
      checkpoints.awaitOneFromNowOn();
      run.cancel();
    }

    for (String snapshot : List.of(canonical, own, checkpoints.path())) {
      Inspection all = inspect(snapshot);
      assertThat(all.errors(), empty());
      assertThat(all.status(), is(0));
      assertThat("of each entry one line", others(all.lines()).size(), is(sent.lines.size()));
      assertThat("writer groups", withoutGroups(all.lines()), not(equalTo(all.lines())));
      assertThat(neutral(all.lines()), equalTo(sent.lines));
    }
    assertThat(
        neutral(inspect(canonical, "--key=r4").lines()),
        equalTo(new TreeSet<>(List.of(sent.kept("r4"), sent.open("r4")))));
    assertThat(
        neutral(inspect(canonical, "--key=3").lines()), equalTo(only(sent.lines, "\"shard\":3,")));
    assertThat(inspect(canonical, "--key=900-01-0005").lines(), empty());
    assertThat(
        Inspection.run("--savepoint=" + canonical, "--pipeline=card-transactions").errors(),
        contains(
            "--pipeline: the snapshot is not one of card-transactions; it is one of"
                + " loan-decisions (see --help)"));
    assertMovedSavepointIsRead(canonical, sent);
    assertALostFileIsNamed(canonical);
  }

  private static void assertMovedSavepointIsRead(String savepoint, Sent sent) throws IOException {
    Path before = Path.of(URI.create(savepoint));
    Path moved = folder.resolve("moved-" + before.getFileName());
    Files.move(before, moved);
    assertThat(neutral(inspect(moved.toString()).lines()), equalTo(sent.lines));
    Path link = folder.resolve("link-to-" + before.getFileName());
    Files.createSymbolicLink(link, moved);
    assertThat(neutral(inspect(link.toString()).lines()), equalTo(sent.lines));
    Files.move(moved, before);
  }

  private static void assertALostFileIsNamed(String savepoint) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(Path.of(URI.create(savepoint)))) {
      files = all.filter(file -> !file.endsWith("_metadata")).toList();
    }
    assertThat(files, not(empty()));
    for (Path file : files) {
      Files.delete(file);
    }

    Inspection lost = inspect(savepoint);

    assertThat(lost.status(), is(1));
    assertThat(lost.errors().size(), is(1));
    assertThat(
        lost.errors().get(0),
        lost.errors().get(0).startsWith("--savepoint: " + savepoint + " lacks one of its files: "),
        is(true));
  }

  private static Inspection inspect(String snapshot, String... more) {
    return Inspection.run(
        Stream.concat(
                Stream.of("--savepoint=" + snapshot, "--pipeline=loan-decisions"), Stream.of(more))
            .toArray(String[]::new));
  }

  /** Without the state of the steps that publish, which depends on what happens when. */
  private static List<String> withoutGroups(List<String> lines) {
    return lines.stream().filter(line -> !line.contains("/Publish/ParMultiDo(Publish)")).toList();
  }

  /** The same, with one line for each open application: how many share an entry is not fixed. */
  private static List<String> others(List<String> lines) {
    return withoutGroups(lines).stream().flatMap(InspectStateIT::oneByOne).toList();
  }

  private static Stream<String> oneByOne(String line) {
    if (!line.contains("\"state\":\"open\"")) {
      return Stream.of(line);
    }
    int list = line.indexOf('[');
    String[] elements = line.substring(list + 1, line.length() - 2).split(",(?=\\{\"timestamp\")");
    return Stream.of(elements).map(element -> line.substring(0, list + 1) + element + "]}");
  }

  private static TreeSet<String> only(Collection<String> lines, String part) {
    TreeSet<String> some = new TreeSet<>(lines);
    some.removeIf(line -> !line.contains(part));
    return some;
  }

  /** Removes what no test can know: the worker that asked, and when it collects answers. */
  private static TreeSet<String> neutral(List<String> lines) {
    TreeSet<String> neutral = new TreeSet<>();
    for (String line : others(lines)) {
      neutral.add(
          line.replaceAll("\"entry\":\"[0-9a-f-]{36}\\d+\"", "\"entry\":\"<question>\"")
              .replaceAll("\"key\":\"[0-9a-f-]{36}\"", "\"key\":\"<worker>\"")
              .replaceAll(
                  "(\"timer\":\"harvest\",\"shard\":\\d+,\"at\":)\"[^\"]+\"", "$1\"<soon>\""));
    }
    return neutral;
  }

  private static String[] options(String backend) {
    List<String> options =
        new ArrayList<>(
            List.of(
                "--checkpointingInterval=300",
                "--externalizedCheckpointsEnabled=true",
                "--retainExternalizedCheckpointsOnCancellation=true",
                "--bureauTimeout=100s",
                "--shards=" + SHARDS));
    if (backend.equals("rocksdb")) {
      options.add("--stateBackend=rocksdb");
      options.add("--stateBackendStoragePath=" + folder.resolve("checkpoints").toUri());
    }
    return options.toArray(String[]::new);
  }

  /** Applications that were sent at one time, and the expected lines for them. */
  private static final class Sent {
    final TreeSet<String> lines = new TreeSet<>();
    private final Instant at = Instant.ofEpochMilli(System.currentTimeMillis());
    private final List<String> places = new ArrayList<>();

    void send(LoanRun run) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (int n = 0; n < LOANS; n++) {
        Loan loan = aLoan("r" + n).ssn("900-01-%04d".formatted(1 + n)).amount("1234.50");
        Loan mixed = isUnknown(n) ? loan.unknown() : loan;
        sent.add(run.send(at.toEpochMilli(), mixed.key(), mixed.avro()));
      }
      sent.forEach(each -> places.add(LoanRun.place(each)));
      for (int n = 0; n < LOANS; n++) {
        expect(n);
      }
    }

    private void expect(int n) {
      String id = "r" + n;
      int shard = shard(id);
      Instant sweep = at.plus(Duration.ofHours(24 + 6));
      lines.add(kept(id));
      lines.add(line(STEP, "state", "sweepAt", shard, "'value':" + sweep.toEpochMilli()));
      lines.add(line(STEP, "timer", "sweep", shard, "'at':'" + sweep + "','clock':'EVENT_TIME'"));
      if (isUnknown(n)) {
        lines.add(open(id));
        lines.add(
            line(STEP, "state", "hold", shard, "'value':{'key':'<worker>','value':'" + at + "'}"));
        lines.add(line(STEP, "timer", "harvest", shard, "'at':'<soon>','clock':'PROCESSING_TIME'"));
      }
    }

    private static boolean isUnknown(int n) {
      return n % 4 == 0;
    }

    private static int shard(String id) {
      return Math.floorMod(id.hashCode(), SHARDS);
    }

    String kept(String id) {
      return line(
          STEP,
          "state",
          "kept",
          shard(id),
          "'entry':'%s','value':{'times':[%d],'until':%d}"
              .formatted(id, NOON.toEpochMilli(), at.plus(Duration.ofHours(24)).toEpochMilli()));
    }

    String open(String id) {
      String[] place = places.get(Integer.parseInt(id.substring(1))).split("/");
      return line(
          STEP,
          "state",
          "open",
          shard(id),
          ("'entry':'<question>','value':[{'timestamp':'%s','value':{'requestId':'%s',"
                  + "'type':'UNKNOWN','amount':1234.50,'ssn':'•••','ts':'2026-01-05T12:00:00Z',"
                  + "'origin':{'source':'%s','partition':%s,'position':%s}}}]")
              .formatted(at, id, place[0], place[1], place[2]));
    }

    private static String line(String step, String kind, String name, int shard, String rest) {
      return "{'step':'%s','%s':'%s','shard':%d,%s}"
          .formatted(step, kind, name, shard, rest)
          .replace('\'', '"');
    }
  }
}
