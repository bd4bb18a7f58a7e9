package dev.weir.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.api.client.http.ByteArrayContent;
import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpRequestFactory;
import com.google.api.client.http.HttpResponse;
import com.google.api.client.http.apache.v5.Apache5HttpTransport;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;

/** Asks a service over HTTP and reads its JSON answers. Thread-safe. */
public final class JsonOverHttp implements AutoCloseable {
  private static final Pattern TRAILING_SLASHES = Pattern.compile("/+$");

  private final String address;
  private final int timeoutMillis;
  private final Optional<BearerToken> token;
  private final CloseableHttpClient client;
  private final HttpRequestFactory requests;
  private final ScheduledExecutorService clock;

  /** Asks without a token. */
  public JsonOverHttp(URI service, ClientPolicy policy) {
    this(service, policy, Optional.empty());
  }

  /**
   * @param service the address of the service, such as {@code http://host:port} or {@code
   *     https://gateway/credit/api}; its path is kept
   * @param token identifies this client to the service, if the service requires a token
   */
  public JsonOverHttp(URI service, ClientPolicy policy, Optional<BearerToken> token) {
    this.token = token;
    this.address = TRAILING_SLASHES.matcher(service.toString()).replaceFirst("");
    this.timeoutMillis = Math.toIntExact(policy.timeout().toMillis());
    this.clock =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "http-deadline");
              thread.setDaemon(true);
              return thread;
            });
    // Retries belong to the ServiceClient; the transport's own retries would bypass its breaker.
    this.client =
        HttpClientBuilder.create()
            .setConnectionManager(
                PoolingHttpClientConnectionManagerBuilder.create()
                    .setMaxConnPerRoute(policy.inFlight())
                    .setMaxConnTotal(policy.inFlight())
                    .build())
            .addExecInterceptorFirst("deadline", this::abortWhenLate)
            .disableAutomaticRetries()
            .disableRedirectHandling()
            .disableCookieManagement()
            .build();
    this.requests = new Apache5HttpTransport(client).createRequestFactory();
  }

  /**
   * Posts to a route.
   *
   * @param route what follows the address, such as {@code /v1/scores}
   * @return the answer's body
   * @throws ServiceFault for any status but 2xx, and for a body that is not one JSON object
   * @throws SocketTimeoutException if the service did not answer in time
   */
  public JsonNode post(String route, byte[] json) throws IOException {
    return exchange(
        requests.buildPostRequest(
            verbatim(URI.create(address + route)), new ByteArrayContent("application/json", json)),
        JsonAnswer::read);
  }

  /**
   * Gets a resource directly below a route.
   *
   * @param route what follows the address, ending with {@code /}, such as {@code /sessions/}
   * @param name the last segment of the resource's path
   * @return the answer's body; empty if the service answers 404
   * @throws ServiceFault for any other status but 2xx, and for a body that is not one JSON object
   * @throws SocketTimeoutException if the service did not answer in time
   */
  public Optional<JsonNode> find(String route, PathSegment name) throws IOException {
    return exchange(
        requests.buildGetRequest(verbatim(URI.create(address + route + name.encoded()))),
        JsonAnswer::find);
  }

  /** Keeps the encoding of the address: it is not decoded and encoded again. */
  private static GenericUrl verbatim(URI place) {
    return new GenericUrl(place, true);
  }

  private interface Reading<T> {
    T of(HttpResponse response) throws IOException;
  }

  private <T> T exchange(HttpRequest request, Reading<T> reading) throws IOException {
    long began = System.nanoTime();
    try {
      HttpResponse response = prepared(request).execute();
      try {
        return reading.of(response);
      } finally {
        response.disconnect();
      }
    } catch (ServiceFault e) {
      throw e;
    } catch (IOException | IllegalStateException e) {
      // An aborted request ends like one whose connection broke.
      if (System.nanoTime() - began >= TimeUnit.MILLISECONDS.toNanos(timeoutMillis)) {
        throw new SocketTimeoutException("no answer in time");
      }
      throw e;
    }
  }

  private HttpRequest prepared(HttpRequest request) {
    token.ifPresent(known -> request.getHeaders().setAuthorization(known.authorization()));
    return request
        .setConnectTimeout(timeoutMillis)
        .setReadTimeout(timeoutMillis)
        .setNumberOfRetries(0)
        .setFollowRedirects(false)
        .setLoggingEnabled(false)
        .setCurlLoggingEnabled(false)
        .setSuppressUserAgentSuffix(true)
        .setThrowExceptionOnExecuteError(false);
  }

  /**
   * Aborts an exchange at its deadline. The transport's own time-outs are per read: a service that
   * sends its bytes slowly outlasts them, and a few such answers would occupy every allowed
   * request. Does nothing if the exchange has ended by then.
   */
  private ClassicHttpResponse abortWhenLate(
      ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
      throws IOException, HttpException {
    clock.schedule(scope.execRuntime::discardEndpoint, timeoutMillis, TimeUnit.MILLISECONDS);
    return chain.proceed(request, scope);
  }

  @Override
  public void close() {
    clock.shutdownNow();
    try {
      client.close();
    } catch (IOException e) {
      throw new IllegalStateException("the HTTP client did not close", e);
    }
  }
}
