package dev.weir.loan;

import static dev.weir.loan.Applications.anApplication;
import static dev.weir.loan.Applications.noon;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import dev.weir.service.Answer;
import dev.weir.service.Answer.Missing;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LoanPolicyTest {
  @Test
  void aKnownApplicantIsApprovedWithoutAScore() {
    LoanDecision decision = LoanPolicy.decide(anApplication().known().build(), null);

    assertThat(
        decision,
        is(
            new LoanDecision(
                "r1",
                Status.APPROVED,
                "Internal Customer Check",
                ApplicantType.KNOWN,
                new BigDecimal("100.00"),
                null,
                noon())));
  }

  @ParameterizedTest
  @CsvSource({"300,DENIED", "699,DENIED", "700,DENIED", "701,APPROVED", "850,APPROVED"})
  void aScoreAbove700Approves(int score, Status status) {
    LoanDecision decision =
        LoanPolicy.decide(
            anApplication().unknown().id("r2").amount("250.50").build(), Answer.of(score));

    assertThat(
        decision,
        is(
            new LoanDecision(
                "r2",
                status,
                "Based on External Bureau Score: " + score,
                ApplicantType.UNKNOWN,
                new BigDecimal("250.50"),
                score,
                noon())));
  }

  @ParameterizedTest
  @EnumSource(Missing.class)
  void aMissingScoreRefersAndNeverDenies(Missing why) {
    LoanDecision decision =
        LoanPolicy.decide(anApplication().unknown().build(), Answer.missing(why));

    assertThat(decision.getStatus(), is(Status.REFERRED));
    assertThat(decision.getReason(), is("Bureau Unavailable: " + why.name()));
    assertThat(decision.getScore(), is((Integer) null));
  }
}
