package dev.weir.needs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpServer;
import dev.weir.iceberg.commit.SinkRecord;
import dev.weir.iceberg.table.LedgerCatalog;
import dev.weir.ports.Port;
import dev.weir.ports.PortException;
import dev.weir.service.ServiceAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The reports about ports and services that are missing. */
@Timeout(120)
class NeedsTest {
  private static final List<String> ROUTES = List.of("/v1/scores", "/v1/score");
  private static final String NOBODY = "no.such.host.invalid";

  @TempDir private Path folder;

  @Test
  void aBrokerThatRefusesConnectionsIsNamedWithItsOption() throws IOException {
    String broker = "localhost:" + closedPort();

    assertThat(
        errors(Needs.withoutCatalog().reads("applications", topic(broker))),
        contains(
            "--applications: no Kafka broker answers at "
                + broker
                + " (connection refused); check the address"));
  }

  @Test
  void allPortsAreCheckedAndEachIsReported() throws IOException {
    String broker = "localhost:" + closedPort();

    assertThat(
        errors(
            Needs.withoutCatalog()
                .reads("applications", topic(broker))
                .writes("decisions", "kafka://" + NOBODY + ":9092/decisions")
                .writes("deadLetters", "file:" + folder.resolve("letters"))
                .asks("bureau", at("http://" + NOBODY), Duration.ofMinutes(1), List.of())),
        contains(
            startsWith("--applications: no Kafka broker answers at " + broker),
            startsWith(
                "--decisions: no Kafka broker answers at " + NOBODY + ":9092 (unknown host)"),
            startsWith("--bureau: no service answers at http://" + NOBODY + " (unknown host)")));
  }

  @Test
  void eachReasonOfSeveralBrokersIsReportedOnce() throws IOException {
    String brokers = "localhost:" + closedPort() + ",localhost:" + closedPort();

    assertThat(
        errors(Needs.withoutCatalog().reads("wallet", topic(brokers))),
        contains(
            "--wallet: no Kafka broker answers at "
                + brokers
                + " (connection refused); check the address"));
  }

  @Test
  void aServerThatIsNotABrokerIsReported() throws IOException {
    try (ServerSocket silent = listen()) {
      String broker = "localhost:" + silent.getLocalPort();

      assertThat(
          errors(Needs.withoutCatalog().reads("applications", topic(broker))),
          contains(
              startsWith(
                  "--applications: "
                      + broker
                      + " accepts connections, but no Kafka broker answers there")));
    }
  }

  @Test
  void aServiceThatIsDownIsAnErrorForABoundedRun() throws IOException {
    String service = "http://localhost:" + closedPort();

    assertThat(
        errors(
            Needs.withoutCatalog().asks("bureau", at(service), Duration.ofMinutes(10), List.of())),
        contains(
            "--bureau: no service answers at "
                + service
                + " (connection refused); start it, or check the address"));
  }

  @Test
  void aServiceThatIsDownIsAWarningForALiveJob() throws IOException {
    String service = "http://localhost:" + closedPort();

    Findings found =
        Needs.of(true, null, LedgerCatalog.inFolder(folder))
            .asks("scoring", at(service), Duration.ofSeconds(30), List.of())
            .tryAll();

    assertThat(found.errors(), is(empty()));
    assertThat(
        found.warnings(), contains(startsWith("--scoring: no service answers at " + service)));
  }

  @Test
  void aBrokerThatIsDownIsAnErrorForALiveJobToo() throws IOException {
    Needs needs =
        Needs.of(true, null, LedgerCatalog.inFolder(folder))
            .reads("wallet", topic("localhost:" + closedPort()));

    assertThat(errors(needs), contains(startsWith("--wallet: no Kafka broker answers at ")));
  }

  @Test
  void aServiceWithoutPatienceIsNotChecked() throws IOException {
    Needs needs =
        Needs.withoutCatalog()
            .asks("bureau", at("http://localhost:" + closedPort()), Duration.ZERO, List.of());

    assertThat(errors(needs), is(empty()));
  }

  @Test
  void aCheckConnectsToAServiceAndSendsNothing() throws IOException {
    try (ServerSocket service = listen()) {
      String address = "http://localhost:" + service.getLocalPort();

      List<String> errors =
          errors(
              Needs.withoutCatalog()
                  .asks("bureau", at(address), Duration.ofMinutes(10), List.of()));

      assertThat(errors, is(empty()));
      try (Socket connection = service.accept()) {
        assertThat(connection.getInputStream().read(), is(-1));
      }
    }
  }

  @Test
  void aServiceWithOneOfItsRoutesPasses() throws IOException {
    List<String> asked = new CopyOnWriteArrayList<>();
    HttpServer service = serving("/v1/score", asked);
    try {
      assertThat(errors(asksBureau(service)), is(empty()));
    } finally {
      service.stop(0);
    }
    // No question.
    assertThat(asked, contains("POST /v1/scores {}", "POST /v1/score {}"));
  }

  @Test
  void aServiceWithNoneOfItsRoutesIsAnErrorForABoundedRunAndAWarningForALiveJob()
      throws IOException {
    HttpServer service = serving("/predict", new CopyOnWriteArrayList<>());
    try {
      String line =
          "--bureau: the service at "
              + address(service)
              + " has neither POST /v1/scores nor POST /v1/score (404 or 405); check the address and its"
              + " path";
      Findings live =
          Needs.of(true, null, LedgerCatalog.inFolder(folder))
              .asks("bureau", at(address(service)), Duration.ofSeconds(30), ROUTES)
              .tryAll();

      assertThat(errors(asksBureau(service)), contains(line));
      assertThat(live.errors(), is(empty()));
      assertThat(live.warnings(), contains(line));
    } finally {
      service.stop(0);
    }
  }

  @Test
  void aServiceThatDoesNotAnswerIsNotReportedAsLackingRoutes() throws IOException {
    try (ServerSocket silent = listen()) {
      assertThat(
          errors(
              Needs.withoutCatalog()
                  .asks(
                      "bureau",
                      at("http://localhost:" + silent.getLocalPort()),
                      Duration.ofMinutes(10),
                      ROUTES)),
          is(empty()));
    }
  }

  private static Needs asksBureau(HttpServer service) {
    return Needs.withoutCatalog()
        .asks("bureau", at(address(service)), Duration.ofMinutes(10), ROUTES);
  }

  private static String address(HttpServer service) {
    return "http://localhost:" + service.getAddress().getPort() + "/credit";
  }

  /** Accepts {@code POST} on one route, and answers 404 on all others. */
  private static HttpServer serving(String route, List<String> asked) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath().replace("/credit", "");
          String method = exchange.getRequestMethod();
          String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
          asked.add(method + " " + path + " " + body);
          int status = path.equals(route) ? 422 : 404;
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
    return server;
  }

  @Test
  void anHttpsServiceWithoutTlsIsAnError() throws IOException {
    try (ServerSocket service = listen()) {
      String address = "https://localhost:" + service.getLocalPort();
      Thread hangsUp = new Thread(() -> hangUp(service));
      hangsUp.start();

      assertThat(
          errors(
              Needs.withoutCatalog()
                  .asks("bureau", at(address), Duration.ofMinutes(10), List.of())),
          contains(startsWith("--bureau: no service answers at " + address + " (")));
    }
  }

  @Test
  void aPatternThatMatchesNoFileIsAnError() {
    String pattern = folder.resolve("history-*.jsonl").toString();

    assertThat(
        errors(Needs.withoutCatalog().reads("users", new Port.Files(pattern, false))),
        contains("--users: no files match " + pattern + "; check the path"));
  }

  @Test
  void aFolderWithoutFilesIsAnErrorAndOneWithAFileIsNot() throws IOException {
    Path history = Files.createDirectory(folder.resolve("history"));
    Needs needs = Needs.withoutCatalog().reads("users", new Port.Files(history.toString(), false));

    assertThat(errors(needs), contains("--users: no files match " + history + "; check the path"));
    Files.writeString(history.resolve("a.jsonl"), "{}\n");
    assertThat(errors(needs), is(empty()));
  }

  @Test
  void aPipeIsNotOpened() throws Exception {
    Path pipe = folder.resolve("pipe.jsonl");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor(), is(0));

    // Opening it would wait for a writer.
    assertThat(
        errors(Needs.withoutCatalog().reads("users", new Port.Files(pipe.toString(), false))),
        is(empty()));
  }

  @Test
  void aFileThatCannotBeOpenedIsNamed() throws IOException {
    Path link = folder.resolve("gone.jsonl");
    Files.createSymbolicLink(link, folder.resolve("nothing"));
    String pattern = folder.resolve("*.jsonl").toString();

    assertThat(
        errors(Needs.withoutCatalog().reads("users", new Port.Files(pattern, false))),
        contains("--users: " + pattern + " matches " + link + ", which is a broken link"));
  }

  @Test
  void aFolderThatCannotBeCreatedIsAnError() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    assertThat(
        errors(Needs.withoutCatalog().writes("decisions", "file:" + file.resolve("out"))),
        contains(startsWith("--decisions: the folder " + file.resolve("out") + " cannot be")));
  }

  @Test
  void anOutputFolderIsCreatedAndLeftEmpty() throws IOException {
    Path out = folder.resolve("a/b");

    assertThat(errors(Needs.withoutCatalog().writes("decisions", "file:" + out)), is(empty()));
    try (var files = Files.list(out)) {
      assertThat(files.toList(), is(empty()));
    }
  }

  @Test
  void aMissingInputTableIsNamedWithItsOption() {
    LedgerCatalog catalog = LedgerCatalog.inFolder(folder);

    assertThat(
        errors(
            Needs.of(false, null, catalog)
                .reads("applications", Port.parse("applications", "iceberg:bank.applications"))
                .keeps("ledger", "iceberg:bank", "loan_decisions")),
        contains(
            "--applications: table bank.applications does not exist in the catalog "
                + catalog
                + "; check its name"));
  }

  @Test
  void outputTablesAreNotCreated() throws IOException {
    Path warehouse = folder.resolve("lake");

    assertThat(
        errors(
            Needs.of(false, null, LedgerCatalog.inFolder(warehouse))
                .writes("decisions", "iceberg:bank.decisions")
                .keeps("ledger", "iceberg:bank", "loan_decisions")),
        is(empty()));
    assertThat(Files.exists(warehouse), is(false));
  }

  @Test
  void anExistingTableIsNotAnError() {
    LedgerCatalog catalog = LedgerCatalog.inFolder(folder);
    try (var open = catalog.open()) {
      ((SupportsNamespaces) open.catalog()).createNamespace(Namespace.of("bank"));
      open.catalog()
          .createTable(
              TableIdentifier.parse("bank.applications"),
              new Schema(Types.NestedField.required(1, "id", Types.StringType.get())));
    }

    assertThat(
        errors(
            Needs.of(false, null, catalog)
                .reads("applications", Port.parse("applications", "iceberg:bank.applications"))),
        is(empty()));
  }

  @Test
  void aTableThatAJobWithoutStateHasAppendedToIsAnError() {
    LedgerCatalog catalog = LedgerCatalog.inFolder(folder);
    Schema rows = new Schema(Types.NestedField.required(1, "id", Types.StringType.get()));
    Schema keyed = new Schema(rows.columns(), Set.of(1));
    Map<String, String> written =
        Map.of(
            SinkRecord.property("loan-decisions"),
            new SinkRecord("job", 1, List.of(), List.of()).toJson());
    try (var open = catalog.open()) {
      ((SupportsNamespaces) open.catalog()).createNamespace(Namespace.of("bank"));
      for (Map.Entry<String, Schema> table :
          Map.of("appended", rows, "upserted", keyed).entrySet()) {
        open.catalog()
            .createTable(
                TableIdentifier.of("bank", table.getKey()),
                table.getValue(),
                PartitionSpec.unpartitioned(),
                written);
      }
    }

    assertThat(
        appends(catalog, "loan-decisions").startsWithoutState().tryAll().errors(),
        contains(
            startsWith(
                "--decisions: table bank.appended has records of the sink id 'loan-decisions'")));
    assertThat(appends(catalog, "another").startsWithoutState().tryAll().errors(), is(empty()));
    assertThat(appends(catalog, "loan-decisions").tryAll().errors(), is(empty()));
    assertThat(
        appends(catalog, "loan-decisions")
            .writesAs("loan-decisions", true)
            .startsWithoutState()
            .tryAll()
            .errors(),
        is(empty()));
  }

  private static Needs appends(LedgerCatalog catalog, String sinkId) {
    return Needs.of(true, null, catalog)
        .writesAs(sinkId, false)
        .writes("decisions", "iceberg:bank.appended")
        .writes("enriched", "iceberg:bank.upserted");
  }

  @Test
  void aCatalogThatRefusesConnectionsIsReportedOnceForAllItsTables() throws IOException {
    String uri = "http://localhost:" + closedPort() + "/api";
    LedgerCatalog catalog = LedgerCatalog.of(Map.of("type", "rest", "uri", uri));

    assertThat(
        errors(
            Needs.of(false, "catalog.properties", catalog)
                .writes("decisions", "iceberg:bank.decisions")
                .keeps("ledger", "iceberg:bank", "loan_decisions")),
        contains(
            "--catalog: the catalog {type=rest, uri="
                + uri
                + "} does not answer (connection refused); check its uri"));
  }

  @Test
  void aWarehouseThatCannotBeCreatedIsAnError() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    assertThat(
        errors(
            Needs.of(false, null, LedgerCatalog.inFolder(file.resolve("lake")))
                .keeps("ledger", "iceberg:bank", "loan_decisions")),
        contains(
            equalTo(
                "--ledger: the catalog {type=hadoop, warehouse="
                    + file.resolve("lake")
                    + "} cannot be written to: "
                    + file
                    + " is not a folder")));
  }

  @Test
  void aCatalogThatDoesNotAnswerIsGivenUp() throws IOException {
    try (ServerSocket silent = listen()) {
      String uri = "http://localhost:" + silent.getLocalPort() + "/api";

      assertThat(
          errors(
              Needs.of(false, "c.properties", LedgerCatalog.of(Map.of("type", "rest", "uri", uri)))
                  .keeps("ledger", "iceberg:bank", "loan_decisions")),
          contains(
              "--catalog: the catalog {type=rest, uri="
                  + uri
                  + "} does not answer within "
                  + Needs.LIMIT.toSeconds()
                  + " s; check the address"));
    }
  }

  @Test
  void aDatabaseIsRejectedWithoutAReaderForIt() {
    Port database = Port.parse("customers", "postgres://reader@localhost:5432/bank");
    Needs needs = Needs.withoutCatalog();

    PortException refused =
        assertThrows(
            PortException.class,
            () ->
                needs.readsChanges(
                    "customers", database, "card-transactions", "public.customers", List.of()));

    assertThat(
        refused.getMessage(),
        is(
            "--customers: this build cannot read postgres:// (it is part of Weir's test bed);"
                + " publish the database's changes to Kafka with Debezium, and name the topic"));
  }

  @Test
  void aServerThatRefusesConnectionsIsNamedWithItsOption() throws IOException {
    int port = closedPort();

    assertThat(
        errors(Needs.withoutCatalog().connects("flinkMaster", "Flink cluster", "localhost", port)),
        contains(containsString("--flinkMaster: no Flink cluster answers at localhost:" + port)));
  }

  @Test
  void foldersOfThisMachineAreRejectedForAClusterOnOthers() {
    Path decisions = folder.resolve("decisions");
    LedgerCatalog catalog = LedgerCatalog.inFolder(folder.resolve("warehouse"));
    String way =
        " is a path on this machine, and the workers of the cluster at flink:8081 are on others;"
            + " use a topic or a remote catalog, leave out --flinkMaster, or add --sharedFolders if"
            + " every worker sees the same files there";

    assertThat(
        errors(
            Needs.of(false, null, catalog)
                .writes("decisions", "file:" + decisions)
                .keeps("ledger", "iceberg:bank", "loan_decisions")
                .runsAt("flink:8081", false)
                .usesFolder("stateBackendStoragePath", "file:///c", "flink:8081", false)
                .usesFolder("savepoints", "s3://bucket/savepoints", "flink:8081", false)),
        contains(
            "--decisions: " + decisions + way,
            "--ledger: " + folder.resolve("warehouse") + way,
            "--stateBackendStoragePath: file:///c" + way));
  }

  @Test
  void sharedFoldersAreAllowedIfTheirPathsAreAbsolute() {
    LedgerCatalog catalog = LedgerCatalog.inFolder(folder.resolve("warehouse"));

    assertThat(
        errors(
            Needs.of(false, null, catalog)
                .writes("decisions", "file:" + folder.resolve("decisions"))
                .keeps("ledger", "iceberg:bank", "loan_decisions")
                .runsAt("flink:8081", true)
                .usesFolder("stateBackendStoragePath", "checkpoints", "flink:8081", true)),
        contains(
            "--stateBackendStoragePath: checkpoints is relative, and each worker of the cluster at"
                + " flink:8081 has a working folder of its own; write the absolute path of the"
                + " shared folder"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "type=jdbc warehouse=/srv/lake | 1",
        "type=jdbc warehouse=file:/srv/lake | 1",
        "catalog-impl=org.example.Catalog warehouse=lake | 1",
        "type=jdbc warehouse=s3://bucket/lake | 0",
        "type=rest warehouse=lake | 0",
        "type=hadoop warehouse=/lake hadoop.fs.defaultFS=hdfs://names:8020 | 0",
        "type=hadoop warehouse=/lake hadoop.fs.defaultFS=file:/// | 1",
      })
  void aWarehouseIsLocalIfItsLocationIs(String properties, int local) {
    Map<String, String> catalog = new HashMap<>();
    for (String property : properties.split(" ")) {
      String[] pair = property.split("=", 2);
      catalog.put(pair[0], pair[1]);
    }
    CatalogNeed need = new CatalogNeed("catalog", LedgerCatalog.of(catalog));

    assertThat(need.localWarehouse().stream().count(), is((long) local));
  }

  private static ServiceAddress at(String address) {
    return ServiceAddress.of(URI.create(address)).named("--bureau");
  }

  private static List<String> errors(Needs needs) {
    return needs.tryAll().errors();
  }

  private static Port topic(String brokers) {
    return Port.parse("any", "kafka://" + brokers + "/topic");
  }

  private static ServerSocket listen() throws IOException {
    return new ServerSocket(0, 50, InetAddress.getByName("localhost"));
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = listen()) {
      return socket.getLocalPort();
    }
  }

  private static void hangUp(ServerSocket service) {
    try {
      service.accept().close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
