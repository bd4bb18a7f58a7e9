package dev.weir.session;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.money.SessionFacts;
import dev.weir.record.StrictJson;
import dev.weir.service.Answer;
import dev.weir.service.Answer.Missing;
import dev.weir.service.ClientPolicy;
import dev.weir.service.JsonOverHttp;
import dev.weir.service.PathSegment;
import dev.weir.service.ServiceAddress;
import dev.weir.service.ServiceCall;
import dev.weir.service.ServiceFault;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Requests sessions by id from the session service, one request for each: {@code GET
 * /sessions/{id}} returns {@code {"clientCountryCode":"…"}}, or 404 if there is no such session,
 * which is an empty answer. An id that cannot be part of a URL is rejected without a request. The
 * bearer token is the value of the worker's environment variable {@value #TOKEN}; if it is not set,
 * requests are sent without a token.
 */
public final class SessionCalls implements ServiceCall<String, Optional<SessionFacts>> {
  /** The environment variable that holds the bearer token. */
  public static final String TOKEN = "SESSION_TOKEN";

  /** The path of a session that does not exist. */
  public static final String NO_SESSION = "/sessions/weir-before-start";

  private static final String ROUTE = "/sessions/";
  private static final int LONGEST_COUNTRY = 100;

  /** Opens connections to the service at an address such as {@code https://host/wallet/api}. */
  public record Opener(ServiceAddress service)
      implements ServiceCall.Opener<String, Optional<SessionFacts>> {
    @Override
    public ServiceCall<String, Optional<SessionFacts>> open(ClientPolicy policy) {
      return new SessionCalls(new JsonOverHttp(service.withTokenIn(TOKEN), policy));
    }
  }

  private final JsonOverHttp http;

  private SessionCalls(JsonOverHttp http) {
    this.http = http;
  }

  @Override
  public List<Answer<Optional<SessionFacts>>> ask(List<String> sessionIds) throws IOException {
    List<Answer<Optional<SessionFacts>>> answers = new ArrayList<>(sessionIds.size());
    for (String id : sessionIds) {
      Optional<PathSegment> name = PathSegment.of(id);
      answers.add(name.isPresent() ? ask(name.get()) : Answer.missing(Missing.REJECTED));
    }
    return answers;
  }

  private Answer<Optional<SessionFacts>> ask(PathSegment name) throws IOException {
    Optional<JsonNode> session = http.find(ROUTE, name);
    return Answer.of(session.isPresent() ? Optional.of(read(session.get())) : Optional.empty());
  }

  private static SessionFacts read(JsonNode session) throws ServiceFault {
    JsonNode country = session.path("clientCountryCode");
    if (!country.isTextual() || !isCountry(country.textValue())) {
      throw ServiceFault.of(
          ServiceFault.Kind.INVALID_ANSWER,
          "the session service's answer has no clientCountryCode");
    }
    return new SessionFacts(country.textValue());
  }

  private static boolean isCountry(String text) {
    return !text.isBlank() && text.length() <= LONGEST_COUNTRY && StrictJson.isUnicode(text);
  }

  @Override
  public void close() {
    http.close();
  }
}
