package dev.weir.money;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import java.nio.charset.StandardCharsets;
import org.apache.beam.sdk.util.SerializableUtils;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessedAtTest {
  private static final String TIME = "\"processedAt\":\"2026-01-05T12:00:00.123456Z\"";
  private static final Instant READ = Instant.parse("2026-01-05T12:00:00.123Z");

  private final ProcessedAt processedAt = SerializableUtils.ensureSerializable(new ProcessedAt());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{%s}",
        " { %s , \"amount\":1e99 }",
        "{\"id\":\"p1\",\"amount\":12.50,\"old\":true,\"none\":null,%s}",
        "{\"thing\":{\"processedAt\":\"2001-01-01T00:00:00Z\",\"x\":[{}]},%s}",
        "{\"list\":[\"processedAt\",{\"processedAt\":\"2001-01-01T00:00:00Z\"}],%s}",
        "{\"processedAtToo\":1,%s}",
        // The parser checks the rest of the event.
        "{%s,\"cut off",
      })
  void theTimeIsFoundWhereverItIs(String event) {
    assertThat(timeOf(event.formatted(TIME)), is(READ));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[%s]",
        "{}",
        "no JSON",
        "{\"thing\":{%s}}",
        "{\"a\":}%s}",
        "{\"cut\":\"off",
        "{\"processedAt\"",
        "{\"processedAt\":",
        "{\"processedAt\":null,%s}",
        "{\"processedAt\":1767614400.123}",
        "{\"processedAt\":1.7676144e12}",
        "{\"processedAt\":-1}",
        "{\"processedAt\":253402300800000}",
        "{\"processedAt\":99999999999999999999}",
        "{\"processedAt\":\"1767614400123\"}",
        "{\"processedAt\":{\"processedAt\":\"2026-01-05T12:00:00Z\"}}",
        "{\"processedAt\":\"yesterday\"}",
        "{\"processedAt\":\"2026-01-05T12:00:00\"}",
        "{\"processedAt\":\"1970-01-01T00:59:59+01:00\"}",
        "{\"processedAt\":\"1969-12-31T23:59:59.999999999Z\"}",
        "{\"processedAt\":\"+10000-01-01T00:00:00Z\"}",
        "{\"processedAt\":\"+999999999-01-01T00:00:00Z\"}",
        "{\"processedAt\":\"-999999999-01-01T00:00:00Z\"}",
      })
  void anEventWithoutAReadableTimeHasNone(String event) {
    assertThat(timeOf(event.replace("%s", TIME)), is(nullValue()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"2026-01-05T14:00:00.123456+02:00\"",
        "\"2026-01-05T12:00:00.123+00:00\"",
        "\"2026-01-05T06:30:00.123-05:30\"",
        "1767614400123"
      })
  void aTimeWithAnOffsetOrInMillisecondsIsOne(String time) {
    assertThat(timeOf("{\"id\":\"p1\",\"processedAt\":" + time + ",\"amount\":1}"), is(READ));
  }

  @Test
  void emptyBytesHaveNoTime() {
    assertThat(processedAt.apply(null), is(nullValue()));
    assertThat(processedAt.apply(new byte[] {'{', '"', (byte) 0xff, (byte) 0xfe}), is(nullValue()));
  }

  @Test
  void theFirstAndTheLastTimeAreTimes() {
    assertThat(timeOf("{\"processedAt\":\"1970-01-01T00:00:00Z\"}"), is(Instant.ofEpochMilli(0)));
    assertThat(
        timeOf("{\"processedAt\":\"9999-12-31T23:59:59.999999999Z\"}"),
        is(Instant.parse("9999-12-31T23:59:59.999Z")));
  }

  @Test
  void tooDeeplyNestedJsonHasNoTime() {
    assertThat(timeOf("{\"a\":" + "[".repeat(100_000)), is(nullValue()));
  }

  private Instant timeOf(String event) {
    return processedAt.apply(event.getBytes(StandardCharsets.UTF_8));
  }
}
