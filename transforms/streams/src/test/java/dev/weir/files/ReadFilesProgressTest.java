package dev.weir.files;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.progress.FilePart;
import dev.weir.progress.ReadMeter;
import dev.weir.progress.ReadProgress;
import dev.weir.progress.ReadTotals;
import dev.weir.record.Origin;
import dev.weir.record.RawRecord;
import dev.weir.record.RawRecords;
import dev.weir.record.UnreadableRecord;
import dev.weir.testing.Pipelines;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.LongConsumer;
import java.util.zip.GZIPOutputStream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.beam.sdk.Pipeline;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@link ReadFiles} reports while it reads. */
class ReadFilesProgressTest {
  private static final long RUN = 7_654_321;
  private static final Schema NUMBER =
      SchemaBuilder.record("Number").fields().requiredString("digits").endRecord();

  @TempDir Path folder;

  private final ReadProgress progress = ReadProgress.open(RUN);
  private final ReadMeter meter = ReadMeter.of(RUN, "numbers");

  @AfterEach
  void close() {
    progress.close();
  }

  @Test
  void everyRecordAndEveryByteOfTheFilesCounts() throws IOException {
    write("a.jsonl", "1\n2\n\n  \n3");
    write("b.jsonl", "x".repeat(ReadLines.MAX_LINE + 1) + "\n4\n");
    write("empty.jsonl", "");
    gzip("c.jsonl.gz", "5\n6\n7\n".repeat(100_000));

    readLines();

    // The line that is too long is a record that cannot be read; blank lines are no records.
    assertRead(4, 3 + 2 + 300_000);
  }

  @Test
  void ofACompressedFileItsOwnBytesCount() throws IOException {
    gzip("c.jsonl.gz", "5\n6\n7\n".repeat(100_000));

    readLines();

    assertThat(progress.totals().bytes(), is(Files.size(folder.resolve("c.jsonl.gz"))));
    assertThat(progress.totals().bytes(), is(lessThan(600_000L)));
  }

  @Test
  void theRestOfADamagedFileCountsAsRead() throws IOException {
    gzip("c.jsonl.gz", randomLines(40_000));
    byte[] damaged = Files.readAllBytes(folder.resolve("c.jsonl.gz"));
    Arrays.fill(damaged, damaged.length / 2, damaged.length / 2 + 100, (byte) 0);
    Files.write(folder.resolve("c.jsonl.gz"), damaged);

    readLines();

    ReadTotals totals = progress.totals();
    assertThat(totals.bytesRead(), is((long) damaged.length));
    assertThat(totals.filesRead(), is(1L));
    assertThat(totals.records(), is(lessThan(40_000L)));
  }

  @Test
  void containersReportBlockByBlock() throws IOException {
    containers("a.avro", 5_000);
    expect(FilePattern.ofContainers(folder.toString()));

    assertThrows(IllegalStateException.class, () -> readContainer(3_000));

    ReadTotals half = progress.totals();
    assertThat(half.filesRead(), is(0L));
    assertThat(half.bytesRead(), is(greaterThan(half.bytes() / 3)));
    assertThat(half.bytesRead(), is(lessThan(half.bytes())));
    assertThat(half.records(), is(lessThan(3_000L)));

    readContainer(Long.MAX_VALUE);

    assertRead(1, 5_000);
  }

  @Test
  void aContainerThatIsNoneIsOneRecord() throws IOException {
    write("a.avro", "not Avro");
    expect(FilePattern.ofContainers(folder.toString()));

    readContainer(Long.MAX_VALUE);

    assertRead(1, 1);
  }

  private void assertRead(long files, long records) throws IOException {
    long bytes = 0;
    for (FilePart part : FilePattern.ofLines(folder + "/*").parts()) {
      assertThat(part.file(), part.length(), is(Files.size(Path.of(part.file()))));
      bytes += part.length();
    }
    assertThat(
        progress.totals(), is(new ReadTotals(files, files, bytes, bytes, records, true, true)));
  }

  private void expect(FilePattern pattern) throws IOException {
    meter.expect(pattern.parts());
  }

  private void readLines() throws IOException {
    expect(FilePattern.ofLines(folder.toString()));
    Pipeline pipeline = Pipelines.onDirectRunner();
    pipeline.apply("Read", ReadFiles.ofLines(folder.toString()).withMeter(meter));
    pipeline.run().waitUntilFinish();
  }

  /** Fails at the given record. */
  private void readContainer(long fails) throws IOException {
    String file = folder.resolve("a.avro").toString();
    LongConsumer check =
        number -> {
          if (number == fails) {
            throw new IllegalStateException("fails at " + fails);
          }
        };
    ReadContainers.read(
        file,
        NUMBER,
        meter.begin(file),
        new RawRecords.Handler() {
          @Override
          public void record(RawRecord record) {
            check.accept(record.origin().position());
          }

          @Override
          public void unreadable(Origin origin, UnreadableRecord why) {
            check.accept(origin.position());
          }
        });
  }

  private void write(String name, String content) throws IOException {
    Files.writeString(folder.resolve(name), content);
  }

  private void gzip(String name, String content) throws IOException {
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve(name)))) {
      out.write(content.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
  }

  private void containers(String name, int records) throws IOException {
    try (DataFileWriter<GenericRecord> writer =
        new DataFileWriter<GenericRecord>(new GenericDatumWriter<>(NUMBER))
            .setSyncInterval(4_096)
            .create(NUMBER, folder.resolve(name).toFile())) {
      for (int n = 0; n < records; n++) {
        writer.append(new GenericRecordBuilder(NUMBER).set("digits", "number " + n).build());
      }
    }
  }

  private static String randomLines(int lines) {
    Random random = new Random(1);
    StringBuilder text = new StringBuilder();
    for (int n = 0; n < lines; n++) {
      text.append(random.nextLong()).append('\n');
    }
    return text.toString();
  }
}
