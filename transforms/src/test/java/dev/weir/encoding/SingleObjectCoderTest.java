package dev.weir.encoding;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.deadletter.DeadLetter;
import dev.weir.intake.KeptTimes;
import dev.weir.loan.ApplicantType;
import dev.weir.loan.LoanDecision;
import dev.weir.loan.Status;
import dev.weir.loan.StoredApplication;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.message.MissingSchemaException;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.testing.CoderProperties;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.beam.sdk.util.VarInt;
import org.junit.jupiter.api.Test;

class SingleObjectCoderTest {
  private static final SingleObjectCoder<KeptTimes> TIMES = SingleObjectCoder.of(KeptTimes.class);

  /** What KeptTimes could have been before its times were a list and had a bound. */
  private static final String PAST =
      """
      {"type": "record", "namespace": "dev.weir.intake", "name": "KeptTimes", "fields": [
        {"name": "note", "type": "string"},
        {"name": "until", "type": "int"},
        {"name": "times", "type": {"type": "array", "items": "int"}}]}
      """;

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
    SingleObjectCoder<KeptTimes> coder = TIMES.alsoReading(List.of(PAST));

    assertThat(
        CoderUtils.decodeFromByteArray(coder, writtenInThePast()),
        is(new KeptTimes(List.of(1L, 2L), 3L)));
    CoderProperties.coderDecodeEncodeEqual(coder, new KeptTimes(List.of(1L), 2L));
  }

  @Test
  void aRecordOfAnUnknownSchemaIsRefused() {
    assertThrows(
        MissingSchemaException.class,
        () -> TIMES.decode(new ByteArrayInputStream(writtenInThePast())));
  }

  @Test
  void aRecordThatEndsEarlyIsRefused() throws Exception {
    byte[] whole = CoderUtils.encodeToByteArray(TIMES, new KeptTimes(List.of(1L, 2L), 3L));
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThrows(IOException.class, () -> TIMES.decode(new ByteArrayInputStream(cut)));
    }
  }

  @Test
  void nothingCannotBeEncoded() {
    assertThrows(CoderException.class, () -> TIMES.encode(null, new ByteArrayOutputStream()));
  }

  @Test
  void theCoderTravelsToWorkersAndStaysEqual() throws Exception {
    TIMES.encode(new KeptTimes(List.of(), 0L), new ByteArrayOutputStream());

    CoderProperties.coderSerializable(TIMES);
    CoderProperties.coderSerializable(TIMES.alsoReading(List.of(PAST)));
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

  private static byte[] writtenInThePast() throws IOException {
    Schema schema = new Schema.Parser().parse(PAST);
    GenericRecord past = new GenericData.Record(schema);
    past.put("note", "dropped since");
    past.put("times", List.of(1, 2));
    past.put("until", 3);
    byte[] body =
        new BinaryMessageEncoder<GenericRecord>(GenericData.get(), schema).encode(past).array();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    VarInt.encode(body.length, out);
    out.writeBytes(body);
    return out.toByteArray();
  }
}
