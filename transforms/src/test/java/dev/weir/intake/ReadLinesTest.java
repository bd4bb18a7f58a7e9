package dev.weir.intake;

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
import dev.weir.testing.Pipelines;
import dev.weir.testing.Seen;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.transforms.WithFailures.Result;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.values.PCollection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
  void theLastLineMayLackItsBreak() throws IOException {
    Path file = write("in.jsonl", "first\nsecond");

    read(file.toString());

    assertThat(lines(), containsInAnyOrder(file + ":1 first", file + ":2 second"));
  }

  @Test
  void blankLinesAreCountedAndAreNoRecords() throws IOException {
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
  void aCompressedFileIsReadLikeAnother() throws IOException {
    Path file = folder.resolve("in.jsonl.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write("first\nsecond\n".getBytes(StandardCharsets.UTF_8));
    }

    read(file.toString());

    assertThat(lines(), containsInAnyOrder(file + ":1 first", file + ":2 second"));
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
  void aLineLongerThanAMegabyteIsOneDeadLetterAndReadingGoesOn() throws IOException {
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
  void aLineFarLongerThanAMegabyteIsNeverHeldInMemory() throws IOException {
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
  void theTransformsTravelToWorkers() {
    SerializableUtils.ensureSerializable(ReadFiles.ofLines("*"));
    SerializableUtils.ensureSerializable(
        ReadTopic.of("b:9092", "t", RawRecord.Encoding.AVRO, org.joda.time.Duration.ZERO));
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
