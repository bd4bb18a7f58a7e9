package dev.weir.kafka.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.api.client.http.ByteArrayContent;
import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpContent;
import com.google.api.client.http.HttpHeaders;
import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpRequestFactory;
import com.google.api.client.http.HttpResponse;
import com.google.api.client.http.javanet.NetHttpTransport;
import dev.weir.record.StrictJson;
import dev.weir.record.UnreadableRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;

/**
 * Sends one request to a schema registry. Holds no threads and no connections, so nothing has to be
 * closed: a process asks a registry once for each schema.
 */
final class RegistryHttp {
  private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  /** Maximum number of bytes of an answer; the schema of a table with 1,000 columns has 400,000. */
  private static final int LONGEST = 16 << 20;

  private static final int CHUNK = 1 << 14;

  private final String address;
  private final RegistryCredentials credentials;
  private final Duration timeout;
  private final HttpRequestFactory requests = new NetHttpTransport().createRequestFactory();

  /**
   * @param address without a slash at its end
   */
  RegistryHttp(String address, RegistryCredentials credentials) {
    this(address, credentials, TIMEOUT);
  }

  /**
   * @param timeout limits connecting, waiting and reading, each
   */
  RegistryHttp(String address, RegistryCredentials credentials, Duration timeout) {
    this.address = address;
    this.credentials = credentials;
    this.timeout = timeout;
  }

  String address() {
    return address;
  }

  /**
   * An answer that is not a sign of an outage.
   *
   * @param body a JSON object; null if the body is anything else
   */
  record Answer(int status, JsonNode body) {

    /** The registry's own code, such as 40403; 0 if the answer has none. */
    int errorCode() {
      return body == null ? 0 : body.path("error_code").asInt(0);
    }

    boolean isSuccess() {
      return status / 100 == 2;
    }
  }

  /**
   * @param route what follows the address, such as {@code /schemas/ids/1}
   * @throws RegistryException if there is no answer, or one that is the sign of an outage
   */
  Answer get(String route) {
    return exchange("GET", route, null);
  }

  /** Posts JSON; otherwise like {@link #get}. */
  Answer post(String route, byte[] json) {
    return exchange("POST", route, new ByteArrayContent(MEDIA_TYPE, json));
  }

  private Answer exchange(String method, String route, HttpContent content) {
    try {
      HttpRequest request =
          requests.buildRequest(method, new GenericUrl(URI.create(address + route), true), content);
      HttpResponse response = prepared(request).execute();
      try {
        return answer(response);
      } finally {
        response.disconnect();
      }
    } catch (IOException e) {
      throw outage(reason(e), Duration.ZERO);
    }
  }

  private HttpRequest prepared(HttpRequest request) {
    HttpHeaders headers = request.getHeaders();
    headers.setAccept(MEDIA_TYPE + ", application/json");
    headers.setAuthorization(credentials.authorization());
    // Otherwise closing an answer would read it to its end.
    headers.set("Connection", "close");
    return request
        .setConnectTimeout(Math.toIntExact(timeout.toMillis()))
        .setReadTimeout(Math.toIntExact(timeout.toMillis()))
        .setNumberOfRetries(0)
        .setFollowRedirects(false)
        .setLoggingEnabled(false)
        .setCurlLoggingEnabled(false)
        .setSuppressUserAgentSuffix(true)
        .setThrowExceptionOnExecuteError(false);
  }

  private Answer answer(HttpResponse response) throws IOException {
    int status = response.getStatusCode();
    byte[] body = body(response);
    // A gateway may redirect while the registry behind it is down.
    if (status == 408 || status == 429 || status / 100 == 3 || status / 100 == 5) {
      throw outage("status " + status, retryAfter(response));
    }
    JsonNode json = object(body);
    if (json == null && status / 100 == 2) {
      throw outage("its answer is not a single JSON object", Duration.ZERO);
    }
    return new Answer(status, json);
  }

  private static JsonNode object(byte[] body) {
    try {
      return StrictJson.object(body);
    } catch (UnreadableRecord e) {
      return null;
    }
  }

  /** The transport's time-out is per read: a registry that sends its bytes slowly outlasts it. */
  private byte[] body(HttpResponse response) throws IOException {
    long began = System.nanoTime();
    InputStream content = response.getContent();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    byte[] chunk = new byte[CHUNK];
    for (int read = read(content, chunk); read >= 0; read = read(content, chunk)) {
      body.write(chunk, 0, read);
      if (body.size() > LONGEST) {
        throw RegistryException.refusal(
            "the answer of the schema registry at "
                + address
                + " is longer than "
                + LONGEST
                + " bytes; check the address",
            "longer than " + LONGEST + " bytes");
      }
      if (System.nanoTime() - began > timeout.toNanos()) {
        throw new SocketTimeoutException();
      }
    }
    return body.toByteArray();
  }

  private static int read(InputStream content, byte[] chunk) throws IOException {
    return content == null ? -1 : content.read(chunk);
  }

  private static Duration retryAfter(HttpResponse response) {
    String value = response.getHeaders().getRetryAfter();
    try {
      return value == null
          ? Duration.ZERO
          : Duration.ofSeconds(Math.max(0, Long.parseLong(value.trim())));
    } catch (NumberFormatException date) {
      return Duration.ZERO;
    }
  }

  private static String reason(IOException failure) {
    if (failure instanceof UnknownHostException) {
      return "unknown host";
    }
    if (failure instanceof SocketTimeoutException) {
      return "no answer in time";
    }
    String message = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    return failure instanceof ConnectException && message.contains("refused")
        ? "connection refused"
        : message;
  }

  private RegistryException outage(String why, Duration retryAfter) {
    return RegistryException.outage(
        "the schema registry at " + address + " does not answer (" + why + ")", retryAfter);
  }
}
