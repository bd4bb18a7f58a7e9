package dev.weir.files;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.deadletter.DeadLetter;
import dev.weir.record.Origin;
import dev.weir.record.RawRecord;
import dev.weir.testing.GzipFile;
import dev.weir.testing.Pipelines;
import dev.weir.testing.Seen;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.io.UnboundedSource.UnboundedReader;
import org.apache.beam.sdk.transforms.WithFailures.Result;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of numbers, each of which is a time in seconds. */
class HistoryFilesTest {
  private static final Instant READ_AT = Instant.ofEpochSecond(200_000);
  private static final ReadFiles.LineTime LINE_TIME =
      new ReadFiles.LineTime(HistoryFilesTest::timeIn, 20_000, READ_AT.getMillis());

  @TempDir private Path folder;

  /** Reads first only as much of each file as is needed to know its time. */
  @Test
  void theFileThatIsFurthestBehindIsReadNext() throws IOException {
    write("day-2", "200\n210\n220\n");
    write("day-1", "100\n110\n\n120\n");
    write("day-0", "105\n115\n");

    assertThat(
        lines(),
        contains(
            "day-0 1", "day-0 2", "day-1 1", "day-1 2", "day-2 1", "day-2 2", "day-1 4",
            "day-2 3"));
  }

  @Test
  void lateLinesArePlacedWhereTheirFileWas() throws IOException {
    write("a", "100\n101\n70\nno time\n102\n");

    List<Long> places = new ArrayList<>();
    try (HistoryFiles files = open()) {
      while (files.next()) {
        places.add(files.place() / 1_000);
      }
      assertThat(files.reached(), is(Long.MAX_VALUE));
    }

    assertThat(places, contains(100L, 101L, 81L, 81L, 102L));
  }

  @Test
  void damageIsRefusedAfterTheLinesBeforeItAndTheOtherFilesAreRead() throws IOException {
    write("b", "500\n");
    byte[] whole = GzipFile.of("100\n110\n120\n");
    whole[whole.length - 5] ^= 1;
    Files.write(folder.resolve("a.gz"), whole);

    assertThat(lines(), contains("a.gz 1", "a.gz 2", "b 1", "a.gz 3", "refused a.gz 4"));
  }

  @Test
  void aLineThatIsTooLongIsRefused() throws IOException {
    write("a", "100\n" + "1".repeat(ReadLines.MAX_LINE + 1) + "\n110\n");

    assertThat(lines(), contains("a 1", "refused a 2", "a 3"));
  }

  @Test
  void aRefusedLineIsADeadLetterOfTheHistory() throws IOException {
    Files.write(folder.resolve("a.gz"), GzipFile.followedBy("100\n110\n", "a note"));
    Pipeline pipeline = Pipelines.onDirectRunner();
    HistorySource source = new HistorySource(folder + "/*", LINE_TIME, 111_000);
    Result<PCollection<RawRecord>, DeadLetter> read =
        pipeline
            .apply("ReadLines", Read.from(source).withMaxNumRecords(3))
            .apply("Divide", ReadHistory.divide());
    Seen<RawRecord> records = Seen.in(read.output());
    Seen<DeadLetter> letters = Seen.in(read.failures());

    Pipelines.run(pipeline);

    assertThat(records.values().size(), is(2));
    DeadLetter letter = letters.values().get(0);
    assertThat(letter.getStage(), is("read-lines"));
    assertThat(letter.getDetail(), is("bytes follow the end of the compressed file"));
    assertThat(letter.getLine(), is(3L));
  }

  @Test
  void theFilesOfAFolderAreRead() throws IOException {
    write("a.jsonl", "100\n");

    try (HistoryFiles files = HistoryFiles.open(folder.toString(), LINE_TIME)) {
      assertThat(files.next(), is(true));
    }
    assertThat(
        HistoryEnd.of(List.of(folder + "/"), HistoryFilesTest::timeIn, READ_AT),
        is(Instant.ofEpochSecond(101)));
  }

  @Test
  void aPatternWithoutMatchesIsAnError() {
    assertThrows(FileNotFoundException.class, this::open);
  }

  @Test
  void theHistoryEndsTheSecondAfterItsLastEvent() throws IOException {
    write("a", "100\n300\n200\n");
    write("b", "no time\n299\n");

    assertThat(end(), is(Instant.ofEpochSecond(301)));
  }

  @Test
  void aSingleTimeMoreThanADayAheadIsIgnored() throws IOException {
    write("a", "100\n" + (100 + 24 * 3600) + "\n");
    assertThat(end(), is(Instant.ofEpochSecond(100 + 24 * 3600 + 1)));

    write("a", "100\n" + (100 + 24 * 3600 + 1) + "\n");
    assertThat(end(), is(Instant.ofEpochSecond(101)));
  }

  @Test
  void futureTimesAreIgnoredHoweverMany() throws IOException {
    write("a", "100\n101\n200601\n200602\n102\n");

    assertThat(end(), is(Instant.ofEpochSecond(103)));
    List<Long> places = new ArrayList<>();
    try (HistoryFiles files = open()) {
      while (files.next()) {
        places.add(files.place() / 1_000);
      }
    }
    assertThat(places, contains(100L, 101L, 101L, 101L, 102L));
  }

  @Test
  void ifAllTimesAreInTheFutureSoIsTheEnd() throws IOException {
    write("a", "200601\n200602\n");

    assertThat(end(), is(Instant.ofEpochSecond(200_603)));
  }

  @Test
  void withoutAnyTimeThereIsNoEnd() throws IOException {
    write("a", "no time\n");

    IllegalArgumentException none = assertThrows(IllegalArgumentException.class, this::end);

    assertThat(none.getMessage(), containsString("no events with a time"));
  }

  @Test
  void theSourcesTimeStopsAtTheEndAndARestartContinues() throws IOException {
    write("a", "100\n110\n120\n");
    HistorySource source = new HistorySource(folder + "/*", LINE_TIME, 121_000);
    List<HistorySource> splits = source.split(2, null);
    assertThat(splits.size(), is(2));

    UnboundedReader<HistorySource.Read> first = splits.get(0).createReader(null, null);
    assertThat(first.getWatermark(), is(BoundedWindow.TIMESTAMP_MIN_VALUE));
    assertThat(first.start(), is(true));
    assertThat(first.advance(), is(true));
    assertThat(first.getWatermark(), is(Instant.ofEpochSecond(90)));
    HistorySource.Mark mark = (HistorySource.Mark) first.getCheckpointMark();
    first.close();

    UnboundedReader<HistorySource.Read> next = splits.get(0).createReader(null, mark);
    assertThat(next.start(), is(true));
    assertThat(next.getCurrent().line().origin().position(), is(3L));
    assertThat(next.getCurrentTimestamp(), is(Instant.ofEpochSecond(120)));
    assertThat(next.advance(), is(false));
    assertThat(next.getWatermark(), is(new Instant(121_000)));
    next.close();

    UnboundedReader<HistorySource.Read> empty = splits.get(1).createReader(null, null);
    assertThat(empty.start(), is(false));
    assertThat(empty.advance(), is(false));
    assertThat(empty.getWatermark(), is(new Instant(121_000)));
    empty.close();
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private HistoryFiles open() throws IOException {
    return HistoryFiles.open(folder + "/*", LINE_TIME);
  }

  private Instant end() {
    return HistoryEnd.of(List.of(folder + "/*"), HistoryFilesTest::timeIn, READ_AT);
  }

  private List<String> lines() throws IOException {
    List<String> lines = new ArrayList<>();
    try (HistoryFiles files = open()) {
      while (files.next()) {
        if (files.refusal() == null) {
          Origin origin = files.record().origin();
          lines.add(Path.of(origin.source()).getFileName() + " " + origin.position());
        } else {
          Path file = Path.of(files.refusal().getFile());
          lines.add("refused " + file.getFileName() + " " + files.refusal().getLine());
        }
      }
    }
    return lines;
  }

  private static Instant timeIn(byte[] line) {
    String text = new String(line, StandardCharsets.UTF_8);
    return text.equals("no time") ? null : Instant.ofEpochSecond(Long.parseLong(text));
  }
}
