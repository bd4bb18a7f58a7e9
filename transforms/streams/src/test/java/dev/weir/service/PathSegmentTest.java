package dev.weir.service;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathSegmentTest {

  @ParameterizedTest
  @CsvSource({
    "aZ09-._~, aZ09-._~",
    "a/b, a%2Fb",
    "../health, ..%2Fhealth",
    "..a, ..a",
    "..., ...",
    "%2e%2e, %252e%252e",
    "a?b=c#d, a%3Fb%3Dc%23d",
    "a b+c, a%20b%2Bc",
    "http://x:1, http%3A%2F%2Fx%3A1",
    "é€😀, %C3%A9%E2%82%AC%F0%9F%98%80",
    "a;b@c:d&e!, a%3Bb%40c%3Ad%26e%21"
  })
  void anyNameIsOneSegment(String name, String segment) {
    assertThat(encoded(name), is(Optional.of(segment)));
  }

  @Test
  void controlCharactersAreEncodedToo() {
    assertThat(encoded("\r\nHost: x\u0000"), is(Optional.of("%0D%0AHost%3A%20x%00")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", ".."})
  void aRelativeSegmentIsRefused(String name) {
    assertThat(encoded(name), is(Optional.empty()));
  }

  @Test
  void anUnpairedSurrogateIsRefused() {
    assertThat(encoded("a\ud83d"), is(Optional.empty()));
    assertThat(encoded("\ude00b"), is(Optional.empty()));
  }

  @Test
  void aSegmentHasAMaximumLength() {
    assertThat(encoded("a".repeat(2_000)).isPresent(), is(true));
    assertThat(encoded("a".repeat(2_001)).isPresent(), is(false));
    assertThat(encoded("/".repeat(666)).isPresent(), is(true));
    assertThat(encoded("/".repeat(667)).isPresent(), is(false));
  }

  private static Optional<String> encoded(String name) {
    return PathSegment.of(name).map(PathSegment::encoded);
  }
}
