package dev.weir.record;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import dev.weir.record.RawRecord.Encoding;
import java.util.List;
import org.apache.beam.sdk.testing.CoderProperties;
import org.apache.beam.sdk.util.CoderUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RawRecordTest {
  static List<RawRecord> records() {
    return List.of(
        new RawRecord(new byte[0], Encoding.JSON, Origin.ofFile("", 1)),
        new RawRecord(new byte[] {0, -1, 127}, Encoding.AVRO, Origin.ofTopic("t", 31, 1L << 40)),
        new RawRecord(new byte[1 << 20], Encoding.JSON, Origin.ofFile("dir/ü.jsonl", 9)));
  }

  @ParameterizedTest
  @MethodSource("records")
  void aRecordSurvivesItsCoder(RawRecord record) throws Exception {
    RawRecord copy = CoderUtils.clone(RawRecord.CODER, record);

    assertThat(copy.bytes(), is(record.bytes()));
    assertThat(copy.encoding(), is(record.encoding()));
    assertThat(copy.origin(), is(record.origin()));
    assertThat(RawRecord.CODER.structuralValue(copy), is(RawRecord.CODER.structuralValue(record)));
  }

  @Test
  void recordsWithOtherBytesAreNotEqual() {
    Origin origin = Origin.ofFile("f", 1);

    assertThat(
        RawRecord.CODER.structuralValue(new RawRecord(new byte[] {1}, Encoding.JSON, origin)),
        is(
            not(
                RawRecord.CODER.structuralValue(
                    new RawRecord(new byte[] {2}, Encoding.JSON, origin)))));
  }

  @Test
  void theCoderIsSerializableAndStaysEqual() {
    CoderProperties.coderSerializable(RawRecord.CODER);
  }
}
