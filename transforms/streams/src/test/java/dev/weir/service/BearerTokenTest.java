package dev.weir.service;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
    assertThat(BearerToken.inEnvironment("NO_SUCH_VARIABLE_OF_WEIR"), is(Optional.empty()));
    assertThat(
        BearerToken.inEnvironment("SCORING_TOKEN").orElseThrow().authorization(),
        is("Bearer " + System.getenv("SCORING_TOKEN")));
  }
}
