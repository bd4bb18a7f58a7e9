package dev.weir.service;

import java.io.Serializable;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Where a service is, and what a client needs to talk to it. Contains no secret: of the token, only
 * the name of the environment variable.
 *
 * @param name what messages call the service, such as {@code --bureau}
 * @param uri such as {@code http://host:port} or {@code https://gateway/credit/api}; its path is
 *     kept
 * @param tokenVariable the environment variable of each worker that holds the bearer token; null if
 *     no token is sent
 * @param trusted the authorities of an {@code https:} service
 * @param plainHttp whether a token may be sent unencrypted to another machine
 */
public record ServiceAddress(
    String name, URI uri, String tokenVariable, TrustedCertificates trusted, boolean plainHttp)
    implements Serializable {
  private static final String OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
  private static final Pattern LOOPBACK = Pattern.compile("127(\\." + OCTET + "){3}");

  /**
   * @throws IllegalArgumentException if the URI is not that of an HTTP service
   */
  public ServiceAddress {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(trusted, "trusted");
    boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    if (!http || uri.getHost() == null || uri.getUserInfo() != null) {
      throw new IllegalArgumentException("a service is http://host:port or https://host/path");
    }
  }

  /** A service that is asked without a token and trusted as the JVM trusts. */
  public static ServiceAddress of(URI uri) {
    return new ServiceAddress("service", uri, null, TrustedCertificates.ofTheJvm(), false);
  }

  public ServiceAddress named(String inMessages) {
    return new ServiceAddress(inMessages, uri, tokenVariable, trusted, plainHttp);
  }

  /** Sends the bearer token in this environment variable of the worker, if it is set there. */
  public ServiceAddress withTokenIn(String variable) {
    return new ServiceAddress(name, uri, variable, trusted, plainHttp);
  }

  public ServiceAddress trusting(TrustedCertificates authorities) {
    return new ServiceAddress(name, uri, tokenVariable, authorities, plainHttp);
  }

  /** Allows a token to be sent unencrypted to another machine. */
  public ServiceAddress allowingPlainHttp(boolean allowed) {
    return new ServiceAddress(name, uri, tokenVariable, trusted, allowed);
  }

  /** Whether the service uses TLS. */
  public boolean isEncrypted() {
    return "https".equals(uri.getScheme());
  }

  /** The host of the URI, an IPv6 address without its brackets. */
  public String host() {
    return uri.getHost().replaceAll("[\\[\\]]", "");
  }

  /**
   * Reads the token of this process.
   *
   * @param environment returns the value of an environment variable, null if it is not set
   * @return empty if there is none
   * @throws IllegalArgumentException if the token is not valid, or must not be sent to this address
   */
  public Optional<BearerToken> token(UnaryOperator<String> environment) {
    if (tokenVariable == null) {
      return Optional.empty();
    }
    Optional<BearerToken> token = BearerToken.in(environment, tokenVariable);
    if (token.isPresent() && !plainHttp && leavesTheMachineUnencrypted()) {
      throw new IllegalArgumentException(
          name
              + ": the token in "
              + tokenVariable
              + " would be sent unencrypted to "
              + uri
              + "; use https://, or allow it with --allowPlainHttp");
    }
    return token;
  }

  /**
   * Describes an answer with status 401 or 403.
   *
   * @param withToken whether the request had a token
   */
  public String denied(int status, boolean withToken) {
    String start = name + ": the service at " + uri + " answers " + status;
    if (tokenVariable == null) {
      return start + ": it requires a login";
    }
    return withToken
        ? start + ": it rejects the token in " + tokenVariable + "; check the token"
        : start
            + ": it requires a token; set "
            + tokenVariable
            + " in the environment of this process and of every worker";
  }

  /** Describes a TLS server that is not accepted. */
  public String untrusted(CertificateProblem problem) {
    return name + ": the service at " + uri + " cannot be trusted: " + problem.text();
  }

  /** Whether others could read what is sent to the service. */
  public boolean leavesTheMachineUnencrypted() {
    return !isEncrypted() && !isThisMachine();
  }

  /** Decided without a look-up: an answer of a name server must not send a token elsewhere. */
  private boolean isThisMachine() {
    String host = host();
    if (host.toLowerCase(Locale.ROOT).equals("localhost") || LOOPBACK.matcher(host).matches()) {
      return true;
    }
    try {
      // An address with a colon is a literal, which is not looked up.
      return host.contains(":") && InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
