package dev.weir.service;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BearerTokenTest {

  @Test
  void itPrintsAsDots() {
    assertThat(BearerToken.of("s3cret").toString(), is("•••"));
    assertThat(BearerToken.of("s3cret").authorization(), is("Bearer s3cret"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "two s3crets", "s3cret\r\nX-More: 1", "s3crét"})
  void anInvalidHeaderValueIsRefusedWithoutBeingShown(String token) {
    var e = assertThrows(IllegalArgumentException.class, () -> BearerToken.of(token));

    assertThat(e.getMessage(), not(containsString("s3c")));
  }

  @Test
  void itIsReadFromTheEnvironment() {
    Map<String, String> environment =
        Map.of("BUREAU_TOKEN", " s3cret\n", "SCORING_TOKEN", " ", "SESSION_TOKEN", "two s3crets");

    assertThat(
        BearerToken.in(environment::get, "BUREAU_TOKEN").orElseThrow().authorization(),
        is("Bearer s3cret"));
    assertThat(BearerToken.in(environment::get, "SCORING_TOKEN"), is(Optional.empty()));
    assertThat(BearerToken.in(environment::get, "NO_SUCH_VARIABLE"), is(Optional.empty()));
    assertThat(
        assertThrows(
                IllegalArgumentException.class,
                () -> BearerToken.in(environment::get, "SESSION_TOKEN"))
            .getMessage(),
        is("SESSION_TOKEN: the token must be visible ASCII characters without spaces"));
  }
}
