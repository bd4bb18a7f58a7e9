package dev.weir.loan;

import static dev.weir.loan.Applications.anApplication;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.encoding.PlainJson;
import dev.weir.record.RawRecord;
import dev.weir.record.UnreadableRecord;
import dev.weir.service.Answer;
import dev.weir.service.Answer.Missing;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The decision table, from the bytes of an application to the fields of its decision. */
class GoldenDecisionsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ApplicationReader reader = new ApplicationReader(false, () -> {});

  /**
   * @param decisionInAvro where it differs from that of the same application in JSON
   */
  record Case(
      JsonNode application, JsonNode bureau, JsonNode decision, Optional<JsonNode> decisionInAvro) {
    @Override
    public String toString() {
      return application.path("request_id").asText();
    }
  }

  static List<Case> cases() throws IOException {
    try (InputStream golden =
        GoldenDecisionsTest.class.getResourceAsStream("/golden/loan_decisions.json")) {
      List<Case> cases = new ArrayList<>();
      for (JsonNode entry : JSON.readTree(golden).path("cases")) {
        cases.add(
            new Case(
                entry.get("application"),
                entry.get("bureau"),
                entry.get("decision"),
                Optional.ofNullable(entry.get("decision_in_avro"))));
      }
      return cases;
    }
  }

  @Test
  void theTableExists() throws IOException {
    assertThat(cases().size(), is(9));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void anApplicationInJsonIsDecidedAsInTheTable(Case row) throws Exception {
    isDecidedAsTheTableSays(
        row, row.decision(), anApplication().asJson(row.application().toString()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void anApplicationInAvroIsDecidedAsInTheTable(Case row) throws Exception {
    JsonNode application = row.application();
    isDecidedAsTheTableSays(
        row,
        row.decisionInAvro().orElse(row.decision()),
        anApplication()
            .id(application.get("request_id").textValue())
            .type(application.get("applicant_type").textValue())
            .amount(application.get("amount").asText())
            .ssn(application.get("ssn").textValue())
            .at(Instant.parse(application.get("ts").textValue()))
            .asAvro());
  }

  private void isDecidedAsTheTableSays(Case row, JsonNode decided, RawRecord raw) throws Exception {
    if (decided.isNull()) {
      assertThrows(UnreadableRecord.class, () -> reader.read(raw));
      return;
    }
    Application application = reader.read(raw);
    LoanDecision decision = LoanPolicy.decide(application, answer(application, row.bureau()));
    JsonNode written = JSON.readTree(PlainJson.write(decision));
    decided
        .properties()
        .forEach(
            field -> assertEquals(field.getValue(), written.get(field.getKey()), field.getKey()));
    assertThat(written.get("applicant_type"), is(row.application().get("applicant_type")));
    assertThat(written.get("ts"), is(row.application().get("ts")));
    assertThat(written.get("amount").decimalValue().compareTo(application.amount()), is(0));
  }

  private static Answer<Integer> answer(Application application, JsonNode bureau) {
    if (bureau.isNull()) {
      assertFalse(application.needsScore(), "the bureau is never called");
      return null;
    }
    return bureau.has("score")
        ? Answer.of(bureau.get("score").intValue())
        : Answer.missing(Missing.valueOf(bureau.get("missing").textValue()));
  }
}
