package dev.weir.bureaumock;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;

/** Asks a mock bureau over HTTP. */
final class Client {

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI bureau;

  private Client(URI bureau) {
    this.bureau = bureau;
  }

  static Client of(BureauMock mock) {
    return new Client(mock.uri());
  }

  static Client of(URI bureau) {
    return new Client(bureau);
  }

  HttpResponse<String> post(String path, String body) {
    return postLater(path, body).join();
  }

  CompletableFuture<HttpResponse<String>> postLater(String path, String body) {
    return sendLater("POST", path, body);
  }

  HttpResponse<String> get(String path) {
    return send("GET", path, "");
  }

  HttpResponse<String> send(String method, String path, String body) {
    return sendLater(method, path, body).join();
  }

  private CompletableFuture<HttpResponse<String>> sendLater(
      String method, String path, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(bureau.resolve(path))
            .method(method, BodyPublishers.ofString(body))
            .build();
    return HTTP.sendAsync(request, BodyHandlers.ofString());
  }
}
