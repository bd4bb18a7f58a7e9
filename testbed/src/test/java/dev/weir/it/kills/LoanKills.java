package dev.weir.it.kills;

import static dev.weir.it.loans.Loan.aLoan;
import static dev.weir.testing.Eventually.eventually;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import dev.weir.embedded.FlinkProcesses;
import dev.weir.embedded.KafkaProcess;
import dev.weir.it.CommandRun;
import dev.weir.it.Feed;
import dev.weir.it.loans.Loan;
import dev.weir.it.loans.LoanFiles;
import dev.weir.loandecisions.LoanDecisions;
import dev.weir.loandecisions.LoanDecisionsOptions;
import dev.weir.local.PipelineArguments;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Loan decisions whose processes are killed: applications in, decisions and a ledger out. */
final class LoanKills implements OutputCheck, AutoCloseable {
  private static final int CHUNK = 60;

  /** Fewer than the applications of a chunk that are not repeats. */
  private static final int MOST = 40;

  private final KafkaProcess kafka;
  private final Path folder;
  private final String name;
  private final Random random;
  private final Feed feed;
  private final Topic decisions;
  private final Topic deadLetters;
  private final KilledJob job;
  private final List<Loan> sent = new ArrayList<>();
  private final Set<String> accepted = new TreeSet<>();
  private final URI bureau;

  /**
   * @param folder for the ledger
   * @param name of this run's topics
   * @param more arguments of the job
   */
  LoanKills(
      FlinkProcesses flink,
      KafkaProcess kafka,
      URI bureau,
      Path folder,
      String name,
      Random random,
      List<String> more) {
    this.kafka = kafka;
    this.folder = folder;
    this.name = name;
    this.random = random;
    this.bureau = bureau;
    kafka.createTopics(4, applications(), name + "-decisions", name + "-dead-letters");
    feed = new Feed(kafka.bootstrapServers());
    decisions = new Topic(kafka.bootstrapServers(), name + "-decisions");
    deadLetters = new Topic(kafka.bootstrapServers(), name + "-dead-letters");
    List<String> arguments = new ArrayList<>(more);
    arguments.addAll(
        List.of(
            "--applications=" + kafka.topic(applications()),
            "--decisions=" + kafka.topic(name + "-decisions"),
            "--deadLetters=" + kafka.topic(name + "-dead-letters"),
            "--ledger=iceberg:bank",
            "--catalog=" + Rows.catalog(folder),
            "--bureau=" + bureau,
            // However slow the machine is.
            "--bureauTimeout=60s"));
    job =
        new KilledJob(
            flink,
            kafka,
            all -> LoanDecisions.run(PipelineArguments.parse(LoanDecisionsOptions.class, all)),
            arguments,
            random);
  }

  private String applications() {
    return name + "-applications";
  }

  void kill(List<Victim> victims) {
    job.run(victims, decisions::size, this::sendChunk, MOST);
  }

  private void sendChunk() {
    for (int n = 0; n < CHUNK; n++) {
      if (n % 10 == 9) {
        // A repeat, which would be decided in another way.
        Loan before = sent.get(random.nextInt(sent.size()));
        send(before.amount("4999.99").ssn("888-88-%04d".formatted(sent.size())));
      } else {
        send(Loan.madeUp(name, sent.size(), random).unknown());
      }
    }
    feed.flush();
  }

  private void send(Loan loan) {
    sent.add(loan);
    accepted.add(loan.requestId());
    feed.send(new ProducerRecord<>(applications(), loan.key(), loan.avro()));
  }

  /** Returns the number of applications for which the bureau has to be asked. */
  int questions() {
    return (int) accepted.stream().filter(id -> !id.startsWith(last())).count();
  }

  private String last() {
    return name + "-last-";
  }

  @Override
  public void assertOutputsAgree(String when) {
    // A decision after the last application comes after all that can still be published.
    for (int n = 0; n < CHUNK; n++) {
      send(aLoan(last() + n));
    }
    feed.flush();
    eventually(when, () -> decisions.last().keySet(), equalTo(accepted));
    eventually(when, () -> ids(table(List.of("request_id"))), equalTo(accepted));

    Map<String, List<String>> repeated = decisions.byKey();
    repeated.values().removeIf(records -> records.size() == 1);
    assertThat(
        when + ": " + repeated.size() + " of " + accepted.size() + " are decided more than once",
        repeated.entrySet().stream().limit(5).toList(),
        is(empty()));
    List<String> columns = Rows.columns(decisions.values().get(0));
    assertThat(when, table(columns), equalTo(Rows.ofJson(decisions.values(), columns)));
    assertThat(when, deadLetters.values(), is(empty()));
    job.assertVerified(when, "loan-decisions");
  }

  /**
   * The decisions equal those of the DirectRunner, which reads the same applications from files.
   */
  void assertEqualToReplay(String when) {
    Path out = folder.resolve("replayed");
    CommandRun run =
        CommandRun.of(
            "loan-decisions",
            "--runner=DirectRunner",
            CommandRun.ONE_THREAD,
            "--shards=8",
            "--applications=" + LoanFiles.writeLines(folder.resolve("in"), sent),
            "--decisions=file:" + out,
            "--deadLetters=file:" + folder.resolve("replayed-dead-letters"),
            "--bureau=" + bureau);
    assertThat(run.err().toString(), run.status(), is(0));
    assertThat(
        when,
        decisions.values().stream().sorted().toList(),
        equalTo(LoanFiles.lines(out).stream().sorted().toList()));
  }

  private List<String> table(List<String> columns) {
    return Rows.ofTable(Rows.catalog(folder), "bank.loan_decisions", columns);
  }

  private static Set<String> ids(List<String> rows) {
    Set<String> ids = new TreeSet<>();
    rows.forEach(row -> ids.add(row.substring("request_id=".length())));
    return ids;
  }

  @Override
  public void close() {
    try (feed;
        decisions;
        deadLetters;
        job) {}
  }
}
