package dev.weir.sessionservice;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;

/** Asks a session service over HTTP. */
final class Client {

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI service;

  private Client(URI service) {
    this.service = service;
  }

  static Client of(SessionService service) {
    return new Client(service.uri());
  }

  static Client of(URI service) {
    return new Client(service);
  }

  HttpResponse<String> get(String path) {
    return send("GET", path);
  }

  HttpResponse<String> send(String method, String path) {
    return sendLater(method, path).join();
  }

  CompletableFuture<HttpResponse<String>> getLater(String path) {
    return sendLater("GET", path);
  }

  private CompletableFuture<HttpResponse<String>> sendLater(String method, String path) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(service + path))
            .method(method, BodyPublishers.noBody())
            .build();
    return HTTP.sendAsync(request, BodyHandlers.ofString());
  }
}
