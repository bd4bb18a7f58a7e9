package dev.weir.flinkjar;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.is;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fat jar, in a process whose class path is that of a Flink cluster: the jar and Flink. */
class FlinkJarIT {
  /** The jars that a cluster has and the fat jar does not. */
  private static final Pattern CLUSTER =
      Pattern.compile("(flink-|frocksdbjni|kryo|minlog|slf4j|logback).*\\.jar");

  private static final Path JAR =
      Path.of("target").resolve(System.getProperty("weir.jar")).toAbsolutePath();

  @TempDir private Path folder;

  @Test
  void noClassOfAClusterIsInTheJar() throws IOException {
    List<String> classes = entries(JAR);

    assertThat(
        classes.stream()
            .filter(name -> name.startsWith("org/apache/flink/") || name.startsWith("org/slf4j/"))
            .toList(),
        is(empty()));
    assertThat(
        classes,
        hasItems(
            "dev/weir/loandecisions/LoanDecisions.class",
            "dev/weir/cardtransactions/CardTransactions.class",
            "dev/weir/moneyenrichment/MoneyEnrichment.class",
            "org/apache/beam/runners/flink/FlinkRunner.class",
            "org/apache/kafka/clients/consumer/KafkaConsumer.class",
            "org/apache/iceberg/hadoop/HadoopCatalog.class"));
  }

  @Test
  void theJarDoesNotContainTheTestBed() throws IOException {
    assertThat(
        entries(JAR).stream()
            .filter(
                name ->
                    name.startsWith("io/debezium/")
                        || name.startsWith("io/vertx/")
                        || name.startsWith("kafka/server/")
                        || name.startsWith("dev/weir/demo/"))
            .toList(),
        is(empty()));

    assertThat(weir(2, "demo"), containsString("unknown command 'demo'"));
    assertThat(
        weir(
            2,
            "card-transactions",
            "--customers=postgres://weir@localhost:5432/bank",
            "--transactions=postgres://weir@localhost:5432/bank",
            "--scoring=http://localhost:1",
            "--deadLetters=file:" + folder.resolve("dead")),
        containsString("--customers: this build cannot read postgres://"));
  }

  @Test
  void itRunsOnFlinkAndWritesATable() throws IOException {
    Path applications = folder.resolve("applications.jsonl");
    Files.writeString(
        applications,
        """
        {"request_id":"r1","applicant_type":"KNOWN","amount":100.50,"ssn":"900-01-0001",\
        "ts":"2026-01-05T12:00:00Z"}
        """);
    Path catalog = folder.resolve("catalog.properties");
    Files.writeString(catalog, "type=hadoop\nwarehouse=" + folder.resolve("lake") + "\n");
    String decisions = "--decisions=file:" + folder.resolve("decisions");

    weir(
        0,
        "loan-decisions",
        "--runner=FlinkRunner",
        "--applications=file:" + applications,
        decisions,
        "--ledger=iceberg:bank.decisions",
        "--catalog=" + catalog,
        "--deadLetters=file:" + folder.resolve("dead"),
        "--bureau=http://localhost:1",
        "--bureauPatience=0s");

    assertThat(
        lines(folder.resolve("decisions")),
        contains(containsString("\"request_id\":\"r1\",\"status\":\"APPROVED\"")));
    assertThat("data files of the table", files(folder.resolve("lake"), ".parquet").size(), is(1));
  }

  /** Runs a command; returns what it printed. */
  private String weir(int status, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens"))
        .forEach(command::add);
    String cluster =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(jar -> CLUSTER.matcher(Path.of(jar).getFileName().toString()).matches())
            .collect(Collectors.joining(File.pathSeparator));
    command.addAll(
        List.of(
            "-Xmx1g",
            "-Dweir.log=" + folder.resolve("weir.log"),
            "-cp",
            JAR + File.pathSeparator + cluster,
            "dev.weir.local.Main"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    try {
      assertThat(printed, process.waitFor(), is(status));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return printed;
  }

  private static List<String> entries(Path jar) throws IOException {
    List<String> names = new ArrayList<>();
    try (JarFile file = new JarFile(jar.toFile())) {
      for (Enumeration<JarEntry> all = file.entries(); all.hasMoreElements(); ) {
        names.add(all.nextElement().getName());
      }
    }
    return names;
  }

  private static List<String> lines(Path folder) throws IOException {
    List<String> lines = new ArrayList<>();
    for (Path file : files(folder, ".jsonl")) {
      lines.addAll(Files.readAllLines(file));
    }
    return lines;
  }

  private static List<Path> files(Path folder, String suffix) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(suffix)).toList();
    }
  }
}
