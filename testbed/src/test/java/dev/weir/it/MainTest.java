package dev.weir.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.startsWith;

import dev.weir.iceberg.table.LedgerCatalog;
import dev.weir.local.BeforeStart;
import dev.weir.local.Main;
import dev.weir.local.RunnerDefaults;
import dev.weir.needs.Needs;
import dev.weir.service.ServiceAddress;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The errors and exit statuses of the commands for invalid input. */
class MainTest {
  private static final String[] LOANS = {
    "loan-decisions",
    "--applications=file:applications.jsonl",
    "--decisions=file:out/decisions",
    "--deadLetters=file:out/dead_letters",
    "--bureau=http://localhost:1"
  };

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "demoo | unknown command 'demoo'; did you mean 'demo'?",
        "loan-decision | unknown command 'loan-decision'; did you mean 'loan-decisions'?",
        "demo --ratte=3 | unknown option '--ratte=3'; did you mean '--rate'?",
        "demo --rate=often | Invalid value for option '--rate'",
        "demo --duplicates=2 | duplicates",
        "demo --events=-1 | --events",
        "demo loan | unknown command 'loan'; did you mean 'loans'?",
        "demo loans --duplicates=2 | duplicates",
        "demo card --ratte=3 | unknown option '--ratte=3'; did you mean '--rate'?",
        "demo card --rate=0 | the rate must be above 0",
        "demo card --customers=0 | the number of customers must be above 0",
        "demo card --events=-1 | --events",
        "demo card --parallelism=0 | --parallelism",
        "demo --rate=3 card | write --rate after 'card'",
        "demo card --dir=src | the folder src is not empty",
        "bureau-mock --minLatency=soon | --minLatency",
        "scoring-servic | unknown command 'scoring-servic'; did you mean 'scoring-service'?",
        "scoring-service --insecur | unknown option '--insecur'; did you mean '--insecure'?",
        "scoring-service --maxLatency=soon | --maxLatency",
        "session-servic | unknown command 'session-servic'; did you mean 'session-service'?",
        "session-service --outage=10s | outage must be two durations",
        "generate loans --to=nowhere | nowhere",
        "generate money --wallet=file:w.jsonl --users=file:u.jsonl | --sessions",
        "inspect-stat | unknown command 'inspect-stat'; did you mean 'inspect-state'?",
        "inspect-state --pipeline=loan-decisions | Missing required option: '--savepoint=",
        "inspect-state --savepoint=x | Missing required option: '--pipeline=",
        "verify-outputs | unknown command 'verify-outputs'; did you mean 'verify-output'?",
        "verify-output | no pipeline is given; write verify-output loan-decisions|card-trans",
        "verify-output loans | 'loans' is not a pipeline; write verify-output loan-decisions|",
        "verify-output loan-decisions | no output is given; write at least one",
        "verify-output loan-decisions --desisions=file:x | unknown option --desisions",
        "verify-output loan-decisions --decisions=x | --decisions: 'x' is not a port",
        "verify-output loan-decisions --decisions=file:x --delivery=often | --delivery: 'often' is not",
        "verify-output loan-decisions --decisions=file:x --running=maybe | --running",
        "verify-output money-enrichment --ledger=iceberg:bank | no output is given",
        "verify-output card-transactions --pending=kafka://h:1/t?format=avro | needs --schemaRegistry",
      })
  void anInvalidArgumentIsReportedInOneLine(String arguments, String explanation) {
    Outcome outcome = run(arguments.split(" "));

    assertThat(outcome.status(), is(2));
    assertThat(outcome.errors(), hasSize(1));
    assertThat(outcome.errors().get(0), containsString(explanation));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--decisons=file:x | unknown option --decisons; did you mean --decisions?",
        "--applications=postgres://me@db:5432/bank | a database provides changes, not applications",
        "--decisions=postgres://u@h:5432/bank | postgres: cannot be written to",
        "--decisions=iceberg:loans | write iceberg:db.table",
        "--decisions=iceberg:bank.loans?asOf=2026-01-05 | takes no parameters",
        "--ledger=kafka://h:9092/t | write iceberg:db",
        "--ledger=iceberg:bank?x=y | write iceberg:db",
        "--catalog=missing.properties | the catalog file missing.properties does not exist",
        "--partition=weeks(ts) | is not a valid partition field",
        "--applications=loans.jsonl | 'loans.jsonl' is not a port",
        "--applications=ftp://host/loans | is not a port",
        "--applications=kafka://broker/loans | is not a topic",
        "--applications=kafka://broker:9092 | is not a topic",
        "--decisions=kafka://broker:9092/d?format=avro | needs --schemaRegistry=URL",
        "--decisions=kafka://broker:9092/d?format=xml | is format=avro or format=json",
        "--schemaRegistry=registry:8081 | is not a service",
        "--decisions=file: | does not name a file",
        "--decisions=file:out?format=xml | format=avro or format=json",
        "--applications=kafka://broker:9092/loans | kafka: input never ends",
        "--bureau=localhost:80 | is not a service",
        "--bureau=http://host/api?key=x | --bureau: the address of a service must not contain '?' or '#'",
        "--bureau=https://host/api# | --bureau: the address of a service must not contain '?' or '#'",
        "--bureauPatience=-1s | --bureauPatience: '-1s' is not a duration",
        "--bureauPatience=long | --bureauPatience: 'long' is not a duration",
        "--bureauTimeout=fast | is not a duration above zero",
        "--dedupWindow=0s | is not a duration above zero",
        "--bureauBatch=101 | --bureauBatch must be between 1 and 100, not 101",
        "--bureauInFlight=0 | --bureauInFlight must be",
        "--shards=0 | --shards must be",
        "--shards=many | shards",
        "--roundAmounts=half | roundAmounts",
        "--from=latest | --from applies to kafka: inputs only; this job has none",
        "--from=now | --from: 'now' is not a valid start; write earliest, latest, or a time",
        "--from=2999-01-01 | --from: '2999-01-01' is in the future; write earliest, latest, or a time",
        "--roundAmount=true | did you mean --roundAmounts?",
        "--runner=SparkRunner | SparkRunner",
        "verbose | 'verbose' is not an option",
      })
  void anInvalidPipelineArgumentIsReportedBeforeAnythingStarts(
      String argument, String explanation) {
    Outcome outcome = run(with(argument, LOANS));

    assertThat(outcome.status(), is(2));
    assertThat(outcome.errors(), hasSize(1));
    assertThat(outcome.errors().get(0), containsString(explanation));
  }

  @ParameterizedTest
  @ValueSource(strings = {"applications", "decisions", "deadLetters", "bureau"})
  void aMissingPortIsNamed(String port) {
    String[] without =
        Arrays.stream(LOANS).filter(a -> !a.startsWith("--" + port + "=")).toArray(String[]::new);

    Outcome outcome = run(without);

    assertThat(outcome.status(), is(2));
    assertThat(outcome.errors().get(0), containsString("--" + port + " is missing"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "demo --help",
        "demo loans --help",
        "demo card --help",
        "loan-decisions --help",
        "bureau-mock --help",
        "scoring-service --help",
        "session-service --help",
        "generate --help",
        "generate money --help",
        "generate loans --help",
        "bootstrap --help",
        "money-enrichment --help",
        "inspect-state --help"
      })
  void helpIsNotAnError(String arguments) {
    assertThat(run(arguments.split(" ")).status(), is(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"DirectRunner", "FlinkRunner"})
  void eachFailedCheckIsReportedInOneLineAndNothingStarts(String runner, @TempDir Path folder) {
    Path missing = folder.resolve("missing.jsonl");

    Outcome outcome =
        run(
            with(
                "--runner=" + runner,
                with(
                    "--applications=file:" + missing,
                    with(
                        "--decisions=file:" + folder.resolve("out"),
                        with("--deadLetters=file:" + folder.resolve("letters"), LOANS)))));

    assertThat(outcome.status(), is(1));
    assertThat(
        outcome.errors(),
        contains(
            "--applications: no files match " + missing + "; check the path",
            "--bureau: no service answers at http://localhost:1 (connection refused); start it, or"
                + " check the address"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "generate loans --to=kafka://localhost:1/loans",
        "generate card --to=postgres://weir@localhost:1/bank",
        "bootstrap --pipeline=money-enrichment --savepoints=s --wallet=file:none-1 --users=file:none-1"
            + " --sessions=file:none-1",
        "loan-decisions --runner=FlinkRunner --flinkMaster=localhost:1"
            + " --applications=kafka://localhost:1/a --decisions=kafka://localhost:1/d"
            + " --deadLetters=kafka://localhost:1/x --bureau=http://localhost:1",
      })
  void everyCommandThatConnectsReportsWhatItCannotReach(String command) {
    Outcome outcome = run(command.split(" "));

    assertThat(outcome.status(), is(1));
    assertThat(outcome.errors(), everyItem(matchesPattern("(warning: )?--\\w+: .*[:-]1\\b.*")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--flinkMaster=no.such.host.invalid:1"
            + " | --applications --deadLetters --decisions --flinkMaster --ledger",
        "--flinkMaster=no.such.host.invalid:1 --sharedFolders | --flinkMaster",
        "--flinkMaster=no.such.host.invalid:1 --stateBackendStoragePath=/checkpoints"
            + " | --applications --deadLetters --decisions --flinkMaster --ledger"
            + " --stateBackendStoragePath",
        "--flinkMaster=localhost:1 | --flinkMaster",
        "--flinkMaster=127.0.0.1:1 | --flinkMaster",
        "--flinkMaster=[::1]:1 | --flinkMaster",
      })
  void foldersOfThisMachineDoNotGoWithAClusterOnOthers(
      String more, String reported, @TempDir Path folder) throws IOException {
    Path applications = Files.createFile(folder.resolve("applications.jsonl"));
    List<String> command =
        new ArrayList<>(
            List.of(
                "loan-decisions",
                "--runner=FlinkRunner",
                "--applications=file:" + applications,
                "--decisions=file:" + folder.resolve("decisions"),
                "--deadLetters=file:" + folder.resolve("dead"),
                "--ledger=iceberg:bank",
                "--bureau=http://localhost:1",
                "--bureauPatience=0s"));
    command.addAll(List.of(more.split(" ")));

    Outcome outcome = run(command.toArray(String[]::new));

    assertThat(outcome.status(), is(1));
    assertThat(
        outcome.errors().stream()
            .map(line -> line.substring(0, line.indexOf(':')))
            .sorted()
            .toList(),
        contains(reported.split(" ")));
  }

  @Test
  void aLiveJobGetsAWarningForAServiceThatIsDown() {
    StringWriter errors = new StringWriter();
    Needs needs =
        Needs.of(true, null, LedgerCatalog.inFolder(Path.of("warehouse")))
            .asks(
                "bureau",
                ServiceAddress.of(URI.create("http://localhost:1")),
                Duration.ofSeconds(30),
                List.of());

    assertThat(BeforeStart.areMet(needs, new PrintWriter(errors, true)), is(true));
    assertThat(
        errors.toString().lines().toList(),
        contains(startsWith("warning: --bureau: no service answers at http://localhost:1 ")));
  }

  @Test
  void aMissingCatalogFileIsAnArgumentError() {
    Outcome outcome = run("maintain-ledger", "--ledger=iceberg:bank", "--catalog=none.properties");

    assertThat(outcome.status(), is(2));
    assertThat(
        outcome.errors(),
        contains(startsWith("--catalog: the catalog file none.properties does not exist")));
  }

  @Test
  void runnerArgumentsOfTheCallerTakePrecedence() {
    List<String> completed =
        List.of(RunnerDefaults.complete("--runner=FlinkRunner", "--checkpointingInterval=500"));

    assertThat(
        completed.stream().filter(a -> a.startsWith("--checkpointingInterval")).toList(),
        equalTo(List.of("--checkpointingInterval=500")));
  }

  private record Outcome(int status, List<String> errors) {}

  private static Outcome run(String... arguments) {
    StringWriter errors = new StringWriter();
    int status =
        Main.commandLine()
            .setErr(new PrintWriter(errors, true))
            .setOut(new PrintWriter(new StringWriter()))
            .execute(arguments);
    return new Outcome(status, errors.toString().lines().toList());
  }

  /** Returns the arguments with one of them replaced, or added if there is none of its name. */
  private static String[] with(String argument, String... arguments) {
    String name = argument.replaceFirst("=.*", "=");
    List<String> changed = new ArrayList<>(List.of(arguments));
    changed.removeIf(a -> a.startsWith(name));
    changed.add(argument);
    return changed.toArray(String[]::new);
  }
}
