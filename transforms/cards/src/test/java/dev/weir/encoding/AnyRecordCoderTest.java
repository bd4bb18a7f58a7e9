package dev.weir.encoding;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.cdc.ChangeSource;
import dev.weir.cdc.Operation;
import dev.weir.dedup.KeptTimes;
import dev.weir.spend.StoredAmounts;
import dev.weir.testing.CompiledRecord;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.testing.CoderProperties;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.beam.sdk.util.SerializableUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnyRecordCoderTest {
  private static final AnyRecordCoder CODER =
      AnyRecordCoder.of(KeptTimes.class, StoredAmounts.class);
  private static final KeptTimes TIMES = new KeptTimes(List.of(1L, -5L), 99L);
  private static final StoredAmounts AMOUNTS = new StoredAmounts(List.of(250L), List.of(1L));

  private static final Schema FIRST =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "namespace": "test.memory", "name": "Guest", "fields": [
                {"name": "year", "type": "int"}]}
              """);

  private static final Schema SECOND =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "namespace": "test.memory", "name": "Guest", "fields": [
                {"name": "month", "type": ["null", "int"], "default": null},
                {"name": "year", "type": "int"}]}
              """);

  @TempDir Path before;
  @TempDir Path after;

  @Test
  void recordsOfEachTypeSurvive() throws Exception {
    CoderProperties.coderDecodeEncodeEqual(CODER, TIMES);
    CoderProperties.coderDecodeEncodeEqual(CODER, AMOUNTS);
  }

  @Test
  void recordsOfSeveralTypesShareOneStream() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (SpecificRecordBase record : List.of(TIMES, AMOUNTS, TIMES)) {
      CODER.encode(record, out);
    }
    ByteArrayInputStream in = new ByteArrayInputStream(out.toByteArray());

    assertThat(CODER.decode(in), is(TIMES));
    assertThat(CODER.decode(in), is(AMOUNTS));
    assertThat(CODER.decode(in), is(TIMES));
    assertThat(in.available(), is(0));
  }

  @Test
  void itsBytesAreThoseOfTheCoderOfOneType() throws Exception {
    assertThat(
        CoderUtils.encodeToByteArray(CODER, TIMES),
        is(CoderUtils.encodeToByteArray(SingleObjectCoder.of(KeptTimes.class), TIMES)));
  }

  @Test
  void theOrderOfTheTypesDoesNotMatter() {
    AnyRecordCoder other = AnyRecordCoder.of(StoredAmounts.class, KeptTimes.class);

    assertThat(other, is(CODER));
    assertThat(other.hashCode(), is(CODER.hashCode()));
    assertThat(AnyRecordCoder.of(KeptTimes.class), is(not(CODER)));
  }

  @Test
  void addingATypeLeavesTheOthersReadable() throws Exception {
    AnyRecordCoder later =
        AnyRecordCoder.of(ChangeSource.class, KeptTimes.class, StoredAmounts.class);

    assertThat(
        CoderUtils.decodeFromByteArray(later, CoderUtils.encodeToByteArray(CODER, TIMES)),
        is(TIMES));
    assertThat(
        CoderUtils.decodeFromByteArray(later, CoderUtils.encodeToByteArray(CODER, AMOUNTS)),
        is(AMOUNTS));
  }

  @Test
  void aSnapshotsCoderOutlivesItsSchemasAndReadsThePastOnes() throws Exception {
    try (CompiledRecord old = CompiledRecord.of(before, FIRST);
        CompiledRecord now = CompiledRecord.of(after, FIRST, SECOND)) {
      AnyRecordCoder coder = AnyRecordCoder.of(old.type(), KeptTimes.class);
      byte[] guest = CoderUtils.encodeToByteArray(coder, old.record(1987));
      byte[] times = CoderUtils.encodeToByteArray(coder, TIMES);
      byte[] snapshot = SerializableUtils.serializeToByteArray(coder);

      now.call(
          () -> {
            AnyRecordCoder restored =
                (AnyRecordCoder) SerializableUtils.deserializeFromByteArray(snapshot, "a coder");
            assertThat(restored, is(AnyRecordCoder.of(KeptTimes.class, now.type())));
            assertThat(CoderUtils.decodeFromByteArray(restored, guest), is(now.record(null, 1987)));
            assertThat(CoderUtils.decodeFromByteArray(restored, times), is(TIMES));
            CoderProperties.coderDecodeEncodeEqual(restored, now.record(12, 1987));
            return null;
          });
    }
  }

  @Test
  void aRecordOfAnotherTypeIsNotWritten() {
    ChangeSource other = new ChangeSource(Operation.c, 1L, 2L, "topic", 0, 3L, -1L, null);

    CoderException refused =
        assertThrows(CoderException.class, () -> CODER.encode(other, new ByteArrayOutputStream()));

    assertThat(refused.getMessage(), containsString("dev.weir.cdc.ChangeSource is not one of"));
    assertThrows(CoderException.class, () -> CODER.encode(null, new ByteArrayOutputStream()));
  }

  @Test
  void aRecordOfAnUnknownSchemaIsRefusedByItsFingerprint() throws Exception {
    byte[] amounts = CoderUtils.encodeToByteArray(CODER, AMOUNTS);

    CoderException refused =
        assertThrows(
            CoderException.class,
            () -> CoderUtils.decodeFromByteArray(AnyRecordCoder.of(KeptTimes.class), amounts));

    assertThat(
        refused.getMessage(),
        allOf(
            containsString("dev.weir.dedup.KeptTimes"),
            containsString(
                String.format(
                    "%016x",
                    SchemaNormalization.parsingFingerprint64(StoredAmounts.getClassSchema())))));
  }

  @Test
  void aTruncatedRecordIsRefused() throws Exception {
    byte[] whole = CoderUtils.encodeToByteArray(CODER, TIMES);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThrows(IOException.class, () -> CODER.decode(new ByteArrayInputStream(cut)));
    }
  }

  @Test
  void theCoderIsSerializableAndStaysEqual() throws Exception {
    CODER.encode(TIMES, new ByteArrayOutputStream());

    CoderProperties.coderSerializable(CODER);
    CoderProperties.coderDeterministic(CODER, TIMES, new KeptTimes(List.of(1L, -5L), 99L));
  }

  @Test
  void aCoderWithoutTypesIsRefused() {
    assertThrows(IllegalArgumentException.class, AnyRecordCoder::of);
  }
}
