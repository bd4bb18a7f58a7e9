package dev.weir.loan;

import static dev.weir.loan.Applications.anApplication;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import dev.weir.record.Origin;
import dev.weir.service.Answer;
import dev.weir.service.Answer.Missing;
import java.time.Instant;
import java.util.List;
import org.apache.beam.sdk.testing.CoderProperties;
import org.apache.beam.sdk.util.CoderUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LoanCodersTest {
  static List<Application> applications() {
    return List.of(
        anApplication().build(),
        anApplication().unknown().id("ü€😀").amount("0.01").ssn("a b").build(),
        anApplication().amount("1000000000").from(Origin.ofTopic("t", 12, Long.MAX_VALUE)).build(),
        anApplication().at(Instant.parse("0001-01-01T00:00:00Z")).build(),
        anApplication().at(Instant.parse("9999-12-31T23:59:59.999Z")).build());
  }

  static List<Answer<Integer>> answers() {
    return List.of(
        Answer.of(300),
        Answer.of(850),
        Answer.missing(Missing.TIMEOUT),
        Answer.missing(Missing.REJECTED),
        Answer.missing(Missing.UNAVAILABLE));
  }

  @ParameterizedTest
  @MethodSource("applications")
  void anApplicationSurvivesItsCoder(Application application) throws Exception {
    CoderProperties.coderDecodeEncodeEqual(ApplicationCoder.of(), application);
  }

  @Test
  void equalApplicationsHaveEqualBytes() throws Exception {
    CoderProperties.coderDeterministic(
        ApplicationCoder.of(), anApplication().build(), anApplication().build());
  }

  @ParameterizedTest
  @MethodSource("answers")
  void anAssessedApplicationSurvivesItsCoder(Answer<Integer> answer) throws Exception {
    CoderProperties.coderDecodeEncodeEqual(
        AssessedApplication.CODER, new AssessedApplication(anApplication().build(), answer));
  }

  @Test
  void anUnassessedApplicationSurvivesItsCoder() throws Exception {
    CoderProperties.coderDecodeEncodeEqual(
        AssessedApplication.CODER, new AssessedApplication(anApplication().build(), null));
  }

  @Test
  void theCodersAreSerializableAndStayEqual() {
    CoderProperties.coderSerializable(ApplicationCoder.of());
    CoderProperties.coderSerializable(AssessedApplication.CODER);
  }

  @Test
  void anApplicationInStateNamesItsSchema() throws Exception {
    byte[] bytes = CoderUtils.encodeToByteArray(ApplicationCoder.of(), anApplication().build());

    // After the length: the marker of Avro's single-object encoding.
    assertThat(bytes[1], is((byte) 0xC3));
    assertThat(bytes[2], is((byte) 0x01));
  }
}
