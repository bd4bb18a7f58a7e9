package dev.weir.files;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;

import dev.weir.deadletter.DeadLetter;
import dev.weir.record.RawRecord;
import dev.weir.testing.Pipelines;
import dev.weir.testing.Seen;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.WithFailures.Result;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadLinesWithTimeTest {
  private static final Duration DISORDER = Duration.standardSeconds(20);
  private static final Instant READ_AT = Instant.ofEpochSecond(10_000);

  @TempDir Path folder;

  @Test
  void eachLineHasItsTimeOrThePlaceWhereItsFileWas() throws IOException {
    Files.writeString(folder.resolve("a"), "100\n101\nno time\n\n79\n5000\n102\n300\n299\n101\n");

    assertThat(
        times(),
        containsInAnyOrder(
            "a 100 @100",
            "a 101 @101",
            "a no time @never",
            "a 79 @81",
            "a 5000 @5000",
            "a 102 @102",
            "a 300 @300",
            "a 299 @299",
            "a 101 @280"));
  }

  @Test
  void futureTimesMoveNothingHoweverMany() throws IOException {
    Files.writeString(folder.resolve("a"), "20000\n100\n101\n10600\n10601\n10602\n102\n");

    assertThat(
        times(),
        containsInAnyOrder(
            "a 20000 @20000",
            "a 100 @100",
            "a 101 @101",
            "a 10600 @10600",
            "a 10601 @10600",
            "a 10602 @10600",
            "a 102 @102"));
  }

  @Test
  void eachFileIsALogOfItsOwn() throws IOException {
    Files.writeString(folder.resolve("a"), "1000\n1000\n");
    Files.writeString(folder.resolve("b"), "10\n10\n");

    assertThat(times(), containsInAnyOrder("a 1000 @1000", "a 1000 @1000", "b 10 @10", "b 10 @10"));
  }

  /** As {@code file line @seconds}. */
  private List<String> times() {
    Pipeline pipeline = Pipelines.onDirectRunner();
    Result<PCollection<RawRecord>, DeadLetter> read =
        pipeline.apply(
            "Read",
            ReadFiles.ofLines(folder + "/*")
                .withTimeIn(ReadLinesWithTimeTest::timeIn, DISORDER, READ_AT));
    Seen<RawRecord> seen = Seen.in(read.output());
    Pipelines.run(pipeline);
    return seen.sightings().stream()
        .map(
            line ->
                Path.of(line.value().origin().source()).getFileName()
                    + " "
                    + new String(line.value().bytes(), StandardCharsets.UTF_8)
                    + " @"
                    + (line.time().equals(BoundedWindow.TIMESTAMP_MIN_VALUE)
                        ? "never"
                        : line.time().getMillis() / 1_000))
        .toList();
  }

  private static Instant timeIn(byte[] line) {
    String text = new String(line, StandardCharsets.UTF_8);
    return text.equals("no time") ? null : Instant.ofEpochSecond(Long.parseLong(text));
  }
}
