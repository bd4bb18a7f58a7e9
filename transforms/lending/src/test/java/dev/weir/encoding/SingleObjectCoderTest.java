package dev.weir.encoding;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.deadletter.DeadLetter;
import dev.weir.dedup.KeptTimes;
import dev.weir.loan.ApplicantType;
import dev.weir.loan.LoanDecision;
import dev.weir.loan.Status;
import dev.weir.loan.StoredApplication;
import dev.weir.testing.CompiledRecord;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidClassException;
import java.io.ObjectStreamClass;
import java.lang.reflect.Field;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.testing.CoderProperties;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.util.VarInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import test.generated.Stay;
import test.generated.Wing;

class SingleObjectCoderTest {
  private static final SingleObjectCoder<KeptTimes> TIMES = SingleObjectCoder.of(KeptTimes.class);

  private static final Schema FIRST =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "namespace": "test.memory", "name": "Visit", "fields": [
                {"name": "note", "type": "string"},
                {"name": "until", "type": "int"},
                {"name": "times", "type": {"type": "array", "items": "int"}}]}
              """);

  private static final Schema SECOND =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "namespace": "test.memory", "name": "Visit", "fields": [
                {"name": "times", "type": {"type": "array", "items": "long"}},
                {"name": "until", "type": "long"},
                {"name": "country", "type": ["null", "string"], "default": null}]}
              """);

  @TempDir Path before;
  @TempDir Path after;

  @Test
  void recordsSurvive() throws Exception {
    CoderProperties.coderDecodeEncodeEqual(TIMES, new KeptTimes(List.of(1L, -5L, 7L), 99L));
    CoderProperties.coderDecodeEncodeEqual(TIMES, new KeptTimes(List.of(), Long.MIN_VALUE));
    CoderProperties.coderDecodeEncodeEqual(
        SingleObjectCoder.of(StoredApplication.class),
        new StoredApplication("r1", true, 10_000L, "123-45-6780", 5L, "topic", 3, 17L));
    CoderProperties.coderDecodeEncodeEqual(
        SingleObjectCoder.of(DeadLetter.class),
        new DeadLetter("s", "R", "d", null, null, null, "f", 1L, Instant.ofEpochMilli(5)));
  }

  @Test
  void recordsWithDecimalsAndTimesSurvive() throws Exception {
    for (Integer score : new Integer[] {701, null}) {
      CoderProperties.coderDecodeEncodeEqual(
          SingleObjectCoder.of(LoanDecision.class),
          new LoanDecision(
              "r1",
              Status.REFERRED,
              "Bureau Unavailable: TIMEOUT",
              ApplicantType.UNKNOWN,
              new BigDecimal("999999999.99"),
              score,
              Instant.parse("2026-01-05T12:00:00.001Z")));
    }
  }

  @Test
  void severalRecordsShareOneStream() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TIMES.encode(new KeptTimes(List.of(1L), 2L), out);
    TIMES.encode(new KeptTimes(List.of(3L), 4L), out);
    ByteArrayInputStream in = new ByteArrayInputStream(out.toByteArray());

    assertThat(TIMES.decode(in), is(new KeptTimes(List.of(1L), 2L)));
    assertThat(TIMES.decode(in), is(new KeptTimes(List.of(3L), 4L)));
    assertThat(in.available(), is(0));
  }

  @Test
  void aRecordOfAPastSchemaIsRead() throws Exception {
    try (CompiledRecord old = CompiledRecord.of(before, FIRST);
        CompiledRecord now = CompiledRecord.of(after, FIRST, SECOND)) {
      SingleObjectCoder<SpecificRecordBase> coder = SingleObjectCoder.of(now.type());

      assertThat(
          CoderUtils.decodeFromByteArray(coder, aVisit(old)),
          is(now.record(List.of(1L, 2L), 3L, null)));
      assertThat(
          CoderUtils.clone(coder, now.record(List.of(1L), 2L, null)),
          is(now.record(List.of(1L), 2L, null)));
    }
  }

  /** Avro reads generated classes with other code than all other classes. */
  @Test
  void aGeneratedRecordOfAPastSchemaIsRead() throws Exception {
    Schema schema;
    try (InputStream past = Stay.class.getResourceAsStream("/schemas/test.generated.Stay/1.avsc")) {
      schema = new Schema.Parser().parse(past);
    }
    GenericRecord past = new GenericData.Record(schema);
    past.put("note", "dropped since");
    past.put("until", 3);
    past.put("times", List.of(1, 2));
    byte[] body =
        new BinaryMessageEncoder<GenericRecord>(GenericData.get(), schema).encode(past).array();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    VarInt.encode(body.length, out);
    out.writeBytes(body);
    SingleObjectCoder<Stay> coder = SingleObjectCoder.of(Stay.class);

    Stay read = CoderUtils.decodeFromByteArray(coder, out.toByteArray());

    assertThat(read, is(new Stay(List.of(1L, 2L), Instant.ofEpochMilli(3), null, Wing.NONE)));
    CoderProperties.coderDecodeEncodeEqual(coder, read);
  }

  @Test
  void aRecordOfAnUnknownSchemaIsRefusedByItsFingerprint() throws Exception {
    try (CompiledRecord old = CompiledRecord.of(before, FIRST);
        CompiledRecord now = CompiledRecord.of(after, SECOND)) {
      byte[] written = aVisit(old);

      CoderException refused =
          assertThrows(
              CoderException.class,
              () -> CoderUtils.decodeFromByteArray(SingleObjectCoder.of(now.type()), written));

      assertThat(
          refused.getMessage(),
          allOf(
              containsString("test.memory.Visit"),
              containsString(
                  String.format("%016x", SchemaNormalization.parsingFingerprint64(FIRST)))));
    }
  }

  @Test
  void aSnapshotsCoderOutlivesItsSchema() throws Exception {
    try (CompiledRecord old = CompiledRecord.of(before, FIRST);
        CompiledRecord now = CompiledRecord.of(after, FIRST, SECOND)) {
      SingleObjectCoder<SpecificRecordBase> coder = SingleObjectCoder.of(old.type());
      byte[] written = aVisit(old);
      byte[] snapshot = SerializableUtils.serializeToByteArray(coder);

      assertThat(
          now.call(
              () -> {
                Object restored = SerializableUtils.deserializeFromByteArray(snapshot, "a coder");
                assertThat(restored, is(SingleObjectCoder.of(now.type())));
                return CoderUtils.decodeFromByteArray((SingleObjectCoder<?>) restored, written);
              }),
          is(now.record(List.of(1L, 2L), 3L, null)));
    }
  }

  /** Without this the test above would prove nothing. */
  @Test
  void aSnapshotsClassDoesNotOutliveItsSchema() throws Exception {
    assertThat(
        ObjectStreamClass.lookup(KeptTimes.class).getSerialVersionUID(),
        is(SchemaNormalization.parsingFingerprint64(KeptTimes.getClassSchema())));
    try (CompiledRecord old = CompiledRecord.of(before, FIRST);
        CompiledRecord now = CompiledRecord.of(after, FIRST, SECOND)) {
      byte[] snapshot = SerializableUtils.serializeToByteArray(old.type());

      IllegalArgumentException refused =
          assertThrows(
              IllegalArgumentException.class,
              () ->
                  now.call(() -> SerializableUtils.deserializeFromByteArray(snapshot, "a class")));

      assertThat(refused.getCause(), instanceOf(InvalidClassException.class));
    }
  }

  @Test
  void aThreadWithoutTheJobsClassLoaderStillEncodes() throws Exception {
    SingleObjectCoder<KeptTimes> restored = SerializableUtils.clone(TIMES);
    ClassLoader mine = Thread.currentThread().getContextClassLoader();
    Thread.currentThread().setContextClassLoader(ClassLoader.getPlatformClassLoader());
    try {
      assertThat(
          CoderUtils.encodeToByteArray(restored, new KeptTimes(List.of(1L), 2L)),
          is(CoderUtils.encodeToByteArray(TIMES, new KeptTimes(List.of(1L), 2L))));
    } finally {
      Thread.currentThread().setContextClassLoader(mine);
    }
  }

  /** Shows whether it was initialized. */
  private static final class NotARecord {
    static {
      System.setProperty("weir.test.initialized", "true");
    }
  }

  @Test
  void aClassThatIsNotARecordIsNotInitialized() throws Exception {
    RecordType<KeptTimes> type = new RecordType<>(KeptTimes.class);
    Field name = RecordType.class.getDeclaredField("name");
    name.setAccessible(true);
    name.set(type, NotARecord.class.getName());
    RecordType<KeptTimes> crafted = SerializableUtils.clone(type);

    assertThrows(ClassCastException.class, crafted::load);
    assertThat(System.getProperty("weir.test.initialized"), is(nullValue()));
  }

  @Test
  void aTruncatedRecordIsRefused() throws Exception {
    byte[] whole = CoderUtils.encodeToByteArray(TIMES, new KeptTimes(List.of(1L, 2L), 3L));
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThrows(IOException.class, () -> TIMES.decode(new ByteArrayInputStream(cut)));
    }
  }

  @Test
  void nullCannotBeEncoded() {
    assertThrows(CoderException.class, () -> TIMES.encode(null, new ByteArrayOutputStream()));
  }

  @Test
  void theCoderIsSerializableAndStaysEqual() throws Exception {
    TIMES.encode(new KeptTimes(List.of(), 0L), new ByteArrayOutputStream());

    CoderProperties.coderSerializable(TIMES);
    CoderProperties.coderDeterministic(
        TIMES, new KeptTimes(List.of(1L), 2L), new KeptTimes(List.of(1L), 2L));
  }

  @Test
  void manyThreadsShareOneCoder() throws Exception {
    SingleObjectCoder<KeptTimes> shared = SingleObjectCoder.of(KeptTimes.class);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (long thread = 0; thread < 4; thread++) {
        long first = thread * 1_000_000;
        all.add(
            threads.submit(
                () -> {
                  for (long i = first; i < first + 5000; i++) {
                    KeptTimes times = new KeptTimes(List.of(i, i + 1), i + 2);
                    assertThat(CoderUtils.clone(shared, times), is(times));
                  }
                  return null;
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static byte[] aVisit(CompiledRecord old) throws Exception {
    return CoderUtils.encodeToByteArray(
        SingleObjectCoder.of(old.type()), old.record("dropped since", 3, List.of(1, 2)));
  }
}
