package dev.weir.record;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UuidTest {
  private static final String LOWER = "0d9c1e52-7b3f-4a68-8c15-f2a90b6e4d71";

  @ParameterizedTest
  @ValueSource(
      strings = {
        LOWER,
        "0D9C1E52-7B3F-4A68-8C15-F2A90B6E4D71",
        "0d9C1e52-7b3f-4A68-8c15-f2a90b6e4D71"
      })
  void aUuidIsTakenInLowerCase(String text) {
    assertThat(Uuid.is(text), is(true));
    assertThat(Uuid.inLowerCase(text), is(LOWER));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "P1",
        "0D9C1E527B3F4A688C15F2A90B6E4D71",
        "{0D9C1E52-7B3F-4A68-8C15-F2A90B6E4D71}",
        "0D9C1E52-7B3F-4A68-8C15-F2A90B6E4D7",
        "0D9C1E52-7B3F-4A68-8C15-F2A90B6E4D711",
        "0D9C1E52-7B3F-4A68-8C15-F2A90B6E4D7G",
        "0D9C1E52-7B3F-4A68-8C15-F2A90B6E4D7\u0661",
        "0D9C1E5-27B3F-4A68-8C15-F2A90B6E4D71",
        "0D9C1E5207B3F-4A68-8C15-F2A90B6E4D71",
        "0D9C1E52-7B3F-4A68-8C15-F2A90B6E4-71"
      })
  void everyOtherTextKeepsItsCase(String text) {
    assertThat(Uuid.is(text), is(false));
    assertThat(Uuid.inLowerCase(text), is(text));
  }

  @Test
  void nullIsNotAUuid() {
    assertThat(Uuid.inLowerCase(null), is(nullValue()));
  }
}
