package dev.weir.bureaumock;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A connection on which a test writes raw text and disconnects at any time. */
final class RawConnection implements AutoCloseable {

  private final Socket socket;

  RawConnection(BureauMock mock) throws IOException {
    this.socket = new Socket("127.0.0.1", mock.port());
  }

  RawConnection write(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
    return this;
  }

  /** Asks about one ssn and waits for nothing. */
  RawConnection ask(String ssn) throws IOException {
    String body = "{\"ssn\":\"" + ssn + "\"}";
    return post(body.length(), body);
  }

  /** Posts a body that claims to be of some length. */
  RawConnection post(int length, String body) throws IOException {
    return write(
        "POST /v1/score HTTP/1.1\r\nHost: bureau\r\nContent-Length: " + length + "\r\n\r\n" + body);
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
