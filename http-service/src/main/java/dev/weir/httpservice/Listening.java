package dev.weir.httpservice;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.Optional;

/**
 * Where a service listens, and for whom. Immutable; each {@code with} method returns a changed
 * copy.
 *
 * @param host the address to listen on, {@code 0.0.0.0} for every interface
 * @param port the port to listen on, 0 for a free one
 * @param access who may ask questions
 * @param certificate the certificate of a service that uses TLS; empty for plain HTTP
 * @param limits what one client may take
 */
public record Listening(
    String host, int port, Access access, Optional<ServerCertificate> certificate, Limits limits) {

  /** The host for a service that only this machine can reach. */
  public static final String LOOPBACK = "127.0.0.1";

  /**
   * @throws IllegalArgumentException for an invalid port number
   */
  public Listening {
    Objects.requireNonNull(host, "host");
    Objects.requireNonNull(access, "access");
    Objects.requireNonNull(certificate, "certificate");
    Objects.requireNonNull(limits, "limits");
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be between 0 and 65535, not " + port);
    }
  }

  /** Plain HTTP for every client on this machine, with the standard limits. */
  public static Listening onLoopback(int port) {
    return new Listening(LOOPBACK, port, Access.open(), Optional.empty(), Limits.standard());
  }

  public Listening withHost(String address) {
    return new Listening(address, port, access, certificate, limits);
  }

  public Listening withAccess(Access clients) {
    return new Listening(host, port, clients, certificate, limits);
  }

  public Listening withCertificate(ServerCertificate own) {
    return new Listening(host, port, access, Optional.of(own), limits);
  }

  public Listening withLimits(Limits changed) {
    return new Listening(host, port, access, certificate, changed);
  }

  /** Returns whether the tokens of clients may cross a network unencrypted. */
  boolean exposesTokens() {
    return !access.isOpen() && certificate.isEmpty() && !isLoopback();
  }

  private boolean isLoopback() {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
