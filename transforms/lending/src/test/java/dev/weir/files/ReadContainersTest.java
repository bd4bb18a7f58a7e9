package dev.weir.files;

import static dev.weir.files.ContainerFile.COMPATIBLE;
import static dev.weir.files.ContainerFile.ofApplications;
import static dev.weir.testing.Pipelines.count;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import dev.weir.deadletter.DeadLetter;
import dev.weir.encoding.SingleObjectReader;
import dev.weir.loan.LoanApplication;
import dev.weir.record.Origin;
import dev.weir.record.RawRecord;
import dev.weir.record.RawRecord.Encoding;
import dev.weir.record.UnreadableRecord;
import dev.weir.testing.Pipelines;
import dev.weir.testing.Seen;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.transforms.WithFailures.Result;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.values.PCollection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadContainersTest {
  private static final Schema SCHEMA = LoanApplication.getClassSchema();

  @TempDir Path folder;

  private PipelineResult result;
  private List<RawRecord> records;
  private List<DeadLetter> deadLetters;

  @Test
  void everyRecordIsReadWithItsFileAndNumber() throws Exception {
    Path file = ofApplications("snappy").write(folder.resolve("in.avro"));

    read(file);

    assertThat(records, hasSize(50));
    assertThat(deadLetters, is(empty()));
    RawRecord last = records.get(49);
    assertThat(last.origin(), is(Origin.ofFile(file.toString(), 50)));
    assertThat(last.encoding(), is(Encoding.AVRO));
    assertThat(
        applicationIn(last),
        is(new LoanApplication("r50", "KNOWN", 100.0, "123-45-6780", Instant.ofEpochMilli(5))));
  }

  @Test
  void aFileWithACompatibleSchemaIsReadWithTheExpectedOne() throws Exception {
    read(ofApplications(COMPATIBLE, "null").write(folder.resolve("in.avro")));

    assertThat(records, hasSize(50));
    assertThat(
        applicationIn(records.get(0)),
        is(new LoanApplication("r1", "KNOWN", 100.0, "123-45-6780", Instant.ofEpochMilli(5))));
  }

  @Test
  void aDamagedBlockIsOneDeadLetterAndTheOtherBlocksAreRead() throws Exception {
    ContainerFile damaged = ofApplications("null");
    damaged.set(damaged.body(2), 0xFE, 0xFF, 0xFF, 0xFF, 0x0F);
    Path file = damaged.write(folder.resolve("in.avro"));

    read(file);

    assertThat(records, hasSize(40));
    assertThat(deadLetters, contains(letter("a block of the file is damaged", file, 21)));
    assertThat(count(result, "dead_letters"), is(1L));
  }

  @Test
  void aDamagedFileDoesNotAffectAnother() throws Exception {
    Path bad = Files.writeString(folder.resolve("bad.avro"), "not an Avro file");
    ofApplications("null").write(folder.resolve("good.avro"));

    read(folder.resolve("*.avro"));

    assertThat(records, hasSize(50));
    assertThat(
        deadLetters, contains(letter("not an Avro container of the expected schema", bad, 1)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Obj", "Obj\u0001"})
  void aFileThatIsNotAContainerIsOneDeadLetter(String text) throws Exception {
    Path file = Files.writeString(folder.resolve("in.avro"), text);

    read(file);

    assertThat(records, is(empty()));
    assertThat(
        deadLetters, contains(letter("not an Avro container of the expected schema", file, 1)));
  }

  @Test
  void aContainerWithAnotherTypeOfRecordIsOneDeadLetter() throws Exception {
    Path file =
        ContainerFile.of(List.of(), DeadLetter.getClassSchema(), "null")
            .write(folder.resolve("in.avro"));

    read(file);

    assertThat(
        deadLetters, contains(letter("not an Avro container of the expected schema", file, 1)));
  }

  @Test
  void aContainerWithoutRecordsEmitsNothing() throws Exception {
    read(ContainerFile.of(List.of(), SCHEMA, "null").write(folder.resolve("in.avro")));

    assertThat(records, is(empty()));
    assertThat(deadLetters, is(empty()));
  }

  @Test
  void theTransformIsSerializable() {
    SerializableUtils.ensureSerializable(ReadFiles.ofContainers("*", SCHEMA));
  }

  private void read(Path pattern) {
    Pipeline pipeline = Pipelines.onDirectRunner();
    Result<PCollection<RawRecord>, DeadLetter> read =
        pipeline.apply("Read", ReadFiles.ofContainers(pattern.toString(), SCHEMA));
    Seen<RawRecord> seenRecords = Seen.in(read.output());
    Seen<DeadLetter> seenLetters = Seen.in(read.failures());
    result = Pipelines.run(pipeline);
    records =
        seenRecords.values().stream().sorted(Comparator.comparing(RawRecord::origin)).toList();
    deadLetters = seenLetters.values();
  }

  private static LoanApplication applicationIn(RawRecord record) throws UnreadableRecord {
    return SingleObjectReader.of(LoanApplication.class).read(record.bytes());
  }

  private static DeadLetter letter(String detail, Path file, long number) {
    return new DeadLetter(
        "read-containers", "MALFORMED", detail, null, null, null, file.toString(), number, null);
  }
}
