package dev.weir.httpservice;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class DurationConverterTest {

  private final DurationConverter converter = new DurationConverter();

  @ParameterizedTest
  @CsvSource({
    "500ms, PT0.5S",
    "0s, PT0S",
    "2s, PT2S",
    "10m, PT10M",
    "24h, PT24H",
    "10d, PT240H",
    "PT2S, PT2S",
    "P1DT1H, PT25H"
  })
  void durationsAreReadInTheShortFormAndInIso8601(String written, Duration meant) {
    assertThat(converter.convert(written), is(meant));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2",
        "s",
        "2 weeks",
        "-2s",
        "PT-2S",
        "1.5s",
        "99999999999999999999s",
        "9999999999999999d"
      })
  void anyOtherTextIsRejectedWithAListOfTheValidForms(String written) {
    var e = assertThrows(TypeConversionException.class, () -> converter.convert(written));

    assertThat(e.getMessage(), containsString("500ms, 2s, 10m, 24h, 10d"));
  }
}
