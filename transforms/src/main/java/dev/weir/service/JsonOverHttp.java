package dev.weir.service;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.api.client.http.ByteArrayContent;
import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpRequestFactory;
import com.google.api.client.http.HttpResponse;
import com.google.api.client.http.apache.v5.Apache5HttpTransport;
import dev.weir.service.ServiceFault.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;

/** Posts JSON to one address and reads the JSON it answers with. Thread-safe. */
public final class JsonOverHttp implements AutoCloseable {
  /** No answer of a service is longer; what is, is not read further. */
  private static final int MAX_ANSWER = 1 << 20;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final GenericUrl url;
  private final int timeoutMillis;
  private final Optional<BearerToken> token;
  private final CloseableHttpClient client;
  private final HttpRequestFactory requests;
  private final ScheduledExecutorService clock;

  /** Posts without a token. */
  public JsonOverHttp(URI address, ClientPolicy policy) {
    this(address, policy, Optional.empty());
  }

  /**
   * @param token what the service knows its clients by, if it asks for a token
   */
  public JsonOverHttp(URI address, ClientPolicy policy, Optional<BearerToken> token) {
    this.token = token;
    this.url = new GenericUrl(address);
    this.timeoutMillis = Math.toIntExact(policy.timeout().toMillis());
    this.clock =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "http-deadline");
              thread.setDaemon(true);
              return thread;
            });
    // Retries belong to the ServiceClient; the transport's own would hide them from its breaker.
    this.client =
        HttpClientBuilder.create()
            .setConnectionManager(
                PoolingHttpClientConnectionManagerBuilder.create()
                    .setMaxConnPerRoute(policy.inFlight())
                    .setMaxConnTotal(policy.inFlight())
                    .build())
            .addExecInterceptorFirst("deadline", this::breakOffWhenLate)
            .disableAutomaticRetries()
            .disableRedirectHandling()
            .disableCookieManagement()
            .build();
    this.requests = new Apache5HttpTransport(client).createRequestFactory();
  }

  /**
   * @return the answer's body
   * @throws ServiceFault for any status but 2xx, and for a body that is not JSON
   * @throws java.net.SocketTimeoutException where the service did not answer in time
   */
  public JsonNode post(byte[] json) throws IOException {
    long began = System.nanoTime();
    try {
      return JSON.readTree(exchange(json));
    } catch (JsonProcessingException e) {
      // Jackson's message quotes the body.
      throw ServiceFault.of(Kind.NONSENSE, "the answer is not JSON");
    } catch (ServiceFault e) {
      throw e;
    } catch (IOException | IllegalStateException e) {
      // A request that was broken off ends like one whose connection broke.
      if (System.nanoTime() - began >= TimeUnit.MILLISECONDS.toNanos(timeoutMillis)) {
        throw new SocketTimeoutException("no answer in time");
      }
      throw e;
    }
  }

  private byte[] exchange(byte[] json) throws IOException {
    HttpRequest request =
        requests
            .buildPostRequest(url, new ByteArrayContent("application/json", json))
            .setConnectTimeout(timeoutMillis)
            .setReadTimeout(timeoutMillis)
            .setNumberOfRetries(0)
            .setFollowRedirects(false)
            .setLoggingEnabled(false)
            .setCurlLoggingEnabled(false)
            .setSuppressUserAgentSuffix(true)
            .setThrowExceptionOnExecuteError(false);
    token.ifPresent(known -> request.getHeaders().setAuthorization(known.authorization()));
    HttpResponse response = request.execute();
    try {
      if (!response.isSuccessStatusCode()) {
        throw fault(response);
      }
      return read(response);
    } finally {
      response.disconnect();
    }
  }

  /**
   * The transport's own time-outs are per read: a service that drips bytes outlasts them, and with
   * a few such answers would hold every request there may be. Where the exchange is over by then,
   * this does nothing.
   */
  private ClassicHttpResponse breakOffWhenLate(
      ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
      throws IOException, HttpException {
    clock.schedule(scope.execRuntime::discardEndpoint, timeoutMillis, TimeUnit.MILLISECONDS);
    return chain.proceed(request, scope);
  }

  private static byte[] read(HttpResponse response) throws IOException {
    InputStream content = response.getContent();
    byte[] body = content == null ? new byte[0] : content.readNBytes(MAX_ANSWER + 1);
    if (body.length > MAX_ANSWER) {
      throw ServiceFault.of(Kind.NONSENSE, "the answer is longer than " + MAX_ANSWER + " bytes");
    }
    return body;
  }

  private static ServiceFault fault(HttpResponse response) {
    int status = response.getStatusCode();
    String message = "status " + status;
    return switch (status) {
      case 429 -> ServiceFault.throttled(retryAfter(response));
      case 502, 503, 504 -> ServiceFault.of(Kind.TRANSIENT, message);
      case 400, 413, 422 -> ServiceFault.of(Kind.BAD_REQUEST, message);
      default ->
          ServiceFault.of(status >= 400 && status < 500 ? Kind.REFUSED : Kind.NONSENSE, message);
    };
  }

  /** {@code Retry-After} is a number of seconds or a date; anything else says nothing. */
  private static Duration retryAfter(HttpResponse response) {
    String value = response.getHeaders().getRetryAfter();
    if (value == null) {
      return Duration.ZERO;
    }
    try {
      return Duration.ofSeconds(Math.max(0, Long.parseLong(value.trim())));
    } catch (NumberFormatException notSeconds) {
      try {
        Duration until =
            Duration.between(
                Instant.now(),
                ZonedDateTime.parse(value.trim(), DateTimeFormatter.RFC_1123_DATE_TIME));
        return until.isNegative() ? Duration.ZERO : until;
      } catch (DateTimeException notADate) {
        return Duration.ZERO;
      }
    }
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
