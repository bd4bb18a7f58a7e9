package dev.weir.scoringservice;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.comparesEqualTo;
import static org.hamcrest.Matchers.is;

import dev.weir.scoringservice.FraudModel.Verdict;
import java.math.BigDecimal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

class FraudModelTest {

  @ParameterizedTest
  @CsvFileSource(resources = "scores.csv", numLinesToSkip = 1)
  void theFirstRuleThatHoldsDecides(
      BigDecimal amount, String location, BigDecimal score, String category, String risk) {
    Verdict verdict = FraudModel.judge(amount, location);

    assertThat(verdict.score(), comparesEqualTo(score));
    assertThat(verdict.name(), is(category));
    assertThat(verdict.risk().name(), is(risk));
  }

  @ParameterizedTest
  @CsvSource({
    "1000.00000000000000000001, Paris, AMOUNT_ANOMALY",
    "1000.000, ONLINE, ONLINE_HIGH_VALUE",
    "1E+3, Paris, HIGH_VALUE",
    "500.00000000000000000001, Paris, HIGH_VALUE",
    "500.00000000000000000000, Paris, NORMAL",
    "1E+1000000000, Paris, AMOUNT_ANOMALY",
    "-5000, ONLINE, NORMAL",
    "600, online, ONLINE_HIGH_VALUE",
    "600, Online, ONLINE_HIGH_VALUE",
    "600, OnLiNe, ONLINE_HIGH_VALUE",
    "600, on-line, HIGH_VALUE",
    "600, 'ONLINE ', HIGH_VALUE",
    "600, '', HIGH_VALUE",
    "600, , HIGH_VALUE"
  })
  void amountsCompareExactlyAndLocationsInAnyCase(
      BigDecimal amount, String location, Verdict verdict) {
    assertThat(FraudModel.judge(amount, location), is(verdict));
  }
}
