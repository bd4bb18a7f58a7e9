package dev.weir.loan;

import static dev.weir.loan.Applications.anApplication;
import static dev.weir.testing.Pipelines.count;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.is;

import dev.weir.service.Answer;
import dev.weir.service.Answer.Missing;
import dev.weir.testing.Pipelines;
import dev.weir.testing.Seen;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.transforms.Create;
import org.junit.jupiter.api.Test;

class DecideTest {
  @Test
  void everyApplicationIsDecidedOnceAndCountedByItsStatus() {
    AssessedApplication known = new AssessedApplication(anApplication().known().build(), null);
    AssessedApplication good = assessed(Answer.of(701));
    AssessedApplication poor = assessed(Answer.of(700));
    AssessedApplication referred = assessed(Answer.missing(Missing.TIMEOUT));
    Pipeline pipeline = Pipelines.onDirectRunner();
    Seen<LoanDecision> decisions =
        Seen.in(
            pipeline
                .apply(
                    Create.of(known, good, good, good, poor, poor, referred)
                        .withCoder(AssessedApplication.CODER))
                .apply("Decide", Decide.byPolicy()));

    PipelineResult result = Pipelines.run(pipeline);

    assertThat(
        decisions.values().stream().map(LoanDecision::getReason).toList(),
        containsInAnyOrder(
            "Internal Customer Check",
            "Based on External Bureau Score: 701",
            "Based on External Bureau Score: 701",
            "Based on External Bureau Score: 701",
            "Based on External Bureau Score: 700",
            "Based on External Bureau Score: 700",
            "Bureau Unavailable: TIMEOUT"));
    assertThat(count(result, "approved"), is(4L));
    assertThat(count(result, "denied"), is(2L));
    assertThat(count(result, "referred"), is(1L));
  }

  private static AssessedApplication assessed(Answer<Integer> score) {
    return new AssessedApplication(anApplication().unknown().build(), score);
  }
}
