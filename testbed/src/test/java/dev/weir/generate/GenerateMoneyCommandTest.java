package dev.weir.generate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class GenerateMoneyCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NOON = "--from=2026-01-31T12:00:00Z";
  private static final List<String> STREAMS = List.of("wallet", "users", "sessions");

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void everyStreamHasOneFileAndNoOtherFileIsLeft() throws IOException {
    assertThat(write("in", "--events=5000"), is(0));
    assertThat(write("in", "--events=2000", "--seed=42"), is(0));

    try (Stream<Path> files = Files.list(folder.resolve("in"))) {
      assertThat(
          files.map(file -> file.getFileName().toString()).toList(),
          containsInAnyOrder("wallet.jsonl", "users.jsonl", "sessions.jsonl"));
    }
    int lines = 0;
    for (String stream : STREAMS) {
      lines += lines("in", stream).size();
    }
    assertThat(lines, is(2_000));
    assertThat(out.toString(), containsString("seed 42"));
    assertThat(out.toString(), containsString("wrote 2000 records: "));
  }

  @Test
  void filesHaveTenThousandRecordsByDefault() {
    write("in");

    assertThat(out.toString(), containsString("wrote 10000 records: "));
  }

  @Test
  void theCountsAreThoseOfTheFiles() throws IOException {
    write("in", "--events=3000");

    for (String stream : STREAMS) {
      assertThat(
          out.toString(), containsString(" " + lines("in", stream).size() + " " + stream + " ("));
    }
  }

  @Test
  void aSeedAndAStartAlwaysGiveTheSameFiles() throws IOException {
    for (String name : List.of("a", "b")) {
      write(name, "--seed=7", "--events=5000", "--malformed=0.1", NOON);
    }

    for (String stream : STREAMS) {
      assertThat(Files.mismatch(file("a", stream), file("b", stream)), is(-1L));
    }
  }

  @Test
  void aSpanIsCoveredWhateverTheNumberOfRecords() throws IOException {
    write("in", "--events=4000", "--span=3d", "--late=0", "--malformed=0", NOON);

    List<Instant> times = times("in");
    Instant first = times.stream().min(Instant::compareTo).orElseThrow();
    Instant last = times.stream().max(Instant::compareTo).orElseThrow();
    assertThat(first, is(greaterThanOrEqualTo(Instant.parse("2026-01-31T12:00:00Z"))));
    assertThat(first, is(lessThanOrEqualTo(Instant.parse("2026-01-31T12:10:00Z"))));
    assertThat(last, is(greaterThanOrEqualTo(Instant.parse("2026-02-03T11:50:00Z"))));
    assertThat(last, is(lessThanOrEqualTo(Instant.parse("2026-02-03T12:00:00Z"))));
  }

  @Test
  void aRateSetsHowFarApartTheTimesAre() throws IOException {
    write("in", "--events=3600", "--rate=1", "--malformed=0", NOON);

    Instant last = times("in").stream().max(Instant::compareTo).orElseThrow();
    assertThat(last, is(greaterThanOrEqualTo(Instant.parse("2026-01-31T12:59:00Z"))));
    assertThat(last, is(lessThanOrEqualTo(Instant.parse("2026-01-31T13:00:00Z"))));
  }

  @Test
  void aHistoryEndsNowByDefault() throws IOException {
    write("in", "--events=4000", "--span=2d", "--malformed=0");

    Instant last = times("in").stream().max(Instant::compareTo).orElseThrow();
    assertThat((double) Duration.between(last, Instant.now()).toSeconds(), is(closeTo(0, 30 * 60)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kafka://localhost/topic  | file:u.jsonl  | file:s.jsonl  |             | is not a topic",
        "w.jsonl                  | file:u.jsonl  | file:s.jsonl  |             | is not a port",
        "file:w                   | file:u.jsonl  | file:s.jsonl  |             | --wallet: the name of a file must end in .jsonl",
        "file:w.jsonl             | file:u.avro   | file:s.jsonl  |             | --users: the name of a file must end in .jsonl",
        "file:w.jsonl             | file:u.jsonl  | iceberg:b.s   |             | --sessions: write kafka:",
        "file:w.jsonl             | file:u.jsonl  | file:w.jsonl  |             | must be three different ports",
        "file:w.jsonl             | file:u.jsonl  | kafka://h:1/s |             | all topics or all files",
        "kafka://h:1/w            | kafka://h:1/u | kafka://i:1/s |             | the same brokers",
        "kafka://h:1/w            | kafka://h:1/u | kafka://h:1/s | --span=1d   | --span needs --events",
        "kafka://h:1/w            | kafka://h:1/u | kafka://h:1/s | --rate=-1   | the rate must be above 0",
        "file:w.jsonl             | file:u.jsonl  | file:s.jsonl  | --rate=0    | the rate must be above 0",
        "file:w.jsonl             | file:u.jsonl  | file:s.jsonl  | --rate=-1   | the rate must be above 0",
        "file:w.jsonl             | file:u.jsonl  | file:s.jsonl  | --rate=1 --span=1d | give one of them",
        "file:w.jsonl             | file:u.jsonl  | file:s.jsonl  | --span=0s   | --span must be above 0",
        "file:w.jsonl             | file:u.jsonl  | file:s.jsonl  | --span=long | is not a duration",
        "file:w.jsonl             | file:u.jsonl  | file:s.jsonl  | --events=-1 | --events must be 0 or more",
        "file:w.jsonl             | file:u.jsonl  | file:s.jsonl  | --events=0  | --events must be above 0 for files",
        "file:w.jsonl             | file:u.jsonl  | file:s.jsonl  | --userCount=0 | the number of users must be above 0",
        "file:w.jsonl             | file:u.jsonl  | file:s.jsonl  | --disorder=21s | the disorder must be between 0 and 20 s",
        "file:w.jsonl             | file:u.jsonl  | file:s.jsonl  | --late=2    | share of late records",
        "file:w.jsonl             | file:u.jsonl  | file:s.jsonl  | --duplicates=2 | share of duplicates",
        "file:w.jsonl             | file:u.jsonl  | file:s.jsonl  | --malformed=-1 | share of malformed records",
        "file:w.jsonl             | file:u.jsonl  | file:s.jsonl  | --from=yesterday | is not a time",
        "file:w.jsonl             | file:u.jsonl  | file:s.jsonl  | --colour=red | --colour"
      })
  void invalidArgumentsAreRejected(
      String wallet, String users, String sessions, String more, String message) {
    List<String> arguments =
        new ArrayList<>(
            List.of("--wallet=" + wallet, "--users=" + users, "--sessions=" + sessions));
    if (more != null) {
      arguments.addAll(List.of(more.split(" ")));
    }

    assertThat(generate(arguments.toArray(String[]::new)), is(2));
    assertThat(err.toString(), containsString(message));
  }

  @ParameterizedTest
  @CsvSource({"wallet", "users", "sessions"})
  void allThreeStreamsAreRequired(String missing) {
    String[] others =
        STREAMS.stream()
            .filter(stream -> !stream.equals(missing))
            .map(stream -> "--" + stream + "=file:" + folder.resolve(stream + ".jsonl"))
            .toArray(String[]::new);

    assertThat(generate(others), is(2));
    assertThat(err.toString(), containsString("--" + missing));
  }

  @Test
  void filesThatCannotBeWrittenFail() throws IOException {
    Files.createFile(folder.resolve("file"));

    assertThat(write("file"), is(1));
    assertThat(err.toString(), containsString("cannot write to file:" + folder.resolve("file")));
    assertThat(err.toString().lines().count(), is(1L));
  }

  private int write(String name, String... more) {
    return generate(
        Stream.concat(
                STREAMS.stream().map(stream -> "--" + stream + "=file:" + file(name, stream)),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private Path file(String name, String stream) {
    return folder.resolve(name).resolve(stream + ".jsonl");
  }

  private List<String> lines(String name, String stream) throws IOException {
    return Files.readAllLines(file(name, stream), ISO_8859_1);
  }

  private List<Instant> times(String name) throws IOException {
    List<Instant> times = new ArrayList<>();
    for (String stream : STREAMS) {
      for (String line : lines(name, stream)) {
        times.add(Instant.parse(JSON.readTree(line).get("processedAt").textValue()));
      }
    }
    return times;
  }

  private int generate(String... arguments) {
    String[] words = Stream.concat(Stream.of("money"), Stream.of(arguments)).toArray(String[]::new);
    return new CommandLine(new GenerateCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(words);
  }
}
