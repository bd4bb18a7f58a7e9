package dev.weir.service;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.service.Answer.Missing;
import org.junit.jupiter.api.Test;

class AnswerTest {
  @Test
  void anAnswerIsAValue() {
    assertThat(Answer.of(7).isPresent(), is(true));
    assertThat(Answer.of(7).fold(value -> "value " + value, why -> "none"), is("value 7"));
  }

  @Test
  void anAnswerIsTheReasonForItsAbsence() {
    Answer<Integer> none = Answer.missing(Missing.TIMEOUT);

    assertThat(none.isPresent(), is(false));
    assertThat(none.fold(value -> "value", why -> "none: " + why), is("none: TIMEOUT"));
  }

  @Test
  void anAnswerIsNeverBothOrNeither() {
    assertThrows(IllegalArgumentException.class, () -> new Answer<>(7, Missing.TIMEOUT));
    assertThrows(IllegalArgumentException.class, () -> new Answer<>(null, null));
    assertThrows(NullPointerException.class, () -> Answer.of(null));
    assertThrows(NullPointerException.class, () -> Answer.missing(null));
  }
}
