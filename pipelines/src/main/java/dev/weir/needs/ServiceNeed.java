package dev.weir.needs;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/** An HTTP service that accepts connections. It is sent no request: those are counted. */
record ServiceNeed(String option, URI service) implements Need {
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
    return failure
        .map(
            why ->
                problem(
                    "no service answers at "
                        + service
                        + " ("
                        + why
                        + "); start it, or check the address"))
        .orElse(List.of());
  }
}
