package dev.weir.kafka;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.common.io.BaseEncoding;
import dev.weir.kafka.TopicPosition.Partition;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import org.apache.beam.sdk.util.CoderUtils;
import org.junit.jupiter.api.Test;

class TopicPositionTest {
  private static final TopicPosition POSITION =
      new TopicPosition("id", List.of(new Partition(3, 1L << 40, -7)));

  /** What checkpoints hold; a later release has to read it. */
  private static final String ENCODED =
      "01" + "00026964" + "00000001" + "00000003" + "0000010000000000" + "FFFFFFFFFFFFFFF9";

  @Test
  void aPositionIsEncodedBehindItsFormat() throws IOException {
    assertThat(
        BaseEncoding.base16().encode(CoderUtils.encodeToByteArray(TopicPosition.CODER, POSITION)),
        is(ENCODED));
  }

  @Test
  void andRead() throws IOException {
    assertThat(
        CoderUtils.decodeFromByteArray(TopicPosition.CODER, BaseEncoding.base16().decode(ENCODED)),
        is(POSITION));
  }

  @Test
  void anUnknownFormatIsAnError() {
    assertThrows(
        IOException.class,
        () -> TopicPosition.CODER.decode(new ByteArrayInputStream(new byte[] {2, 0, 0})));
  }
}
