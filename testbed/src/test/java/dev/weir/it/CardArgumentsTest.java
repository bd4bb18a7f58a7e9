package dev.weir.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.cardtransactions.CardTransactionsOptions;
import dev.weir.local.Main;
import dev.weir.local.RunnerDefaults;
import dev.weir.ports.DatabaseTls;
import dev.weir.ports.Port;
import dev.weir.ports.PortException;
import java.beans.Introspector;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.apache.beam.sdk.options.PipelineOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The checks of the arguments of card-transactions before anything starts. */
class CardArgumentsTest {
  private static final List<String> CARDS =
      List.of(
          "--customers=file:customers.jsonl",
          "--transactions=file:transactions.jsonl",
          "--enriched=file:out/enriched",
          "--deadLetters=file:out/dead_letters",
          "--scoring=http://localhost:1");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--customers=iceberg:bank.customers | --customers: change events come from kafka:",
        "--transactions=iceberg:bank.t | --transactions: change events come from kafka:",
        "--customers=file:changes.avro | (JSON Lines)",
        "--transactions=file:changes?format=avro | (JSON Lines)",
        "--customers=kafka://h:9092/c | --enriched: a file: output is written once all input is read, but kafka:",
        "--transactions=postgres://me@db/bank | but postgres: input never ends; write to kafka:",
        "--enriched=file:out.avro | --enriched: a changelog in files is JSON Lines",
        "--pending=postgres://me@db/bank | --pending: postgres: cannot be written to",
        "--metrics=iceberg:bank | write iceberg:db.table",
        "--metrics=iceberg:bank.m?asOf=2026-01-05 | an iceberg: output takes no parameters",
        "--customerChanges=nowhere | --customerChanges: 'nowhere' is not a port",
        "--customers=postgres://db/bank | write postgres://user@host:port/db",
        "--customers=postgres://me@db | write postgres://user@host:port/db",
        "--customers=postgres://me@db:0/bank | a database's port must be between 1 and 65535",
        "--customers=postgres://me@db:65536/bank | a database's port must be between 1 and 65535",
        "--ledger=file:lake | --ledger: 'file:lake' is not a namespace of tables; write iceberg:db",
        "--ledger=iceberg: | write iceberg:db",
        "--ledger=iceberg:bank/cards | write iceberg:db",
        "--scoring=localhost:80 | --scoring: 'localhost:80' is not a service",
        "--scoring=http://host/?x | --scoring: the address of a service must not contain '?' or '#'",
        "--scoringPatience=2 | --scoringPatience: '2' is not a duration; write 0s,",
        "--scoringTimeout=2 | --scoringTimeout: '2' is not a duration above zero",
        "--customerWait=soon | --customerWait: 'soon' is not a duration above zero",
        "--customerWait=-1m | is not a duration above zero",
        "--metricsRetention=0s | --metricsRetention: '0s' is not a duration above zero",
        "--metricsRetention=5m | --customerWait (10m) must not be longer than --metricsRetention (5m)",
        "--erasureRetention=9d | --erasureRetention (9d) must not be shorter than --metricsRetention (10d)",
        "--erasureRetention=soon | --erasureRetention: 'soon' is not a duration",
        "--maxRequestSize=1023 | --maxRequestSize must be between 1024 and 1073741824",
        "--scoringBatch=0 | --scoringBatch must be between 1 and 100, not 0",
        "--scoringBatch=101 | --scoringBatch must be between 1 and 100, not 101",
        "--scoringBatch=many | scoringBatch",
        "--scoringInFlight=0 | --scoringInFlight must be between 1 and 10000, not 0",
        "--shards=0 | --shards must be between 1 and 32768, not 0",
        "--shards=32769 | --shards must be between 1 and 32768, not 32769",
        "--enrichd=file:x | unknown option --enrichd; did you mean --enriched?",
        "--catalog=missing.properties | the catalog file missing.properties does not exist",
        "--runner=SparkRunner | SparkRunner",
        "enriched | 'enriched' is not an option",
      })
  void anInvalidArgumentIsReportedInOneLine(String argument, String explanation) {
    Outcome outcome = run(with(argument));

    assertThat(outcome.status(), is(2));
    assertThat(outcome.errors(), hasSize(1));
    assertThat(outcome.errors().get(0), containsString(explanation));
  }

  @ParameterizedTest
  @ValueSource(strings = {"customers", "transactions", "deadLetters", "scoring"})
  void aMissingPortIsNamed(String port) {
    List<String> without = new ArrayList<>(CARDS);
    without.removeIf(argument -> argument.startsWith("--" + port + "="));

    Outcome outcome = run(without);

    assertThat(outcome.status(), is(2));
    assertThat(outcome.errors(), hasSize(1));
    assertThat(outcome.errors().get(0), startsWith("--" + port + " is missing"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--customers=postgres://me:hunter2@db/bank",
        "--customers=postgres://me:hun@ter2@db/bank",
        "--customers=postgres://me:hunter2@db",
        "--customers=postgresql://me:hunter2@db/bank",
        "--transactions=jdbc:postgresql://me:hunter2@db/bank",
        "--customers=kafka://me:hunter2@db:9092/customers/x",
        "--deadLetters=postgres://me:hunter2@db/bank",
        "--ledger=postgres://me:hunter2@db/bank",
        "--scoring=http://me:hunter2@localhost:80",
      })
  void aPasswordIsNeitherAcceptedNorRepeated(String argument) {
    Outcome outcome = run(with(argument));

    assertThat(outcome.status(), is(2));
    assertThat(outcome.errors(), hasSize(1));
    assertThat(outcome.errors().get(0), not(containsString("ter2")));
  }

  @Test
  void theErrorForAPasswordNamesWhereItBelongs() {
    Outcome outcome = run(with("--customers=postgres://me:hunter2@db/bank"));

    assertThat(
        outcome.errors().get(0),
        startsWith(
            "--customers: a password does not belong on the command line; give it in PGPASSWORD"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--enriched=iceberg:bank.enriched_transactions | --ledger=iceberg:bank | enriched | ledger",
        "--metrics=iceberg:bank.spend_metrics | --ledger=iceberg:bank | metrics | ledger",
        "--metrics=iceberg:bank.x | --pending=iceberg:bank.x | pending | metrics",
        "--deadLetters=iceberg:bank.customers | --ledger=iceberg:bank | ledger | deadLetters",
      })
  void twoOutputsDoNotShareATable(String one, String other, String first, String second) {
    List<String> both = with(one);
    both.removeIf(argument -> argument.startsWith(other.replaceFirst("=.*", "=")));
    both.add(other);

    Outcome outcome = run(both);

    assertThat(outcome.status(), is(2));
    assertThat(outcome.errors(), hasSize(1));
    assertThat(
        outcome.errors().get(0),
        startsWith("--" + first + " and --" + second + " both name the table bank."));
  }

  @Test
  void helpListsAllOptions() {
    StringWriter out = new StringWriter();
    int status =
        Main.commandLine()
            .setOut(new PrintWriter(out, true))
            .execute("card-transactions", "--help");

    TreeSet<String> options = new TreeSet<>();
    for (Method method : CardTransactionsOptions.class.getMethods()) {
      boolean own = !method.getDeclaringClass().equals(PipelineOptions.class);
      if (own && method.getName().startsWith("get")) {
        options.add(Introspector.decapitalize(method.getName().substring(3)));
      }
    }
    List<String> listed =
        out.toString()
            .lines()
            .filter(line -> line.startsWith("  --"))
            .map(line -> line.substring(4).split(" ")[0])
            .toList();
    assertThat(status, is(0));
    assertThat(listed, equalTo(List.copyOf(options)));
    assertThat(listed, hasItem("metricsRetention"));
    assertThat(listed, hasItem("catalog"));
  }

  @ParameterizedTest
  @CsvSource({
    "postgres://me@db/bank, db, 5432",
    "postgres://me@db:6432/bank, db, 6432",
    "postgres://me@10.0.0.7:65535/bank, 10.0.0.7, 65535",
    "postgres://me@[::1]/bank, [::1], 5432",
    "postgres://me@[2001:db8::7]:6432/bank, [2001:db8::7], 6432",
  })
  void aDatabaseHasAHostAPortANameAndAUser(String uri, String host, int port) {
    assertThat(
        Port.parse("customers", uri),
        equalTo(new Port.Database(host, port, "bank", "me", DatabaseTls.preferred())));
  }

  @Test
  void aDatabaseHasTheParametersOfLibpq() {
    Port.Database database =
        (Port.Database)
            Port.parse(
                "customers",
                "postgres://me@db/bank?sslmode=verify-full&sslrootcert=/etc/my%20ca+1.pem"
                    + "&channel_binding=require");

    assertThat(
        database.tls(), equalTo(new DatabaseTls("verify-full", "require", "/etc/my ca+1.pem")));
    assertThat(
        database.jdbcUrl(),
        is(
            "jdbc:postgresql://db:5432/bank?sslmode=verify-full&channelBinding=require"
                + "&sslrootcert=%2Fetc%2Fmy+ca%2B1.pem"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ssl=true | a database has no parameter 'ssl'; its parameters are sslmode, sslrootcert and"
            + " channel_binding",
        "password=hunter2 | a database has no parameter 'password'; its parameters are sslmode,"
            + " sslrootcert and channel_binding",
        "sslmode=allow | sslmode must be disable, prefer, require, verify-ca, verify-full; it is"
            + " 'allow'",
        "channel_binding=yes | channel_binding must be disable, prefer, require; it is 'yes'",
        "sslmode | write sslmode=… once, with a value",
        "sslmode= | write sslmode=… once, with a value",
        "sslmode=require&sslmode=disable | write sslmode=… once, with a value",
        "sslmode=verify-ca&sslrootcert=%4 | sslrootcert has a '%' that is not followed by two"
            + " hexadecimal digits",
        "sslrootcert=/ca.pem | sslrootcert is used only with sslmode=verify-ca or"
            + " sslmode=verify-full; add one of them",
        "sslmode=disable&channel_binding=require | channel_binding=require needs TLS; write another"
            + " sslmode, such as sslmode=verify-full",
      })
  void anInvalidParameterOfADatabaseIsRejected(String query, String message) {
    PortException refused =
        assertThrows(
            PortException.class, () -> Port.parse("customers", "postgres://me@db/bank?" + query));

    assertThat(refused.getMessage(), is("--customers: " + message));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgres:me@db/bank",
        "postgres://me@::1/bank",
        "postgres://me@db:/bank",
        "postgres://me@db/",
        "postgres://me@db/bank/more"
      })
  void anInvalidDatabaseAddressIsRejected(String uri) {
    PortException refused = assertThrows(PortException.class, () -> Port.parse("customers", uri));

    assertThat(
        refused.getMessage(),
        is("--customers: that is not a database; write postgres://user@host:port/db"));
  }

  @Test
  void withATableWatermarksAreEmittedOften() {
    assertThat(
        watermarks("--runner=FlinkRunner", "--ledger=iceberg:bank"),
        equalTo(List.of("--autoWatermarkInterval=200")));
    assertThat(
        watermarks("--runner=FlinkRunner", "--deadLetters=iceberg:bank.dead_letters"),
        equalTo(List.of("--autoWatermarkInterval=200")));
    assertThat(
        watermarks("--runner=FlinkRunner", "--ledger=iceberg:bank", "--autoWatermarkInterval=50"),
        equalTo(List.of("--autoWatermarkInterval=50")));
  }

  @Test
  void withoutATableTheWatermarkIntervalIsBeamsDefault() {
    assertThat(
        watermarks("--runner=FlinkRunner", "--enriched=kafka://h:9092/t"), equalTo(List.of()));
    assertThat(watermarks("--runner=DirectRunner", "--ledger=iceberg:bank"), equalTo(List.of()));
  }

  private static List<String> watermarks(String... arguments) {
    return Arrays.stream(RunnerDefaults.complete(arguments))
        .filter(argument -> argument.startsWith("--autoWatermarkInterval"))
        .toList();
  }

  private record Outcome(int status, List<String> errors) {}

  private static Outcome run(List<String> arguments) {
    StringWriter errors = new StringWriter();
    List<String> all = new ArrayList<>(arguments);
    all.add(0, "card-transactions");
    int status =
        Main.commandLine()
            .setErr(new PrintWriter(errors, true))
            .setOut(new PrintWriter(new StringWriter()))
            .execute(all.toArray(String[]::new));
    return new Outcome(status, errors.toString().lines().toList());
  }

  /** Returns the arguments with one of them replaced, or added if there is none of its name. */
  private static List<String> with(String argument) {
    String name = argument.replaceFirst("=.*", "=");
    List<String> changed = new ArrayList<>(CARDS);
    changed.removeIf(a -> a.startsWith(name));
    changed.add(argument);
    return changed;
  }
}
