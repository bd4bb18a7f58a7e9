package dev.weir.needs;

import dev.weir.service.BearerToken;
import dev.weir.service.ServiceAddress;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Sends requests without a question to a service, with the token of this process: their statuses
 * show whether the service has a route and admits this client. Follows no redirect, so that the
 * token reaches no other host.
 */
final class RouteProbe {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int NOT_FOUND = 404;
  private static final int METHOD_NOT_ALLOWED = 405;

  private final HttpClient client;
  private final String address;
  private final Optional<BearerToken> token;

  RouteProbe(ServiceAddress service, Optional<BearerToken> token) {
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .sslContext(service.trusted().context())
            .followRedirects(HttpClient.Redirect.NEVER)
            // As the workers do, who use no proxy.
            .proxy(HttpClient.Builder.NO_PROXY)
            .build();
    this.address = service.uri().toString().replaceFirst("/+$", "");
    this.token = token;
  }

  /**
   * Posts an empty object to routes until the service has one of them.
   *
   * @param routes appended to the address, such as {@code /v1/scores}
   * @return the status that the route answers with, 404 if there is none of them; empty if the
   *     service does not answer, which means an outage, not a missing route
   */
  OptionalInt post(List<String> routes) {
    for (String route : routes) {
      OptionalInt status =
          status(
              request(route)
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString("{}")));
      if (status.isEmpty()
          || status.getAsInt() != NOT_FOUND && status.getAsInt() != METHOD_NOT_ALLOWED) {
        return status;
      }
    }
    return OptionalInt.of(NOT_FOUND);
  }

  /** Returns the status of a {@code GET}; empty if the service does not answer. */
  OptionalInt get(String path) {
    return status(request(path).GET());
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address + path)).timeout(PATIENCE);
    token.ifPresent(known -> request.header("Authorization", known.authorization()));
    return request;
  }

  private OptionalInt status(HttpRequest.Builder request) {
    try {
      HttpResponse<InputStream> response =
          client.send(request.build(), BodyHandlers.ofInputStream());
      // The body is not read: it may never end.
      response.body().close();
      return OptionalInt.of(response.statusCode());
    } catch (IOException e) {
      return OptionalInt.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return OptionalInt.empty();
    }
  }
}
