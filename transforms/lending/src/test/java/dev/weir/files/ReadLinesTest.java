package dev.weir.files;

import static dev.weir.loan.Applications.anApplication;
import static dev.weir.testing.Pipelines.count;
import static dev.weir.testing.Pipelines.failureOf;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.is;

import dev.weir.deadletter.DeadLetter;
import dev.weir.loan.Application;
import dev.weir.loan.ParseApplications;
import dev.weir.record.Origin;
import dev.weir.record.RawRecord;
import dev.weir.testing.GzipFile;
import dev.weir.testing.Pipelines;
import dev.weir.testing.Seen;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.transforms.WithFailures.Result;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.values.PCollection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadLinesTest {
  private static final int MEGABYTE = 1 << 20;

  @TempDir Path folder;

  private PipelineResult result;
  private List<RawRecord> records;
  private List<DeadLetter> deadLetters;

  @Test
  void eachLineIsARecordWithItsNumber() throws IOException {
    Path file = write("in.jsonl", "first\nsecond\nthird\n");

    read(file.toString());

    assertThat(
        lines(), containsInAnyOrder(file + ":1 first", file + ":2 second", file + ":3 third"));
    assertThat(deadLetters, is(empty()));
  }

  @Test
  void theLastLineMayLackItsLineBreak() throws IOException {
    Path file = write("in.jsonl", "first\nsecond");

    read(file.toString());

    assertThat(lines(), containsInAnyOrder(file + ":1 first", file + ":2 second"));
  }

  @Test
  void blankLinesAreCountedAndSkipped() throws IOException {
    Path file = write("in.jsonl", "\n" + " ".repeat(500) + "\n\t\r\n\r\nfifth\n\n");

    read(file.toString());

    assertThat(lines(), contains(file + ":5 fifth"));
    assertThat(deadLetters, is(empty()));
  }

  @Test
  void linesThatEndInCarriageReturnAndLineFeedAreReadAsApplications() throws IOException {
    String json = anApplication().id("a").json() + "\r\n" + anApplication().id("b").json() + "\r\n";
    Path file = write("in.jsonl", json);
    Pipeline pipeline = Pipelines.onDirectRunner();
    Result<PCollection<Application>, DeadLetter> parsed =
        pipeline
            .apply("Read", ReadFiles.ofLines(file.toString()))
            .output()
            .apply("Parse", ParseApplications.create());
    Seen<Application> applications = Seen.in(parsed.output());
    Seen<DeadLetter> refused = Seen.in(parsed.failures());

    Pipelines.run(pipeline);

    assertThat(
        applications.values(),
        containsInAnyOrder(
            anApplication().id("a").from(Origin.ofFile(file.toString(), 1)).build(),
            anApplication().id("b").from(Origin.ofFile(file.toString(), 2)).build()));
    assertThat(refused.values(), is(empty()));
  }

  @Test
  void aCompressedFileIsReadLikeAnUncompressedOne() throws IOException {
    Path file = folder.resolve("in.jsonl.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write("first\nsecond\n".getBytes(StandardCharsets.UTF_8));
    }

    read(file.toString());

    assertThat(lines(), containsInAnyOrder(file + ":1 first", file + ":2 second"));
  }

  @Test
  void aDamagedFileEmitsItsReadableLinesAndOneDeadLetterAndOthersAreRead() throws IOException {
    byte[] cut = GzipFile.of("a1\na2\n");
    Path a = Files.write(folder.resolve("a.gz"), Arrays.copyOf(cut, cut.length - 3));
    Path b = Files.write(folder.resolve("b.gz"), GzipFile.followedBy("b1\nb2", "\0\0\0"));
    Path c = Files.write(folder.resolve("c.gz"), GzipFile.of("c1\n"));
    Files.write(folder.resolve("empty.gz"), new byte[0]);
    Files.write(folder.resolve("nothing.gz"), GzipFile.of(""));
    Path d = write("d.gz", "not compressed\n");

    read(folder + "/*");

    assertThat(
        lines(),
        containsInAnyOrder(
            a + ":1 a1",
            a + ":2 a2",
            b + ":1 b1",
            b + ":2 b2",
            c + ":1 c1",
            d + ":1 not compressed"));
    assertThat(
        deadLetters,
        containsInAnyOrder(
            damage("the compressed file is cut off in its checksum", a, 3),
            damage("bytes follow the end of the compressed file", b, 3)));
    assertThat(count(result, "dead_letters"), is(2L));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bz2", "zst", "zlib", "deflate", "zip", "gz"})
  void aFileInAnotherFormatThanItsNameIsOneDeadLetter(String suffix) throws IOException {
    Path bad = folder.resolve("a.jsonl." + suffix);
    Files.write(bad, new byte[] {'P', 'K', 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
    if (suffix.equals("gz")) {
      Files.write(bad, new byte[] {0x1E, (byte) 0x8B, 8, 0, 0, 0, 0, 0, 0, 0});
    }
    Path good = write("b.jsonl", "in b\n");

    read(folder + "/*");

    assertThat(lines(), contains(good + ":1 in b"));
    assertThat(deadLetters.stream().map(DeadLetter::getLine).toList(), contains(1L));
  }

  @Test
  void aFolderIsReadAndALineWithOnlyAByteOrderMarkIsBlank() throws IOException {
    Path a = write("a.jsonl", "in a\n");
    write("marked.jsonl", "\uFEFF\n");

    read(folder.toString());

    assertThat(lines(), contains(a + ":1 in a"));
    assertThat(deadLetters, is(empty()));
  }

  @Test
  void allFilesThatMatchAreRead() throws IOException {
    Path a = write("a.jsonl", "in a\n");
    Path b = write("b.jsonl", "in b\n");
    write("c.txt", "not in\n");
    write("d.jsonl", "");

    read(folder + "/*.jsonl");

    assertThat(lines(), containsInAnyOrder(a + ":1 in a", b + ":1 in b"));
  }

  @Test
  void aPatternThatMatchesNothingFailsThePipeline() {
    Pipeline pipeline = Pipelines.onDirectRunner();
    pipeline.apply("Read", ReadFiles.ofLines(folder + "/*.jsonl"));

    assertThat(failureOf(pipeline), is(instanceOf(FileNotFoundException.class)));
  }

  @Test
  void aLineOverAMegabyteIsOneDeadLetterAndReadingContinues() throws IOException {
    String longest = "x".repeat(MEGABYTE);
    Path file = write("in.jsonl", "first\n" + longest + "\n" + longest + "y\nfourth\n");

    read(file.toString());

    assertThat(
        lines(), containsInAnyOrder(file + ":1 first", file + ":2 " + longest, file + ":4 fourth"));
    assertThat(
        deadLetters,
        contains(
            new DeadLetter(
                "read-lines",
                "TOO_LONG",
                "the line is longer than a megabyte",
                null,
                null,
                null,
                file.toString(),
                3L,
                null)));
    assertThat(count(result, "dead_letters"), is(1L));
  }

  @Test
  void aLineFarOverAMegabyteIsNeverHeldInMemory() throws IOException {
    Path file = folder.resolve("in.jsonl");
    byte[] chunk = "x".repeat(MEGABYTE).getBytes(StandardCharsets.UTF_8);
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int i = 0; i < 64; i++) {
        out.write(chunk);
      }
      out.write("\nsecond\n".getBytes(StandardCharsets.UTF_8));
    }

    read(file.toString());

    assertThat(lines(), contains(file + ":2 second"));
    assertThat(deadLetters.get(0).getLine(), is(1L));
  }

  @Test
  void theTransformsAreSerializable() {
    SerializableUtils.ensureSerializable(ReadFiles.ofLines("*"));
  }

  private static DeadLetter damage(String detail, Path file, long line) {
    return new DeadLetter(
        "read-lines", "MALFORMED", detail, null, null, null, file.toString(), line, null);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private void read(String pattern) {
    Pipeline pipeline = Pipelines.onDirectRunner();
    Result<PCollection<RawRecord>, DeadLetter> read =
        pipeline.apply("Read", ReadFiles.ofLines(pattern));
    Seen<RawRecord> seenRecords = Seen.in(read.output());
    Seen<DeadLetter> seenLetters = Seen.in(read.failures());
    result = Pipelines.run(pipeline);
    records = seenRecords.values();
    deadLetters = seenLetters.values();
  }

  /** The records as {@code file:line text}. */
  private List<String> lines() {
    return records.stream()
        .map(
            record ->
                record.origin().source()
                    + ":"
                    + record.origin().position()
                    + " "
                    + new String(record.bytes(), StandardCharsets.UTF_8))
        .toList();
  }
}
