package dev.weir.needs;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * An HTTP service that accepts connections and has one of its routes. No question is asked.
 *
 * @param routes at least one of which it must have; empty if that cannot be checked
 */
record ServiceNeed(String option, URI service, List<String> routes) implements Need {
  private static final int HTTP = 80;
  private static final int HTTPS = 443;

  @Override
  public String address() {
    return service.toString();
  }

  @Override
  public List<String> problems() {
    boolean tls = "https".equals(service.getScheme());
    int port = service.getPort() >= 0 ? service.getPort() : tls ? HTTPS : HTTP;
    // An IPv6 address has brackets here.
    String host = service.getHost().replaceAll("[\\[\\]]", "");
    Optional<String> failure =
        tls
            ? Reach.tlsFailure(host, port, Reach.PATIENCE)
            : Reach.failure(host, port, Reach.PATIENCE);
    if (failure.isPresent()) {
      return problem(
          "no service answers at "
              + service
              + " ("
              + failure.get()
              + "); start it, or check the address");
    }
    if (RouteProbe.findsNone(service, routes)) {
      return problem(
          "the service at "
              + service
              + " has neither POST "
              + String.join(" nor POST ", routes)
              + " (404 or 405); check the address and its path");
    }
    return List.of();
  }
}
