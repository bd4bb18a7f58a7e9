package dev.weir.files;

import static dev.weir.files.ContainerFile.COMPATIBLE;
import static dev.weir.files.ContainerFile.PER_BLOCK;
import static dev.weir.files.ContainerFile.RECORDS;
import static dev.weir.files.ContainerFile.ofApplications;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.loan.LoanApplication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.apache.avro.Schema;
import org.apache.avro.file.SeekableByteArrayInput;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Five blocks of ten applications, r1 to r50. */
class ContainerScannerTest {
  private static final Schema SCHEMA = LoanApplication.getClassSchema();

  private final List<String> ids = new ArrayList<>();
  private final List<Long> numbers = new ArrayList<>();
  private final List<Long> damaged = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(strings = {"null", "deflate", "snappy"})
  void everyRecordIsReadWithItsNumber(String codec) throws IOException {
    scan(ofApplications(codec));

    isRead(1, 50);
    assertThat(numbers, is(LongStream.rangeClosed(1, RECORDS).boxed().toList()));
    assertThat(damaged, is(empty()));
  }

  @Test
  void aDamagedRecordLosesOnlyTheRestOfItsBlock() throws IOException {
    ContainerFile file = ofApplications("null");
    // The first record's first length claims 2^31 - 1 bytes.
    scan(file.set(file.body(2), 0xFE, 0xFF, 0xFF, 0xFF, 0x0F));

    isReadWithItsNumbers(1, 20, 31, 50);
    assertThat(damaged, contains(21L));
  }

  @Test
  void aNegativeLengthLosesOnlyTheRestOfItsBlock() throws IOException {
    ContainerFile file = ofApplications("null");
    scan(file.set(file.body(2), 0xFF, 0xFF, 0xFF, 0xFF, 0x0F));

    isReadWithItsNumbers(1, 20, 31, 50);
    assertThat(damaged, contains(21L));
  }

  @Test
  void aMissingUnionBranchLosesOnlyTheRestOfItsBlock() throws IOException {
    ContainerFile file = ContainerFile.ofApplications(COMPATIBLE, "null");
    scan(file.set(file.body(2), 2 * 5));

    isReadWithItsNumbers(1, 20, 31, 50);
    assertThat(damaged, contains(21L));
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "deflate", "snappy"})
  void recordsThatCannotBeResolvedLoseOnlyThemselves(String codec) throws IOException {
    Schema nullable =
        new Schema.Parser()
            .parse(
                SCHEMA.toString().replace("\"type\":\"double\"", "\"type\":[\"null\",\"double\"]"));
    List<GenericRecord> records = ContainerFile.applications(nullable);
    for (int number : List.of(3, 4, 21, 50)) {
      records.get(number - 1).put("amount", null);
    }
    scan(ContainerFile.of(records, nullable, codec));

    isReadWithItsNumbers(1, 2, 5, 20, 22, 49);
    assertThat(damaged, contains(3L, 4L, 21L, 50L));
  }

  @Test
  void aNullANestedNullAndAnUnknownSymbolLoseOnlyTheirRecords() throws IOException {
    Schema expected = schemaOf("\"string\"", "[\"A\"]", "\"int\"");
    Schema writer = schemaOf("[\"null\",\"string\"]", "[\"A\",\"B\"]", "[\"null\",\"int\"]");
    List<GenericRecord> records = new ArrayList<>();
    for (int number = 1; number <= 5; number++) {
      Schema inner = writer.getField("inner").schema();
      GenericRecord nested = new GenericData.Record(inner);
      nested.put("list", Arrays.asList(1, number == 2 ? null : 2));
      nested.put("kind", symbol(inner, number == 3 ? "B" : "A"));
      GenericRecord one = new GenericData.Record(writer);
      one.put("request_id", number == 4 ? null : "r" + number);
      one.put("inner", nested);
      records.add(one);
    }
    scan(
        new ContainerScanner(
            new SeekableByteArrayInput(ContainerFile.of(records, writer, "null").bytes()),
            expected));

    isReadWithItsNumbers(1, 1, 5, 5);
    assertThat(damaged, contains(2L, 3L, 4L));
  }

  private static Schema schemaOf(String id, String symbols, String item) {
    return new Schema.Parser()
        .parse(
            """
            {"type": "record", "name": "Outer", "fields": [
              {"name": "inner", "type": {"type": "record", "name": "Inner", "fields": [
                {"name": "list", "type": {"type": "array", "items": %s}},
                {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": %s}}]}},
              {"name": "request_id", "type": %s}]}
            """
                .formatted(item, symbols, id));
  }

  private static GenericData.EnumSymbol symbol(Schema inner, String name) {
    return new GenericData.EnumSymbol(inner.getField("kind").schema(), name);
  }

  @Test
  void textThatIsNotUtf8LosesOnlyItsRecord() throws IOException {
    ContainerFile file = ofApplications("null");
    // The id is "r21": a lead byte without the rest.
    scan(file.set(file.body(2) + 1, 0xC1));

    isReadWithItsNumbers(1, 20, 22, 50);
    assertThat(damaged, contains(21L));
  }

  @Test
  void aBlockThatCountsTooFewRecordsLosesNoOtherBlock() throws IOException {
    ContainerFile file = ofApplications("null");
    scan(file.set(file.start(2), 2 * 9));

    isReadWithItsNumbers(1, 29, 31, 50);
    assertThat(damaged, contains(30L));
  }

  @Test
  void aBlockThatCountsTooManyRecordsLosesNoOtherBlock() throws IOException {
    ContainerFile file = ofApplications("null");
    scan(file.set(file.start(2), 2 * 11));

    isRead(1, 50);
    assertThat(damaged, contains(31L));
  }

  @Test
  void aBlockThatIsLongerThanTheFileLosesNoOtherBlock() throws IOException {
    ContainerFile file = ofApplications("null");
    scan(file.set(file.start(2) + 1, 0xFE, 0x7F));

    isReadWithItsNumbers(1, 20, 31, 50);
    assertThat(damaged, contains(21L));
  }

  @Test
  void aBlockWithALengthOfTwoGigabytesAllocatesNothing() throws IOException {
    ContainerFile file = ofApplications("null");
    file.set(file.start(2) + 1, 0xFE, 0xFF, 0xFF, 0xFF, 0x0F);
    long before = allocatedBytes();

    scan(file);

    assertThat(allocatedBytes() - before, lessThan(16L << 20));
    isRead(1, 20, 31, 50);
    assertThat(damaged, contains(21L));
  }

  @Test
  void aDamagedSyncMarkerLosesTheTwoBlocksBesideIt() throws IOException {
    ContainerFile file = ofApplications("null");
    scan(file.flip(file.end(1) - 1, 0));

    isRead(1, 10, 31, 50);
    assertThat(damaged, contains(11L));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16, 17, 100})
  void aTruncatedFileIsReported(int missing) throws IOException {
    ContainerFile file = ofApplications("null");
    scan(file.cut(file.length() - missing));

    isReadWithItsNumbers(1, 40);
    assertThat(damaged, contains(41L));
  }

  @Test
  void aFileTruncatedBetweenTwoBlocksLooksComplete() throws IOException {
    ContainerFile file = ofApplications("null");
    scan(file.cut(file.end(3)));

    isReadWithItsNumbers(1, 40);
    assertThat(damaged, is(empty()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"deflate", "snappy"})
  void aDamagedCompressedBlockLosesOnlyItself(String codec) throws IOException {
    ContainerFile file = ofApplications(codec);
    int middle = (file.start(2) + file.end(2)) / 2;
    scan(file.set(middle, ~file.at(middle), ~file.at(middle + 1), ~file.at(middle + 2)));

    assertThat(ids.containsAll(named(1, 20)), is(true));
    assertThat(ids.containsAll(named(31, 50)), is(true));
    assertThat(damaged, hasSize(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "deflate", "snappy"})
  void aFlippedBitLosesOnlyTheBlocksBesideItAndIsReported(String codec) throws IOException {
    long seed = Long.getLong("weir.fuzz.seed", 20_260_107);
    Random random = new Random(seed);
    ContainerFile whole = ofApplications(codec);
    for (int i = 0; i < 800; i++) {
      int position = whole.start(0) + random.nextInt(whole.length() - whole.start(0));
      int bit = random.nextInt(8);
      scan(whole.copy().flip(position, bit));

      String what = "seed %d, bit %d of byte %d".formatted(seed, bit, position);
      Set<String> spared = new HashSet<>(named(1, 50));
      int hit = whole.blockAt(position);
      spared.removeAll(namedInBlock(hit));
      if (whole.isMarker(position)) {
        spared.removeAll(namedInBlock(hit + 1));
      }
      assertThat(what, new HashSet<>(ids).containsAll(spared), is(true));
      // A damaged string is still a string: the record can then be read, with another id.
      assertThat(what, ids.size() == RECORDS || !damaged.isEmpty(), is(true));
      for (long number : damaged) {
        assertThat(what, number, is(greaterThan((long) hit * PER_BLOCK)));
        assertThat(what, number, is(lessThan((hit + 2L) * PER_BLOCK)));
      }
    }
  }

  @Test
  void afterAFlippedBitInTheHeaderTheFileIsReadOrRefused() throws IOException {
    ContainerFile whole = ofApplications("null");
    int refused = 0;
    for (int position = 0; position < whole.start(0); position++) {
      for (int bit = 0; bit < 8; bit++) {
        try {
          scan(whole.copy().flip(position, bit));
        } catch (IOException e) {
          refused++;
        }
      }
    }

    // Any other exception has failed the test by now.
    assertThat(refused, is(greaterThan(whole.start(0))));
  }

  @Test
  void aFileWithAnotherTypeOfRecordIsRefused() throws IOException {
    Schema cat =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "Cat", "fields": [{"name": "ssn", "type": "string"}]}
                """);
    ContainerFile cats = ContainerFile.of(List.of(), cat, "null");

    assertThrows(IOException.class, () -> scan(cats));
  }

  @Test
  void aFieldOfAnotherTypeIsRefused() throws IOException {
    Schema text =
        new Schema.Parser()
            .parse(SCHEMA.toString().replace("\"type\":\"double\"", "\"type\":\"string\""));
    ContainerFile texts = ContainerFile.of(List.of(), text, "null");

    assertThrows(IOException.class, () -> scan(texts));
  }

  @Test
  void aFailedReadIsNotDamage() throws IOException {
    AtomicBoolean diskIsGone = new AtomicBoolean();
    SeekableByteArrayInput disk =
        new SeekableByteArrayInput(ofApplications("null").bytes()) {
          @Override
          public int read(byte[] into, int offset, int length) {
            if (diskIsGone.get()) {
              throw new UncheckedIOException(new IOException("the disk is gone"));
            }
            return super.read(into, offset, length);
          }
        };
    ContainerScanner scanner = new ContainerScanner(disk, SCHEMA);
    scanner.next();
    diskIsGone.set(true);

    assertThrows(UncheckedIOException.class, () -> scan(scanner));
    isRead(2, 10);
    assertThat(damaged, is(empty()));
  }

  private void scan(ContainerFile file) throws IOException {
    scan(new ContainerScanner(new SeekableByteArrayInput(file.bytes()), SCHEMA));
  }

  private void scan(ContainerScanner scanner) throws IOException {
    ids.clear();
    numbers.clear();
    damaged.clear();
    while (scanner.next()) {
      if (scanner.damage() != null) {
        damaged.add(scanner.number());
      } else {
        ids.add(scanner.record().get("request_id").toString());
        numbers.add(scanner.number());
      }
    }
  }

  /** From the first to the second, from the third to the fourth, and so on, both included. */
  private void isRead(long... bounds) {
    assertThat(ids, is(named(bounds)));
  }

  private void isReadWithItsNumbers(long... bounds) {
    isRead(bounds);
    assertThat(numbers.stream().map(number -> "r" + number).toList(), is(ids));
  }

  private static List<String> named(long... bounds) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < bounds.length; i += 2) {
      LongStream.rangeClosed(bounds[i], bounds[i + 1]).forEach(number -> names.add("r" + number));
    }
    return names;
  }

  private static List<String> namedInBlock(int block) {
    return named(block * PER_BLOCK + 1L, (block + 1L) * PER_BLOCK);
  }

  private static long allocatedBytes() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getThreadAllocatedBytes(Thread.currentThread().getId());
  }
}
