package dev.weir.sessionservice;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CountriesTest {

  @ParameterizedTest
  @CsvSource({
    "s1, PY",
    "s2, AR",
    "s3, none",
    "s17, none",
    "3f2b8c1e-0000-4000-8000-000000000001, AR",
    "é, BR",
    "'', BR"
  })
  void aSessionAlwaysComesFromTheSameCountry(String id, String country) {
    assertThat(Countries.of(id).orElse("none"), is(country));
  }

  @Test
  void oneInTwentyIsUnknownAndTheOthersComeFromAllCountriesAlike() {
    Map<String, Long> counts =
        IntStream.range(0, 100_000)
            .mapToObj(n -> Countries.of("session " + n).orElse("none"))
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));

    assertThat(
        counts.remove("none"), is(allOf(greaterThanOrEqualTo(4_700L), lessThanOrEqualTo(5_300L))));
    assertThat(counts.keySet(), is(Set.copyOf(Countries.ALL)));
    for (long count : counts.values()) {
      assertThat(count, is(allOf(greaterThanOrEqualTo(9_100L), lessThanOrEqualTo(9_900L))));
    }
  }

  @Test
  void everyCountryIsListedOnce() {
    assertThat(Set.copyOf(Countries.ALL).size(), is(Countries.ALL.size()));
    assertThat(
        Countries.ALL.stream().filter(code -> !code.matches("[A-Z]{2}")).toList(), is(List.of()));
  }
}
