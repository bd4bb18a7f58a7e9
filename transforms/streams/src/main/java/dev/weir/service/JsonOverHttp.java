package dev.weir.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.api.client.http.ByteArrayContent;
import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpRequestFactory;
import com.google.api.client.http.HttpResponse;
import com.google.api.client.http.apache.v5.Apache5HttpTransport;
import dev.weir.service.ServiceFault.Kind;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.ClientTlsStrategyBuilder;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;

/**
 * Asks a service over HTTP or HTTPS and reads its JSON answers. Redirects are not followed, so that
 * a token reaches no other host. Thread-safe.
 */
public final class JsonOverHttp implements AutoCloseable {
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final Pattern TRAILING_SLASHES = Pattern.compile("/+$");

  private final ServiceAddress service;
  private final String address;
  private final int timeoutMillis;
  private final Optional<BearerToken> token;
  private final CloseableHttpClient client;
  private final HttpRequestFactory requests;
  private final ScheduledExecutorService clock;

  /**
   * Sends the token that is in the environment of this process.
   *
   * @throws IllegalArgumentException if the token is not valid, or must not be sent there
   */
  public JsonOverHttp(ServiceAddress service, ClientPolicy policy) {
    this(service, policy, System::getenv);
  }

  /**
   * @param environment returns the value of an environment variable, null if it is not set
   * @throws IllegalArgumentException if the token is not valid, or must not be sent there
   */
  public JsonOverHttp(
      ServiceAddress service, ClientPolicy policy, UnaryOperator<String> environment) {
    this.service = service;
    this.token = service.token(environment);
    this.address = TRAILING_SLASHES.matcher(service.uri().toString()).replaceFirst("");
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
                    .setTlsSocketStrategy(
                        ClientTlsStrategyBuilder.create()
                            .setSslContext(service.trusted().context())
                            .setHostVerificationPolicy(HostnameVerificationPolicy.BOTH)
                            .buildClassic())
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
   * @throws ServiceFault for any status but 2xx, for a server that is not trusted, and for a body
   *     that is not one JSON object
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
        checkAccess(response);
        return reading.of(response);
      } finally {
        response.disconnect();
      }
    } catch (ServiceFault e) {
      throw e;
    } catch (IOException | IllegalStateException e) {
      Optional<CertificateProblem> problem = CertificateProblem.in(e);
      if (problem.isPresent()) {
        throw ServiceFault.of(Kind.NO_ACCESS, service.untrusted(problem.get()));
      }
      // An aborted request ends like one whose connection broke.
      if (System.nanoTime() - began >= TimeUnit.MILLISECONDS.toNanos(timeoutMillis)) {
        throw new SocketTimeoutException("no answer in time");
      }
      throw e;
    }
  }

  private void checkAccess(HttpResponse response) throws ServiceFault {
    int status = response.getStatusCode();
    if (status == UNAUTHORIZED || status == FORBIDDEN) {
      throw ServiceFault.of(Kind.NO_ACCESS, service.denied(status, token.isPresent()));
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
