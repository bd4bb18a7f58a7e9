package dev.weir.generate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import dev.weir.encoding.PlainJson;
import dev.weir.loan.LoanApplication;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.specific.SpecificDatumReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class GenerateCommandTest {
  private static final String NOON = "--from=2026-01-31T12:00:00Z";

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void aFileHasAsManyLinesAsConfigured() throws IOException {
    int status = generate("loans", "--to=file:" + folder.resolve("in/a.jsonl"), "--events=500");

    assertThat(status, is(0));
    assertThat(Files.readAllLines(folder.resolve("in/a.jsonl"), ISO_8859_1), hasSize(500));
    assertThat(out.toString(), containsString("wrote 500 records: "));
  }

  @Test
  void aFileHasTenThousandRecordsByDefault() throws IOException {
    generate("loans", "--to=file://" + folder.resolve("a.avro"));

    assertThat(read(folder.resolve("a.avro")), hasSize(10_000));
  }

  @Test
  void linesAndObjectsHoldTheSameApplications() throws IOException {
    for (String name : List.of("a.jsonl", "a.avro")) {
      generate(
          "loans",
          "--to=file:" + folder.resolve(name),
          "--seed=7",
          "--events=1000",
          "--malformed=0",
          NOON);
    }

    List<String> objects =
        read(folder.resolve("a.avro")).stream()
            .map(application -> new String(PlainJson.write(application), ISO_8859_1))
            .toList();
    assertThat(Files.readAllLines(folder.resolve("a.jsonl")), is(objects));
    assertThat(objects.get(10), containsString("\"ts\":\"2026-01-31T12:00:01Z\""));
  }

  @Test
  void aSeedAndAStartAlwaysGiveTheSameFile() throws IOException {
    for (String format : List.of(".jsonl", ".avro")) {
      for (String name : List.of("a", "b")) {
        generate(
            "loans",
            "--to=file:" + folder.resolve(name + format),
            "--seed=7",
            "--events=2000",
            NOON);
      }
      assertThat(
          Files.mismatch(folder.resolve("a" + format), folder.resolve("b" + format)), is(-1L));
    }
  }

  @Test
  void aFileIsReplacedAndNoOtherFileIsLeft() throws IOException {
    generate("loans", "--to=file:" + folder.resolve("a.jsonl"), "--events=10");
    generate("loans", "--to=file:" + folder.resolve("a.jsonl"), "--events=20");

    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.toList(), contains(folder.resolve("a.jsonl")));
    }
    assertThat(Files.readAllLines(folder.resolve("a.jsonl"), ISO_8859_1), hasSize(20));
  }

  @Test
  void theSeedIsPrintedSoThatARunCanBeRepeated() {
    generate("loans", "--to=file:" + folder.resolve("a.jsonl"), "--events=1", "--seed=42");

    assertThat(out.toString(), containsString("seed 42"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--to=kafka://localhost/topic            | is not a topic",
        "--to=kafka://localhost:9092             | is not a topic",
        "--to=kafka://localhost:9092/a/b         | is not a topic",
        "--to=kafka://localhost:9092/a?format=avro | leave out ?format",
        "--to=file:a.csv                         | must end in .jsonl or .avro",
        "--to=a.jsonl                            | is not a port",
        "--to=file:a.jsonl --rate=0              | the rate must be above 0",
        "--to=file:a.jsonl --rate=fast           | --rate",
        "--to=file:a.jsonl --events=-1           | --events must be 0 or more",
        "--to=file:a.jsonl --events=0            | --events must be above 0 for files",
        "--to=file:a.jsonl --duplicates=2        | share of duplicates",
        "--to=file:a.jsonl --malformed=-1        | share of malformed records",
        "--to=file:a.jsonl --from=yesterday      | is not a time",
        "--to=file:a.jsonl --from=1969-01-01T00:00:00Z | is not a time",
        "--events=1                              | --to",
        "--to=file:a.jsonl --colour=red          | --colour"
      })
  void invalidArgumentsAreRejected(String arguments, String message) {
    String[] words = ("loans " + arguments).split(" ");

    assertThat(generate(words), is(2));
    assertThat(err.toString(), containsString(message));
  }

  @Test
  void aFileThatCannotBeWrittenFails() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    assertThat(generate("loans", "--to=file:" + file.resolve("a.jsonl")), is(1));
    assertThat(
        err.toString(), containsString("--to: cannot write to file:" + file.resolve("a.jsonl")));
  }

  @Test
  void aSubcommandIsRequired() {
    assertThat(generate(), is(2));
    assertThat(err.toString(), containsString("Missing required subcommand"));
  }

  @Test
  void helpListsTheOptions() {
    assertThat(generate("loans", "--help"), is(0));
    assertThat(out.toString(), containsString("--duplicates"));
  }

  private int generate(String... arguments) {
    return new CommandLine(new GenerateCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  private static List<LoanApplication> read(Path file) throws IOException {
    List<LoanApplication> read = new ArrayList<>();
    try (DataFileReader<LoanApplication> reader =
        new DataFileReader<>(file.toFile(), new SpecificDatumReader<>(LoanApplication.class))) {
      reader.forEach(read::add);
    }
    return read;
  }
}
