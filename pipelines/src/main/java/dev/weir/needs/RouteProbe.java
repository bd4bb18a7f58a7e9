package dev.weir.needs;

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

/**
 * Checks whether a service has a route without asking a question: most services answer a {@code
 * GET} of a route that takes {@code POST} with 405. If all routes answer 404, each is sent a {@code
 * POST} with an empty object. No answer means an outage, not a missing route.
 */
final class RouteProbe {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int NOT_FOUND = 404;
  private static final int METHOD_NOT_ALLOWED = 405;

  private RouteProbe() {}

  /**
   * Returns whether the service answers that it has none of the routes.
   *
   * @param routes appended to the address, such as {@code /v1/scores}; if empty, the result is
   *     false
   */
  static boolean findsNone(URI service, List<String> routes) {
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    String address = service.toString().replaceFirst("/+$", "");
    try {
      for (String route : routes) {
        if (status(client, request(address + route).GET()) != NOT_FOUND) {
          return false;
        }
      }
      for (String route : routes) {
        int status =
            status(
                client,
                request(address + route)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("{}")));
        if (status != NOT_FOUND && status != METHOD_NOT_ALLOWED) {
          return false;
        }
      }
      return !routes.isEmpty();
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static HttpRequest.Builder request(String address) {
    return HttpRequest.newBuilder(URI.create(address)).timeout(PATIENCE);
  }

  private static int status(HttpClient client, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    HttpResponse<InputStream> response = client.send(request.build(), BodyHandlers.ofInputStream());
    // The body is not read: it may never end.
    response.body().close();
    return response.statusCode();
  }
}
