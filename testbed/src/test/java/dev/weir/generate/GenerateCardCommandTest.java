package dev.weir.generate;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.embedded.Ports;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class GenerateCardCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NOON = "--from=2026-01-31T12:00:00Z";

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void aFolderHasAFileForEachTable() throws IOException {
    assertThat(generate("--to=file:" + folder.resolve("in"), "--events=500", "--seed=7"), is(0));

    try (Stream<Path> files = Files.list(folder.resolve("in"))) {
      assertThat(
          files.map(file -> file.getFileName().toString()).toList(),
          containsInAnyOrder("customers.jsonl", "transactions.jsonl"));
    }
    assertThat(out.toString(), containsString("seed 7"));
    assertThat(out.toString(), containsString("wrote 600 operations: "));
  }

  @Test
  void theFirstCustomersComeFromTheSnapshot() throws IOException {
    generate("--to=file:" + folder, "--events=200", "--customers=20", NOON);

    List<JsonNode> customers = read("customers.jsonl");
    for (JsonNode change : customers.subList(0, 20)) {
      assertThat(change.get("op").textValue(), is("r"));
      assertThat(change.at("/source/lsn"), is(customers.get(0).at("/source/lsn")));
    }
    long snapshot = customers.get(0).at("/source/lsn").longValue();
    for (JsonNode change : read("transactions.jsonl")) {
      assertThat(change.at("/source/lsn").longValue(), is(greaterThan(snapshot)));
      assertThat(change.get("op").textValue(), is(not("r")));
    }
  }

  @Test
  void aChangeIsWrittenAsDebeziumWouldWriteIt() throws IOException {
    generate("--to=file:" + folder, "--events=1", "--customers=1", "--seed=7", NOON);

    JsonNode customer = read("customers.jsonl").get(0);
    assertThat(fields(customer), containsInAnyOrder("before", "after", "source", "op", "ts_ms"));
    assertThat(fields(customer.get("source")), containsInAnyOrder("ts_ms", "lsn", "table"));
    assertThat(customer.get("before").isNull(), is(true));
    assertThat(customer.at("/source/table").textValue(), is("customers"));
    assertThat(customer.at("/source/ts_ms").longValue(), is(1769860800000L));
    assertThat(
        fields(customer.get("after")),
        containsInAnyOrder(
            "account_number",
            "customer_name",
            "email",
            "phone_number",
            "date_of_birth",
            "city",
            "created_at"));
    assertThat(customer.at("/after/date_of_birth").isIntegralNumber(), is(true));
    assertThat(customer.at("/after/created_at").textValue(), is("2026-01-31T12:00:00.000000Z"));
    JsonNode transaction = read("transactions.jsonl").get(0);
    assertThat(transaction.get("op").textValue(), is("c"));
    assertThat(transaction.at("/source/table").textValue(), is("transactions"));
    assertThat(transaction.at("/after/amount").isTextual(), is(true));
    assertThat(transaction.at("/after/account_number"), is(customer.at("/after/account_number")));
  }

  /** The same form as in EmbeddedConnectIT, which reads a real database. */
  @Test
  void aDeletedRowShowsItsKeyAndDefaults() throws IOException {
    generate("--to=file:" + folder, "--events=2000", "--deletes=0.2");

    JsonNode transaction = deleted("transactions.jsonl");
    assertThat(transaction.get("after").isNull(), is(true));
    assertThat(
        transaction.get("before").toString(),
        is(
            "{\"txn_id\":"
                + transaction.at("/before/txn_id")
                + ",\"account_number\":\"\",\"timestamp\":\"1970-01-01T00:00:00Z\","
                + "\"amount\":\"0.00\",\"currency\":\"USD\",\"merchant\":null,"
                + "\"location\":null,\"status\":\"PENDING\",\"transaction_type\":null}"));
    JsonNode customer = deleted("customers.jsonl");
    assertThat(
        customer.get("before").toString(),
        is(
            "{\"account_number\":"
                + customer.at("/before/account_number")
                + ",\"customer_name\":null,\"email\":null,\"phone_number\":null,"
                + "\"date_of_birth\":null,\"city\":null,\"created_at\":null}"));
  }

  @Test
  void positionsAndTimesGrow() throws IOException {
    generate("--to=file:" + folder, "--events=2000");

    Set<Long> positions = new HashSet<>();
    for (String file : List.of("customers.jsonl", "transactions.jsonl")) {
      long position = 0;
      long time = 0;
      for (JsonNode change : read(file)) {
        long next = change.at("/source/lsn").longValue();
        if (!change.get("op").textValue().equals("r")) {
          assertThat(next, is(greaterThan(position)));
          assertThat("no two changes share a position", positions.add(next), is(true));
        }
        position = next;
        assertThat(change.at("/source/ts_ms").longValue() >= time, is(true));
        time = change.at("/source/ts_ms").longValue();
      }
    }
  }

  @Test
  void theSameSeedAndTimeGiveTheSameFiles() throws IOException {
    for (String name : List.of("a", "b")) {
      generate("--to=file:" + folder.resolve(name), "--seed=7", "--events=2000", NOON);
    }
    for (String file : List.of("customers.jsonl", "transactions.jsonl")) {
      assertThat(
          Files.mismatch(folder.resolve("a").resolve(file), folder.resolve("b").resolve(file)),
          is(-1L));
    }
  }

  @Test
  void aFolderHasTenThousandOperationsByDefault() throws IOException {
    generate("--to=file:" + folder, "--customers=50", "--updates=0", "--deletes=0");

    List<JsonNode> all = new ArrayList<>(read("customers.jsonl"));
    all.addAll(read("transactions.jsonl"));
    assertThat(all, hasSize(10_050));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--to=postgres://localhost:5432/bank             | is not a database",
        "--to=postgres://weir@localhost:99999/bank       | a database's port must be between 1 and 65535",
        "--to=postgres://weir@localhost:1/bank?ssl=true  | a database has no parameter",
        "--to=postgres://weir@localhost:1/bank --rate=-1 | the rate must be above 0",
        "--to=kafka://localhost:9092/topic               | is not a valid target; write postgres:",
        "--to=folder                                     | is not a valid target; write postgres:",
        "--to=file:a.jsonl                               | write file:FOLDER",
        "--to=file:a?format=avro                         | write file:FOLDER",
        "--to=file:a --rate=0                            | the rate must be above 0",
        "--to=file:a --events=-1                         | --events must be 0 or more",
        "--to=file:a --events=0                          | --events must be above 0 for files",
        "--to=file:a --customers=0                       | the number of customers must be above 0",
        "--to=file:a --updates=2                         | share of updates",
        "--to=file:a --deletes=-1                        | share of deletes",
        "--to=file:a --updates=0.8 --deletes=0.8         | must not exceed 1 together",
        "--to=file:a --backdated=7                       | share of backdated transactions",
        "--to=file:a --from=yesterday                    | is not a time",
        "--events=1                                      | --to",
        "--to=file:a --colour=red                        | --colour"
      })
  void invalidArgumentsAreRejected(String arguments, String message) {
    assertThat(generate(arguments.split(" ")), is(2));
    assertThat(err.toString(), containsString(message));
  }

  @Test
  void aPasswordOnTheCommandLineIsRejectedAndNotRepeated() {
    assertThat(generate("--to=postgres://weir:geheim@localhost:5432/bank"), is(2));
    assertThat(err.toString(), containsString("PGPASSWORD"));
    assertThat(err.toString(), not(containsString("geheim")));
  }

  @Test
  void aDatabaseThatDoesNotAnswerFails() {
    String address = "localhost:" + Ports.free(1).get(0);

    assertThat(generate("--to=postgres://weir@" + address + "/bank", "--events=1"), is(1));
    assertThat(err.toString(), containsString("--to: no database answers at " + address));
    assertThat(err.toString().lines().count(), is(1L));
  }

  private JsonNode deleted(String file) throws IOException {
    return read(file).stream()
        .filter(change -> change.get("op").textValue().equals("d"))
        .findFirst()
        .orElseThrow();
  }

  private List<JsonNode> read(String file) throws IOException {
    List<JsonNode> changes = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve(file))) {
      changes.add(JSON.readTree(line));
    }
    return changes;
  }

  private static List<String> fields(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private int generate(String... arguments) {
    String[] words = Stream.concat(Stream.of("card"), Stream.of(arguments)).toArray(String[]::new);
    return new CommandLine(new GenerateCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(words);
  }
}
