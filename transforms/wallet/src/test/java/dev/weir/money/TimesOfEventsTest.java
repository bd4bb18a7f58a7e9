package dev.weir.money;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimesOfEventsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-01-05T12:00:00Z",
        "2026-01-05T12:00:00.1Z",
        "2026-01-05T12:00:00.123Z",
        "2026-01-05T12:00:00.123456789Z",
        "2024-02-29T23:59:59.999Z",
        "0000-01-01T00:00:00Z",
        "1969-12-31T23:59:59.5Z",
        "9999-12-31T23:59:59.999999999Z",
        "2026-01-05T12:00Z",
        "2026-01-05t12:00:00z",
        "2026-01-05T12:00:00+00:00",
        "2026-01-05T12:00:00.00+02:00",
        "2026-01-05T00:30:00-03:30",
        "+12026-01-05T12:00:00Z",
        "2026-01-05T12:00:00.Z"
      })
  void aTimeIsReadAsJavaReadsIt(String text) {
    assertThat(ProcessedAt.parse(text), is(OffsetDateTime.parse(text).toInstant()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-02-29T12:00:00Z",
        "2026-13-05T12:00:00Z",
        "2026-00-05T12:00:00Z",
        "2026-01-05T24:00:00Z",
        "2026-01-05T12:60:00Z",
        "2026-01-05T12:00:60Z",
        "2026-01-05T12:00:00.1234567890Z",
        "2026-01-05T12:00:00.12a4Z",
        "2026-01-05T12:00:00.-1Z",
        "2026-01-05T12:00:00,123Z",
        "2026-01-05T12:00:0\u0661Z",
        "2026-01-05T12:00:00",
        "2026-01-05 12:00:00Z",
        "2026-01-05T12:00:00+0100",
        "2026-01-05T12:00:00+01:00[Europe/Paris]",
        "2026-01-05T12:00:00+19:00",
        "1767614400123",
        "Z",
        ""
      })
  void aTextThatIsNotATimeWithAnOffsetIsNull(String text) {
    assertThat(ProcessedAt.parse(text), nullValue());
  }

  @Test
  void everyInstantIsReadAsItWasWritten() {
    Random random = new Random(1);
    long end = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
    for (int n = 0; n < 10_000; n++) {
      Instant time =
          Instant.ofEpochSecond((long) (random.nextDouble() * end), random.nextInt(1_000_000_000));
      assertThat(ProcessedAt.parse(time.toString()), is(time));
    }
  }
}
