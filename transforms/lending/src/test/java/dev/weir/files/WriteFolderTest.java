package dev.weir.files;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.is;

import dev.weir.deadletter.DeadLetter;
import dev.weir.encoding.PlainJson;
import dev.weir.encoding.SingleObjectCoder;
import dev.weir.loan.ApplicantType;
import dev.weir.loan.LoanDecision;
import dev.weir.loan.Status;
import dev.weir.testing.Pipelines;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.util.SerializableUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WriteFolderTest {
  private static final List<LoanDecision> DECISIONS =
      List.of(
          decision("r1", "0.01", null),
          decision("ü\n€", "1000000000.00", 850),
          decision("r3", "100.00", 300));
  private static final DeadLetter LETTER =
      new DeadLetter("s", "R", "d", null, null, null, "f", 7L, Instant.ofEpochMilli(5));

  @TempDir Path folder;

  @Test
  void eachRecordIsOneLineOfPlainJson() throws IOException {
    write(DECISIONS, LoanDecision.class, WriteFolder.ofLines(folder + "/new", LoanDecision.class));

    List<String> lines = new ArrayList<>();
    for (Path file : files(".jsonl")) {
      lines.addAll(Files.readAllLines(file));
    }
    assertThat(
        lines,
        containsInAnyOrder(
            DECISIONS.stream()
                .map(d -> new String(PlainJson.write(d), StandardCharsets.UTF_8))
                .toArray()));
  }

  @Test
  void decisionsSurviveAContainer() throws IOException {
    write(
        DECISIONS,
        LoanDecision.class,
        WriteFolder.ofContainers(folder + "/new/", LoanDecision.class));

    assertThat(records(LoanDecision.class), containsInAnyOrder(DECISIONS.toArray()));
  }

  @Test
  void deadLettersSurviveAContainer() throws IOException {
    write(
        List.of(LETTER),
        DeadLetter.class,
        WriteFolder.ofContainers(folder + "/new", DeadLetter.class));

    assertThat(records(DeadLetter.class), is(List.of(LETTER)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ar-EG", "fa-IR", "hi-IN-u-nu-deva", "th-TH-u-nu-thai", "tr-TR", "en-US"})
  void theNamesOfFilesAreTheSameInEveryLocale(String locale) throws IOException {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag(locale));
    try {
      write(
          DECISIONS, LoanDecision.class, WriteFolder.ofLines(folder + "/new", LoanDecision.class));
      write(
          DECISIONS,
          LoanDecision.class,
          WriteFolder.ofContainers(folder + "/new/", LoanDecision.class));
    } finally {
      Locale.setDefault(before);
    }

    try (Stream<Path> files = Files.list(folder.resolve("new"))) {
      assertThat(
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> !name.startsWith("."))
              .toList(),
          containsInAnyOrder(
              "part-00000-of-00002.jsonl",
              "part-00001-of-00002.jsonl",
              "part-00000-of-00002.avro",
              "part-00001-of-00002.avro"));
    }
  }

  @Test
  void noRecordsMakeAnEmptyFolder() throws IOException {
    write(List.of(), LoanDecision.class, WriteFolder.ofLines(folder + "/new", LoanDecision.class));

    for (Path file : files(".jsonl")) {
      assertThat(Files.size(file), is(0L));
    }
  }

  @Test
  void theTransformsAreSerializable() {
    SerializableUtils.ensureSerializable(WriteFolder.ofLines("f", LoanDecision.class));
    SerializableUtils.ensureSerializable(WriteFolder.ofContainers("f", LoanDecision.class));
  }

  private static <T extends SpecificRecordBase> void write(
      List<T> records, Class<T> type, WriteFolder<T> sink) {
    Pipeline pipeline = Pipelines.onDirectRunner();
    pipeline.apply(Create.of(records).withCoder(SingleObjectCoder.of(type))).apply("Write", sink);
    Pipelines.run(pipeline);
  }

  private <T extends SpecificRecordBase> List<T> records(Class<T> type) throws IOException {
    List<T> all = new ArrayList<>();
    SpecificData model = SpecificData.getForClass(type);
    for (Path file : files(".avro")) {
      try (DataFileReader<T> reader =
          new DataFileReader<>(
              file.toFile(),
              new SpecificDatumReader<>(model.getSchema(type), model.getSchema(type), model))) {
        reader.forEach(all::add);
      }
    }
    return all;
  }

  private List<Path> files(String ending) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("new"))) {
      List<Path> all = files.toList();
      all.forEach(file -> assertThat(file.toString().endsWith(ending), is(true)));
      return all;
    }
  }

  private static LoanDecision decision(String id, String amount, Integer score) {
    return new LoanDecision(
        id,
        score == null ? Status.REFERRED : Status.DENIED,
        "because",
        ApplicantType.UNKNOWN,
        new BigDecimal(amount),
        score,
        Instant.parse("2026-01-05T12:00:00.001Z"));
  }
}
