package dev.weir.sessionservice;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentTest {

  @ParameterizedTest
  @CsvSource({
    "s1, s1",
    "a%20b, a b",
    "a+b, a+b",
    "a%2Fb%2f.., a/b/..",
    "%25, %",
    "%2525, %25",
    "a:b@c;d=e&f, a:b@c;d=e&f",
    "%C3%A9%F0%9F%98%80, é😀"
  })
  void percentSignsStandForBytesOfUtf8(String segment, String text) {
    assertThat(Segment.decode(segment), is(Optional.of(text)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"%", "%4", "a%zz", "%-1", "%+1", "%FF", "%C3", "%ED%A0%80", "%C0%AF", "é", "a b"})
  void malformedUtf8IsRejected(String segment) {
    assertThat(Segment.decode(segment), is(Optional.empty()));
  }

  @Test
  void everyCharacterSurvives() {
    assertThat(Segment.decode("%00%1F%7F"), is(Optional.of("\u0000\u001f\u007f")));
  }
}
