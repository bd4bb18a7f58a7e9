package dev.weir.needs;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** Opens connections and closes them again; no request is sent. */
final class Reach {
  /** How long a connection may take; half of {@link Needs#LIMIT}. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  private Reach() {}

  /** Returns why a connection fails, in a few words; empty if it succeeds. */
  static Optional<String> failure(String host, int port, Duration patience) {
    return tried(host, port, patience).map(Reach::reason);
  }

  /** Returns why a connection fails; empty if it succeeds. */
  static Optional<Exception> tried(String host, int port, Duration patience) {
    try {
      connect(host, port, patience).close();
      return Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      return Optional.of(e);
    }
  }

  /** Like {@link #tried}, for a TLS server, whose certificate must be trusted. */
  static Optional<Exception> tlsFailure(
      SSLContext trust, String host, int port, Duration patience) {
    SSLSocketFactory factory = trust.getSocketFactory();
    try (Socket socket = connect(host, port, patience);
        SSLSocket tls = (SSLSocket) factory.createSocket(socket, host, port, true)) {
      SSLParameters parameters = tls.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      tls.setSSLParameters(parameters);
      tls.setSoTimeout(Math.toIntExact(patience.toMillis()));
      tls.startHandshake();
      return Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      return Optional.of(e);
    }
  }

  /** Connects to the first of a host's addresses that answers. */
  private static Socket connect(String host, int port, Duration patience) throws IOException {
    InetAddress[] addresses = InetAddress.getAllByName(host);
    Duration each = patience.dividedBy(addresses.length);
    IOException failure = null;
    for (InetAddress address : addresses) {
      Socket socket = new Socket();
      try {
        socket.connect(
            new InetSocketAddress(address, port), Math.max(1, Math.toIntExact(each.toMillis())));
        return socket;
      } catch (IOException e) {
        socket.close();
        failure = failure == null ? e : failure;
      }
    }
    throw failure;
  }

  /** Why a connection failed, in a few words. */
  static String reason(Exception failure) {
    if (failure instanceof UnknownHostException) {
      return "unknown host";
    }
    if (failure instanceof SocketTimeoutException) {
      return "no answer in time";
    }
    if (failure instanceof NoRouteToHostException) {
      return "no route to host";
    }
    String message = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    if (failure instanceof ConnectException && message.contains("refused")) {
      return "connection refused";
    }
    return message;
  }
}
