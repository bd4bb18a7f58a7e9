package dev.weir.iceberg.table;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.iceberg.testing.Payments;
import dev.weir.iceberg.testing.Warehouse;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.hadoop.HadoopCatalog;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerCatalogTest {
  /** A variable of the process that runs the tests; its value does not matter. */
  private static final String VARIABLE = "PATH";

  @TempDir Path folder;

  /** Shows the properties it was opened with. */
  public static final class Opened extends InMemoryCatalog {
    private String openedAs;
    private Map<String, String> openedWith;
    private boolean closed;

    @Override
    public void initialize(String name, Map<String, String> properties) {
      openedAs = name;
      openedWith = Map.copyOf(properties);
      super.initialize(name, properties);
    }

    @Override
    public void close() throws IOException {
      closed = true;
      super.close();
    }
  }

  @Test
  void aFileOfPropertiesDescribesACatalog() throws IOException {
    Path file =
        file("type = hadoop  \n# where it is\nwarehouse = " + folder.resolve("räume") + " \n");

    LedgerTable.of(LedgerCatalog.read(file), "bank.payments", Payments.SCHEMA).prepare();

    assertThat(Files.isDirectory(folder.resolve("räume/bank/payments/metadata")), is(true));
  }

  @Test
  void aFolderIsACatalog() {
    try (OpenCatalog open = LedgerCatalog.inFolder(folder).open()) {
      assertThat(open.catalog(), is(instanceOf(HadoopCatalog.class)));
    }
  }

  @Test
  void aMissingFileIsAnError() {
    Path file = folder.resolve("none.properties");

    assertThat(messageOfReading(file), is("the catalog file " + file + " does not exist"));
  }

  @Test
  void aFileThatCannotBeReadIsAnErrorThatNamesIt() throws IOException {
    assertThat(
        messageOfReading(folder), startsWith("the catalog file " + folder + " cannot be read: "));

    Path escape = file("type=hadoop\nwarehouse=C:\\users\n");
    assertThat(
        messageOfReading(escape), startsWith("the catalog file " + escape + " cannot be read: "));

    Path latin = folder.resolve("latin.properties");
    Files.write(latin, "type=hadoop\nwarehouse=/räume".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(
        messageOfReading(latin), startsWith("the catalog file " + latin + " cannot be read: "));
  }

  @Test
  void aFileWithoutATypeIsAnError() throws IOException {
    Path file = file("warehouse=/tmp");

    assertThat(
        messageOfReading(file),
        is(
            "the catalog file "
                + file
                + " has no type; set type=hadoop, type=jdbc, type=rest or catalog-impl=CLASS"));
  }

  @Test
  void anUnknownTypeIsAnError() {
    LedgerCatalog catalog = LedgerCatalog.of(Map.of("type", "ledger", "warehouse", "/w"));

    LedgerException thrown = assertThrows(LedgerException.class, catalog::open);

    assertThat(
        thrown.getMessage(),
        is(
            "the catalog {type=ledger, warehouse=/w} cannot be opened: Unknown catalog type:"
                + " ledger"));
  }

  @Test
  void aClassThatIsNotACatalogIsAnError() {
    LedgerCatalog catalog = LedgerCatalog.of(Map.of("catalog-impl", "dev.weir.Nowhere"));

    LedgerException thrown = assertThrows(LedgerException.class, catalog::open);

    assertThat(
        thrown.getMessage(),
        startsWith("the catalog {catalog-impl=dev.weir.Nowhere} cannot be opened: "));
  }

  @Test
  void valuesAreReadFromTheEnvironmentWhenTheCatalogIsOpened() {
    LedgerCatalog catalog =
        SerializableUtils.clone(
            LedgerCatalog.of(
                Map.of(
                    "catalog-impl",
                    Opened.class.getName(),
                    "name",
                    "ours",
                    "token",
                    "env:" + VARIABLE,
                    "plain",
                    "environment")));

    try (OpenCatalog open = catalog.open()) {
      Opened opened = (Opened) open.catalog();
      assertThat(opened.openedAs, is("ours"));
      assertThat(opened.openedWith.get("token"), is(System.getenv(VARIABLE)));
      assertThat(opened.openedWith.get("plain"), is("environment"));
    }
  }

  @Test
  void hadoopSettingsLoseTheirPrefixAndMayComeFromTheEnvironment() {
    LedgerCatalog catalog =
        LedgerCatalog.of(
            Map.of(
                "type",
                "hadoop",
                "warehouse",
                folder.toString(),
                "hadoop.weir.plain",
                "value",
                "hadoop.weir.secret",
                "env:" + VARIABLE));

    try (OpenCatalog open = catalog.open()) {
      var hadoop = ((HadoopCatalog) open.catalog()).getConf();
      assertThat(hadoop.get("weir.plain"), is("value"));
      assertThat(hadoop.getRaw("weir.secret"), is(System.getenv(VARIABLE)));
      assertThat(hadoop.get("warehouse"), is(nullValue()));
    }
  }

  @Test
  void aMissingVariableIsAnErrorAndNotAnEmptyPassword() {
    LedgerCatalog catalog =
        LedgerCatalog.of(
            Map.of("catalog-impl", Opened.class.getName(), "token", "env:WEIR_NO_SUCH_VARIABLE"));

    LedgerException thrown = assertThrows(LedgerException.class, catalog::open);

    assertThat(
        thrown.getMessage(),
        is(
            "the catalog {catalog-impl="
                + Opened.class.getName()
                + "} cannot be opened: token is env:WEIR_NO_SUCH_VARIABLE, but the environment"
                + " variable WEIR_NO_SUCH_VARIABLE is not set in this process; set it in each"
                + " process of the job"));
  }

  @ParameterizedTest
  @CsvSource({
    "jdbc.password, geheim",
    "s3.secret-access-key, geheim",
    "s3.access-key-id, geheim",
    "s3.session-token, geheim",
    "token, geheim",
    "credential, client:geheim",
    "urn:ietf:params:oauth:token-type:jwt, geheim",
    "header.Authorization, Bearer geheim",
    "adls.sas-token.account, geheim",
    "adls.connection-string.account, geheim",
    "gcs.oauth2.token, geheim",
    "gcs.decryption-key, geheim",
    "hadoop.fs.s3a.secret.key, geheim",
    "hadoop.fs.s3a.access.key, geheim",
    "hadoop.fs.azure.account.key.one.dfs.core.windows.net, geheim",
    "s3.sse.key, geheim",
    "header.Cookie, session=geheim",
    "warehouse, https://account.blob.core.windows.net/lake?sv=2024-11-04&sig=geheim",
    "hadoop.fs.proxy, https://weir:geheim@proxy:8080"
  })
  void aSecretInAFileIsAnErrorThatDoesNotQuoteIt(String name, String value) throws IOException {
    Path file = file("type=jdbc\n" + name.replace(":", "\\:") + "=" + value + "\n");

    assertThat(
        messageOfReading(file),
        is(
            "the catalog file "
                + file
                + " has a secret in clear text, "
                + name
                + ", which would be stored with the job; write "
                + name
                + "=env:NAME and set the environment variable NAME in each process of the job"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://weir:geheim@db/ledger",
        "jdbc:postgresql://weir:ge/heim@db/ledger",
        "jdbc:postgresql://weir:ge?heim@db/ledger",
        "jdbc:postgresql://weir:ge@heim@db/ledger",
        "jdbc:postgresql://weir:/geheim@db/ledger",
        "jdbc:postgresql://weir:1234@db/ledger",
        "jdbc:postgresql://weir@bank:geheim@db/ledger",
        "jdbc:postgresql://:geheim@db/ledger",
        "jdbc:postgresql://db/ledger?user=weir&password=geheim",
        "jdbc:postgresql://db/ledger?sslpassword=geheim",
        "jdbc:postgresql://db/ledger?pwd=geheim",
        "jdbc:mysql://(host=db,user=weir,password=geheim)/ledger",
        "jdbc:sqlserver://db;user=weir;password=geheim",
        "jdbc:oracle:thin:weir/geheim@//db:1521/ledger",
        "jdbc:oracle:oci:weir/ge/heim@db",
        "https://geheim@catalog/v1",
        "https://catalog/v1?apiKey=geheim",
        "https://catalog/v1?api_key=geheim",
        "https://account.blob.core.windows.net/lake?sv=2024-11-04&sr=c&sig=geheim",
        "https://bucket.s3.amazonaws.com/lake?X-Amz-Signature=geheim",
        "jdbc:postgresql://db/ledger?options=a\nb&password=geheim",
        "jdbc:postgresql://weir:ge\nheim@db/ledger"
      })
  void aSecretInTheAddressIsAnErrorInAFileAndWhenTheCatalogIsOpened(String uri) throws IOException {
    Path file = file("type=jdbc\nuri=" + uri.replace("\n", "\\n") + "\n");
    LedgerCatalog catalog = LedgerCatalog.of(Map.of("type", "jdbc", "uri", uri));
    String wayOut =
        "; remove it from the uri and write jdbc.user=USER and jdbc.password=env:NAME, or"
            + " token=env:NAME for a REST catalog; then set the environment variable NAME in each"
            + " process of the job";

    assertThat(
        messageOfReading(file),
        is(
            "the catalog file "
                + file
                + " has a secret in clear text, uri, which would be stored with the job"
                + wayOut));
    assertThat(
        assertThrows(LedgerException.class, catalog::open).getMessage(),
        is(
            "the catalog "
                + catalog
                + " cannot be opened: its uri has a secret in it, which error messages would quote"
                + wayOut));
    assertThat(catalog.toString(), not(containsString("heim")));
  }

  @Test
  void theKeyOfKmsIsANameAndNotASecret() throws IOException {
    Path file = file("type=rest\ns3.sse.type=kms\ns3.sse.key=arn:aws:kms:eu-west-1:1:key/2\n");

    assertThat(
        LedgerCatalog.read(file).property("s3.sse.key"),
        is(Optional.of("arn:aws:kms:eu-west-1:1:key/2")));
    assertThat(
        messageOfReading(file("type=rest\ns3.sse.type=custom\ns3.sse.key=geheim\n")),
        containsString("s3.sse.key"));
  }

  @ParameterizedTest
  @CsvSource({
    "jdbc.password, env:LAKE_PASSWORD",
    "uri, env:LAKE_URI",
    "uri, jdbc:postgresql://db:5432/ledger?user=me@home",
    "uri, 'jdbc:postgresql://one:5432,two:5432/ledger?user=me@home'",
    "uri, jdbc:postgresql://[::1]:5432/ledger?user=me@home",
    "uri, jdbc:postgresql://db/ledger?sslmode=verify-full&sslkey=/etc/weir/db.key",
    "uri, jdbc:postgresql://weir@db:5432/ledger",
    "uri, jdbc:sqlserver://db:1433;user=me@home",
    "uri, jdbc:oracle:thin:@//db:1521/ledger?user=me@home",
    "uri, https://catalog:8181/v1",
    "uri, https://catalog:8181/v1/me@home",
    "uri, https://catalog/v1?design=new",
    "warehouse, s3://lake/me@home",
    "warehouse, file:///C:/Users/me@home",
    "header.X-Iceberg-Access-Delegation, vended-credentials",
    "warehouse, abfss://lake@account.dfs.core.windows.net/tables",
    "warehouse, abfss://lake@account.dfs.core.windows.net:443/me@home",
    "token-refresh-enabled, false",
    "token-expires-in-ms, 3600000",
    "oauth2-server-uri, https://login/oauth/tokens",
    "client.refresh-credentials-endpoint, /v1/credentials",
    "client.credentials-provider, software.amazon.awssdk.EnvironmentVariableCredentialsProvider",
    "hadoop.fs.s3a.aws.credentials.provider, org.apache.hadoop.fs.s3a.auth.IAMInstance",
    "hadoop.security.credential.provider.path, jceks://file/etc/weir.jceks",
    "jdbc.user, weir"
  })
  void aSettingThatIsNotASecretMayBeInTheFile(String name, String value) throws IOException {
    LedgerCatalog catalog =
        LedgerCatalog.read(file("type=jdbc\n" + name.replace(":", "\\:") + "=" + value + "\n"));

    assertThat(catalog, is(LedgerCatalog.of(Map.of("type", "jdbc", name, value))));
  }

  /** Quotes its address, as some drivers and catalogs do. */
  public static final class Unreachable extends InMemoryCatalog {
    @Override
    public void initialize(String name, Map<String, String> properties) {
      throw new IllegalStateException(
          "no connection", new IllegalArgumentException(properties.get("uri")));
    }
  }

  @Test
  void theErrorOfAFailedConnectionHasNoSecretOfTheEnvironment() {
    LedgerCatalog catalog =
        LedgerCatalog.of(
            Map.of("catalog-impl", Unreachable.class.getName(), "uri", "env:" + VARIABLE));

    LedgerException thrown = assertThrows(LedgerException.class, catalog::open);

    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace, true));
    assertThat(trace.toString(), not(containsString(System.getenv(VARIABLE))));
    assertThat(
        thrown.getMessage(),
        is(
            "the catalog {catalog-impl="
                + Unreachable.class.getName()
                + ", uri=env:PATH} cannot be opened: IllegalStateException, whose message has a"
                + " secret; check its uri"));
  }

  @Test
  void itsTextContainsNoSecret() {
    LedgerCatalog catalog =
        LedgerCatalog.of(
            Map.of(
                "type", "jdbc",
                "uri", "jdbc:postgresql://db:5432/ledger",
                "warehouse", "s3://ledger/tables",
                "jdbc.user", "weir",
                "jdbc.password", "geheim",
                "s3.secret-access-key", "geheim",
                "token", "geheim"));

    assertThat(
        catalog.toString(),
        is("{type=jdbc, uri=jdbc:postgresql://db:5432/ledger," + " warehouse=s3://ledger/tables}"));
  }

  @ParameterizedTest
  @CsvSource({
    "jdbc:postgresql://db/ledger?user=weir&password=geheim, jdbc:postgresql://db/ledger",
    "jdbc:sqlserver://db;user=weir;password=geheim, jdbc:sqlserver://db",
    "jdbc:postgresql://weir:geheim@db/ledger, jdbc:postgresql:...",
    "jdbc:postgresql://weir:ge@heim@db/ledger, jdbc:postgresql:...",
    "jdbc:postgresql://weir:geh?eim@db/ledger, jdbc:postgresql:...",
    "jdbc:postgresql://db/ledger?user=me@home&password=geheim, jdbc:postgresql:...",
    "jdbc:oracle:thin:weir/geheim@//db:1521/ledger, jdbc:oracle:thin:...",
    "https://weir:geheim@catalog/v1, https:...",
    "https://catalog:8181/v1, https://catalog:8181/v1"
  })
  void anAddressShowsNoSecretThatIsInIt(String uri, String shown) {
    LedgerCatalog catalog = LedgerCatalog.of(Map.of("type", "jdbc", "uri", uri));

    assertThat(catalog.toString(), is("{type=jdbc, uri=" + shown + "}"));
    assertThat(
        assertThrows(LedgerException.class, catalog::open).getMessage(),
        not(containsString("geheim")));
  }

  @Test
  void closingOneCatalogDoesNotUnlockTheCommitsOfAnother() {
    LedgerCatalog.ProcessLocks one = new LedgerCatalog.ProcessLocks();
    LedgerCatalog.ProcessLocks other = new LedgerCatalog.ProcessLocks();
    assertThat(one.acquire("table/v2", "one"), is(true));

    LedgerCatalog.inFolder(folder).open().close();
    other.close();

    assertThat(other.acquire("table/v2", "other"), is(false));
    other.release("table/v2", "other");
    assertThat(other.acquire("table/v2", "other"), is(false));
    assertThat(other.acquire("table/v3", "other"), is(true));
    one.release("table/v2", "one");
    assertThat(other.acquire("table/v2", "other"), is(true));
    other.release("table/v2", "other");
    other.release("table/v3", "other");
  }

  @Test
  void aCommitToALockedVersionFails() {
    LedgerTable.of(LedgerCatalog.inFolder(folder), "bank.payments", Payments.SCHEMA).prepare();
    String next = folder.resolve("bank/payments/metadata/v2.metadata.json").toString();
    LedgerCatalog.ProcessLocks somebody = new LedgerCatalog.ProcessLocks();
    assertThat(somebody.acquire(next, "somebody"), is(true));

    LedgerCatalog.inFolder(folder).open().close();
    assertThrows(CommitFailedException.class, this::commitOnce);
    somebody.release(next, "somebody");

    commitOnce();
    assertThat(new Warehouse(folder).load("bank.payments").properties().get("a"), is("b"));
  }

  private void commitOnce() {
    Table table = new Warehouse(folder).load("bank.payments");
    TableOperations operations = ((HasTableOperations) table).operations();
    TableMetadata base = operations.current();
    operations.commit(base, base.replaceProperties(Map.of("a", "b")));
  }

  @Test
  void closingOtherCatalogsDoesNotDisturbACommit() throws Exception {
    LedgerTable.of(LedgerCatalog.inFolder(folder), "bank.payments", Payments.SCHEMA).prepare();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Void>> jobs = new ArrayList<>();
      for (int n = 0; n < 4; n++) {
        String job = "job" + n;
        jobs.add(
            () -> {
              for (int commit = 0; commit < 10; commit++) {
                try (OpenCatalog open = LedgerCatalog.inFolder(folder).open()) {
                  open.table("bank.payments")
                      .updateProperties()
                      .set("commit.retry.num-retries", "100")
                      .set("commit.retry.min-wait-ms", "1")
                      .set("commit.retry.max-wait-ms", "10")
                      .set(job + "." + commit, "made")
                      .commit();
                }
              }
              return null;
            });
      }
      for (Future<Void> job : threads.invokeAll(jobs)) {
        job.get();
      }
    } finally {
      threads.shutdown();
    }

    assertThat(
        new Warehouse(folder)
            .load("bank.payments").properties().values().stream().filter("made"::equals).count(),
        is(40L));
  }

  @Test
  void aMissingTableIsAnErrorThatNamesIt() {
    try (OpenCatalog open = LedgerCatalog.inFolder(folder).open()) {
      LedgerException thrown =
          assertThrows(LedgerException.class, () -> open.table("bank.nothing"));

      assertThat(thrown.getMessage(), is("table bank.nothing does not exist"));
    }
  }

  @Test
  void theCallerClosesTheCatalog() {
    OpenCatalog open = LedgerCatalog.of(Map.of("catalog-impl", Opened.class.getName())).open();
    ((SupportsNamespaces) open.catalog()).createNamespace(Namespace.of("bank"));
    Opened opened = (Opened) open.catalog();
    assertThat(opened.closed, is(false));

    open.close();

    assertThat(opened.closed, is(true));
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("catalog.properties"), text);
  }

  private static String messageOfReading(Path file) {
    return assertThrows(LedgerException.class, () -> LedgerCatalog.read(file)).getMessage();
  }
}
