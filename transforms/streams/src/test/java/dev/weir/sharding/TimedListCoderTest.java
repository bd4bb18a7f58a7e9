package dev.weir.sharding;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.testing.CoderProperties;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

class TimedListCoderTest {
  private static final Coder<List<TimestampedValue<String>>> CODER =
      TimedListCoder.of(StringUtf8Coder.of());

  /** Some are longer than the first capacity of a buffer. */
  private static final List<TimestampedValue<String>> ELEMENTS =
      List.of(
          TimestampedValue.of("", BoundedWindow.TIMESTAMP_MIN_VALUE),
          TimestampedValue.of("a", new Instant(-1)),
          TimestampedValue.of("b".repeat(5_000), new Instant(1)),
          TimestampedValue.of("c".repeat(300_000), BoundedWindow.TIMESTAMP_MAX_VALUE),
          TimestampedValue.of("\u00e9", new Instant(0)));

  @Test
  void listsAreReadAsTheyWereWritten() throws Exception {
    for (int size = 0; size <= ELEMENTS.size(); size++) {
      CoderProperties.coderDecodeEncodeEqual(CODER, ELEMENTS.subList(0, size));
    }
  }

  @Test
  void elementsThatAreEncodedOnArrivalGiveTheSameBytes() throws IOException {
    byte[] expected = CoderUtils.encodeToByteArray(CODER, ELEMENTS);

    assertThat(CoderUtils.encodeToByteArray(CODER, encoded()), is(expected));
    EncodedList<String> read = encoded();
    assertThat(new ArrayList<>(read), is(ELEMENTS));
    assertThat("also after it was read", CoderUtils.encodeToByteArray(CODER, read), is(expected));
  }

  @Test
  void anotherCoderEncodesTheElementsAgain() throws IOException {
    Coder<List<TimestampedValue<String>>> marking = TimedListCoder.of(new Marking());

    byte[] bytes = CoderUtils.encodeToByteArray(marking, encoded());

    assertThat(CoderUtils.decodeFromByteArray(marking, bytes), is(ELEMENTS));
    assertThat(CoderUtils.decodeFromByteArray(CODER, bytes).get(1).getValue(), is("!a"));
  }

  @Test
  void bytesThatAreMissingOrLeftOverAreAnError() throws IOException {
    byte[] bytes = CoderUtils.encodeToByteArray(CODER, ELEMENTS.subList(0, 2));

    assertThrows(
        EOFException.class,
        () -> CODER.decode(new ByteArrayInputStream(Arrays.copyOf(bytes, bytes.length - 1))));
    bytes[0] = 1;
    CoderException e =
        assertThrows(CoderException.class, () -> CoderUtils.decodeFromByteArray(CODER, bytes));
    assertThat(e.getMessage(), containsString("left over"));
  }

  private static EncodedList<String> encoded() {
    EncodedList<String> list = new EncodedList<>(StringUtf8Coder.of());
    ELEMENTS.forEach(element -> list.append(element.getValue(), element.getTimestamp()));
    return list;
  }

  /** Encodes a text with a mark before it. */
  private static final class Marking extends CustomCoder<String> {
    private static final long serialVersionUID = 1L;

    @Override
    public void encode(String value, OutputStream out) throws IOException {
      StringUtf8Coder.of().encode("!" + value, out);
    }

    @Override
    public String decode(InputStream in) throws IOException {
      return StringUtf8Coder.of().decode(in).substring(1);
    }
  }
}
