package dev.weir.testing;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** A minimal HTTP server that can answer in ways in which no real server does. */
public final class TinyServer implements AutoCloseable {
  private final ServerSocket listener;
  private final Routed behaviour;
  private final List<Socket> connections = new CopyOnWriteArrayList<>();
  private final List<String> requestLines = new CopyOnWriteArrayList<>();

  /** Writes the response to a request that was read. */
  @FunctionalInterface
  public interface Behaviour {
    void answer(String body, OutputStream out) throws IOException;
  }

  private interface Routed {
    void answer(String requestLine, String body, OutputStream out) throws IOException;
  }

  private TinyServer(Routed behaviour) {
    this.behaviour = behaviour;
    try {
      this.listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    daemon(this::accept);
  }

  public static TinyServer doing(Behaviour behaviour) {
    return new TinyServer((line, body, out) -> behaviour.answer(body, out));
  }

  /**
   * Answers on one route; answers as FastAPI does on any other.
   *
   * @param route a method and a path, such as {@code POST /predict}
   * @param otherwise the status on other routes, such as {@code 404 Not Found}
   */
  public static TinyServer onlyOn(String route, String otherwise, Behaviour behaviour) {
    String notFound = "{\"detail\":\"Not Found\"}";
    return new TinyServer(
        (line, body, out) -> {
          if (line.startsWith(route + " ")) {
            behaviour.answer(body, out);
          } else {
            write(out, head(otherwise, notFound.length()) + notFound);
          }
        });
  }

  /** Answers each request with this JSON and keeps the connection open. */
  public static TinyServer answering(String json) {
    return doing((body, out) -> write(out, head("200 OK", json.length()) + json));
  }

  /** Answers each request with this status, these header lines and no body. */
  public static TinyServer refusing(String status, String... headers) {
    String lines = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    return doing(
        (body, out) ->
            write(out, "HTTP/1.1 " + status + "\r\n" + lines + "Content-Length: 0\r\n\r\n"));
  }

  /** Rejects the first request with 429 and this header, and answers the others with this JSON. */
  public static TinyServer throttlingOnce(String header, String json) {
    return refusingOnce("429 Too Many Requests\r\n" + header, json);
  }

  /** Refuses the first request with this status, and answers the others with this JSON. */
  public static TinyServer refusingOnce(String status, String json) {
    AtomicBoolean refused = new AtomicBoolean();
    String refusal = "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n";
    String answer = head("200 OK", json.length()) + json;
    return doing((body, out) -> write(out, refused.getAndSet(true) ? answer : refusal));
  }

  /**
   * Writes this text at once, then the same character again and again for as long as the client
   * reads.
   */
  public static TinyServer dripping(String atOnce, char drip) {
    return doing(
        (body, out) -> {
          write(out, atOnce);
          while (true) {
            write(out, String.valueOf(drip));
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
          }
        });
  }

  public static String head(String status, int length) {
    return "HTTP/1.1 "
        + status
        + "\r\nContent-Type: application/json\r\nContent-Length: "
        + length
        + "\r\n\r\n";
  }

  public static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  /** Returns how many connections were opened so far. */
  public int connections() {
    return connections.size();
  }

  /** Returns how many requests were read so far. */
  public int requests() {
    return requestLines.size();
  }

  /** The first lines of the requests that were read, such as {@code GET / HTTP/1.1}. */
  public List<String> requestLines() {
    return requestLines;
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket connection : connections) {
      connection.close();
    }
  }

  private void accept() throws IOException {
    while (true) {
      Socket connection = listener.accept();
      connections.add(connection);
      daemon(() -> serve(connection));
    }
  }

  private void serve(Socket connection) throws IOException {
    try (connection) {
      InputStream in = new BufferedInputStream(connection.getInputStream());
      while (true) {
        String first = readLine(in);
        String body = readRest(in);
        requestLines.add(first);
        behaviour.answer(first, body, connection.getOutputStream());
      }
    }
  }

  private static String readRest(InputStream in) throws IOException {
    int length = 0;
    for (String line = readLine(in); !line.isEmpty(); line = readLine(in)) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(line.substring(line.indexOf(':') + 1).trim());
      }
    }
    return new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  private static String readLine(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException();
      }
      line.append((char) next);
    }
    return line.toString().strip();
  }

  private interface Task {
    void run() throws IOException;
  }

  private static void daemon(Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (IOException e) {
                // The client disconnected, or the test is over.
              }
            },
            "tiny-server");
    thread.setDaemon(true);
    thread.start();
  }
}
