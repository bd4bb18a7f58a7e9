package dev.weir.bureau;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.loan.Ssn;
import dev.weir.service.Answer;
import dev.weir.service.Answer.Missing;
import dev.weir.service.ClientPolicy;
import dev.weir.service.JsonOverHttp;
import dev.weir.service.ServiceCall;
import dev.weir.service.ServiceFault;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Asks the credit bureau for scores: {@code POST /v1/scores} with {@code {"ssns":[…]}}, answered by
 * {@code {"scores":[{"score":n}|{"error":"…"},…]}} in the same order, 300 ≤ n ≤ 850.
 */
public final class BureauCalls implements ServiceCall<Ssn, Integer> {
  private static final int LOWEST = 300;
  private static final int HIGHEST = 850;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Opens the connections to the bureau at an address such as {@code https://host/credit/api}. */
  public record Opener(URI bureau) implements ServiceCall.Opener<Ssn, Integer> {
    @Override
    public ServiceCall<Ssn, Integer> open(ClientPolicy policy) {
      return new BureauCalls(new JsonOverHttp(bureau, "/v1/scores", policy));
    }
  }

  private final JsonOverHttp http;

  private BureauCalls(JsonOverHttp http) {
    this.http = http;
  }

  @Override
  public List<Answer<Integer>> ask(List<Ssn> ssns) throws IOException {
    byte[] question =
        JSON.writeValueAsBytes(Map.of("ssns", ssns.stream().map(Ssn::reveal).toList()));
    JsonNode scores = http.post(question).path("scores");
    if (!scores.isArray() || scores.size() != ssns.size()) {
      throw ServiceFault.of(
          ServiceFault.Kind.NONSENSE, "the bureau's answer has not one score per question");
    }
    List<Answer<Integer>> answers = new ArrayList<>(ssns.size());
    for (JsonNode entry : scores) {
      answers.add(read(entry));
    }
    return answers;
  }

  private static Answer<Integer> read(JsonNode entry) {
    JsonNode score = entry.path("score");
    if (score.isInt() && score.intValue() >= LOWEST && score.intValue() <= HIGHEST) {
      return Answer.of(score.intValue());
    }
    return Answer.missing(entry.hasNonNull("error") ? Missing.REJECTED : Missing.UNAVAILABLE);
  }

  @Override
  public void close() {
    http.close();
  }
}
