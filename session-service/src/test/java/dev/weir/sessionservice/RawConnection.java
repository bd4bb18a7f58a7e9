package dev.weir.sessionservice;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A connection on which a test writes raw text and disconnects at any time. */
final class RawConnection implements AutoCloseable {

  private final Socket socket;

  RawConnection(SessionService service) throws IOException {
    this.socket = new Socket("127.0.0.1", service.port());
  }

  /** Asks for a path, as it is, and waits for nothing. */
  RawConnection get(String path) throws IOException {
    return write("GET " + path + " HTTP/1.1\r\nHost: sessions\r\n\r\n");
  }

  RawConnection write(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
    return this;
  }

  /** Reads until the server closes the connection or the line is complete. */
  String readLine() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = socket.getInputStream().read();
        c >= 0 && c != '\n';
        c = socket.getInputStream().read()) {
      line.append((char) c);
    }
    return line.toString().strip();
  }

  /** Closes the connection without waiting for an answer. */
  void disconnect() throws IOException {
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
