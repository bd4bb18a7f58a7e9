package dev.weir.scoringservice;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;

/** Asks a scoring service over HTTP, with the token of these tests by default. */
final class Client {

  static final String TOKEN = "s3cret-of-these-tests";

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI service;

  Client(URI service) {
    this.service = service;
  }

  static Client of(ScoringService service) {
    return new Client(service.uri());
  }

  HttpResponse<String> post(String path, String body) {
    return postLater(path, body).join();
  }

  CompletableFuture<HttpResponse<String>> postLater(String path, String body) {
    return sendLater("POST", path, "Bearer " + TOKEN, body);
  }

  HttpResponse<String> get(String path) {
    return send("GET", path, null, "");
  }

  /**
   * @param authorization the header's value; null for none
   */
  HttpResponse<String> send(String method, String path, String authorization, String body) {
    return sendLater(method, path, authorization, body).join();
  }

  private CompletableFuture<HttpResponse<String>> sendLater(
      String method, String path, String authorization, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(service.resolve(path)).method(method, BodyPublishers.ofString(body));
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return HTTP.sendAsync(request.build(), BodyHandlers.ofString());
  }
}
