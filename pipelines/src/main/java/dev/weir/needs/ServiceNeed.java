package dev.weir.needs;

import dev.weir.service.CertificateProblem;
import dev.weir.service.ServiceAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/**
 * An HTTP service that accepts connections, is trusted, admits this client and has one of its
 * routes. No question is asked.
 *
 * @param routes the routes that questions are posted to, at least one of which it must have
 * @param path a path that may be read without a question, for a service without such routes; null
 *     for none
 * @param environment returns the value of an environment variable, null if it is not set
 */
record ServiceNeed(
    String option,
    ServiceAddress service,
    List<String> routes,
    String path,
    UnaryOperator<String> environment)
    implements Need {
  private static final int HTTP = 80;
  private static final int HTTPS = 443;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;

  @Override
  public String address() {
    return service.uri().toString();
  }

  @Override
  public List<String> problems() {
    return unreachable().map(List::of).orElseGet(this::rejections);
  }

  private Optional<String> unreachable() {
    int given = service.uri().getPort();
    int port = given >= 0 ? given : service.isEncrypted() ? HTTPS : HTTP;
    Optional<Exception> failure =
        service.isEncrypted()
            ? Reach.tlsFailure(service.trusted().context(), service.host(), port, Reach.PATIENCE)
            : Reach.tried(service.host(), port, Reach.PATIENCE);
    return failure.map(
        why ->
            CertificateProblem.in(why)
                .map(service::untrusted)
                .orElseGet(
                    () ->
                        Need.line(
                            option,
                            "no service answers at "
                                + service.uri()
                                + " ("
                                + Reach.reason(why)
                                + "); start it, or check the address")));
  }

  private List<String> rejections() {
    var token = service.token(environment);
    RouteProbe probe = new RouteProbe(service, token);
    OptionalInt status =
        !routes.isEmpty()
            ? probe.post(routes)
            : path != null ? probe.get(path) : OptionalInt.empty();
    if (status.isEmpty()) {
      return List.of();
    }
    int answer = status.getAsInt();
    if (answer == UNAUTHORIZED || answer == FORBIDDEN) {
      return List.of(service.denied(answer, token.isPresent()));
    }
    if (answer == NOT_FOUND && !routes.isEmpty()) {
      return problem(
          "the service at "
              + service.uri()
              + " has neither POST "
              + String.join(" nor POST ", routes)
              + " (404 or 405); check the address and its path");
    }
    return List.of();
  }
}
