package dev.weir.bureau;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.loan.Ssn;
import dev.weir.service.Answer;
import dev.weir.service.Answer.Missing;
import dev.weir.service.BatchOrSingle;
import dev.weir.service.ClientPolicy;
import dev.weir.service.JsonOverHttp;
import dev.weir.service.ServiceAddress;
import dev.weir.service.ServiceCall;
import dev.weir.service.ServiceFault;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Requests scores from the credit bureau: {@code POST /v1/scores} with {@code {"ssns":[…]}} returns
 * {@code {"scores":[{"score":n}|{"error":"…"},…]}} in the same order. If the bureau does not have
 * that route, each SSN is sent to {@code POST /v1/score} as {@code {"ssn":"…"}}, which returns
 * {@code {"score":n}}; see {@link BatchOrSingle}. A score with decimals is rounded half up; after
 * rounding, 300 ≤ n ≤ 850. The bearer token is the value of the worker's environment variable
 * {@value #TOKEN}; if it is not set, requests are sent without a token.
 */
public final class BureauCalls implements ServiceCall<Ssn, BureauScore> {
  /** The environment variable that holds the bearer token. */
  public static final String TOKEN = "BUREAU_TOKEN";

  private static final String BATCH = "/v1/scores";
  private static final String SINGLE = "/v1/score";

  /** The routes of the bureau, which must have at least one of them. */
  public static final List<String> ROUTES = List.of(BATCH, SINGLE);

  private static final BigDecimal LOWEST = BigDecimal.valueOf(300);
  private static final BigDecimal HIGHEST = BigDecimal.valueOf(850);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Opens connections to the bureau at an address such as {@code https://host/credit/api}. */
  public record Opener(ServiceAddress bureau) implements ServiceCall.Opener<Ssn, BureauScore> {
    @Override
    public ServiceCall<Ssn, BureauScore> open(ClientPolicy policy) {
      return new BureauCalls(new JsonOverHttp(bureau.withTokenIn(TOKEN), policy));
    }
  }

  private final JsonOverHttp http;
  private final BatchOrSingle<Ssn, BureauScore> routes;

  private BureauCalls(JsonOverHttp http) {
    this.http = http;
    this.routes = new BatchOrSingle<>(this::askBatch, this::askSingle);
  }

  @Override
  public List<Answer<BureauScore>> ask(List<Ssn> ssns) throws IOException {
    return routes.ask(ssns);
  }

  private List<Answer<BureauScore>> askBatch(List<Ssn> ssns) throws IOException {
    byte[] question =
        JSON.writeValueAsBytes(Map.of("ssns", ssns.stream().map(Ssn::reveal).toList()));
    JsonNode scores = http.post(BATCH, question).path("scores");
    if (!scores.isArray() || scores.size() != ssns.size()) {
      throw ServiceFault.of(
          ServiceFault.Kind.INVALID_ANSWER,
          "the bureau's answer does not have one score per question");
    }
    List<Answer<BureauScore>> answers = new ArrayList<>(ssns.size());
    for (JsonNode entry : scores) {
      answers.add(read(entry));
    }
    return answers;
  }

  private Answer<BureauScore> askSingle(Ssn ssn) throws IOException {
    return read(http.post(SINGLE, JSON.writeValueAsBytes(Map.of("ssn", ssn.reveal()))));
  }

  private static Answer<BureauScore> read(JsonNode entry) {
    JsonNode score = entry.path("score");
    if (score.isNumber()) {
      BigDecimal given = score.decimalValue();
      // Compared first, because rounding a number such as 1e-999999999 would write out its digits.
      if (given.compareTo(LOWEST.subtract(BigDecimal.ONE)) > 0
          && given.compareTo(HIGHEST.add(BigDecimal.ONE)) < 0) {
        BigDecimal points = given.setScale(0, RoundingMode.HALF_UP);
        if (points.compareTo(LOWEST) >= 0 && points.compareTo(HIGHEST) <= 0) {
          return Answer.of(new BureauScore(points.intValue(), points.compareTo(given) != 0));
        }
      }
    }
    return Answer.missing(entry.hasNonNull("error") ? Missing.REJECTED : Missing.UNAVAILABLE);
  }

  @Override
  public void close() {
    http.close();
  }
}
