package dev.weir.encoding;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes of every value are those of Jackson's generator. */
class JsonBytesTest {
  private static final JsonFactory JACKSON =
      JsonFactory.builder().enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN).build();

  @FunctionalInterface
  private interface Value {
    void writeTo(JsonGenerator json) throws IOException;
  }

  @Test
  void everyCharacterAloneAndAmongOthers() {
    for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
      if (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE) {
        String text = "a" + Character.toString(point) + "b";
        assertThat(ours(json -> json.string(text)), is(jacksons(json -> json.writeString(text))));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\ud83d", "\udc00b", "a\ud83db", "\udc00"})
  void halfACharacterHasTheSameOutcome(String text) {
    assertThat(
        outcome(() -> ours(json -> json.string(text))),
        is(outcome(() -> jacksons(json -> json.writeString(text)))));
  }

  private static String outcome(Supplier<String> writing) {
    try {
      return writing.get();
    } catch (UncheckedIOException e) {
      return "refused: " + e.getCause().getMessage();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0000-01-01T00:00:00Z",
        "0001-12-31T23:59:59.999Z",
        "1969-12-31T23:59:59.001Z",
        "1970-01-01T00:00:00Z",
        "2000-02-29T12:00:00.010Z",
        "2026-01-05T10:00:01.100Z",
        "2026-01-05T10:00:01.000001Z",
        "2026-01-05T10:00:01.123456789Z",
        "9999-12-31T23:59:59.999Z",
        "-0001-12-31T23:59:59.999Z",
        "+10000-01-01T00:00:00Z"
      })
  void aTimeIsWrittenAsItPrints(String time) {
    assertThat(ours(json -> json.time(Instant.parse(time))), is('"' + time + '"'));
  }

  @Test
  void anyTimeIsWrittenAsItPrints() {
    Random random = new Random(1);
    for (int i = 0; i < 100_000; i++) {
      Instant time = Instant.ofEpochMilli(random.nextLong() >> random.nextInt(Long.SIZE));
      assertThat(ours(json -> json.time(time)), is('"' + time.toString() + '"'));
    }
  }

  @Test
  void anyDecimalIsWrittenInFull() {
    Random random = new Random(2);
    for (int i = 0; i < 100_000; i++) {
      BigInteger digits = new BigInteger(random.nextInt(200), random);
      BigDecimal number =
          new BigDecimal(random.nextBoolean() ? digits : digits.negate(), random.nextInt(200) - 80);
      assertThat(ours(json -> json.number(number)), is(jacksons(json -> json.writeNumber(number))));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, 42, Long.MIN_VALUE, Long.MAX_VALUE})
  void numbersAreWrittenInFull(long number) {
    assertThat(ours(json -> json.number(number)), is(Long.toString(number)));
    double fraction = Double.longBitsToDouble(number);
    assertThat(
        ours(json -> json.number(fraction)), is(jacksons(json -> json.writeNumber(fraction))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"12.50", "\"é\\\"\\\\ \\u20ac😀\"", "{\"a\": [1, \"b\"]}"})
  void aValueThatIsJsonIsWrittenAsItIs(String value) {
    assertThat(ours(json -> json.raw(value)), is(value));
  }

  private static String ours(Consumer<JsonBytes> value) {
    JsonBytes json = new JsonBytes();
    value.accept(json);
    return new String(json.toByteArray(), StandardCharsets.UTF_8);
  }

  private static String jacksons(Value value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = JACKSON.createGenerator(out)) {
      value.writeTo(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
