package dev.weir.generate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The password that a writer sends to a database that asks for one and accepts none. */
@Timeout(900)
class CardWriterTest {
  private static final String FILE_PROPERTY = "org.postgresql.pgpassfile";

  @TempDir private Path folder;
  private Database database;

  @BeforeEach
  void start() throws IOException {
    database = new Database();
    Path file = Files.writeString(folder.resolve("pgpass"), "*:*:bank:weir:of-the-file\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    System.setProperty(FILE_PROPERTY, file.toString());
  }

  @AfterEach
  void stop() throws IOException {
    System.clearProperty(FILE_PROPERTY);
    database.close();
  }

  @Test
  void withoutAPasswordItSendsTheOneInThePasswordFile() {
    assertThat(passwordSent(null), is("of-the-file"));
  }

  @Test
  void aPasswordThatIsGivenTakesPrecedence() {
    assertThat(passwordSent("its-own"), is("its-own"));
  }

  private String passwordSent(String password) {
    String url = "jdbc:postgresql://localhost:" + database.port() + "/bank?sslmode=disable";
    CompletableFuture<String> sent = CompletableFuture.supplyAsync(database::refuseOne);
    IllegalStateException refusal =
        assertThrows(
            IllegalStateException.class, () -> CardWriter.open(url, "weir", password).close());
    assertThat(refusal.getMessage(), containsString("wrong password"));
    return sent.join();
  }

  /** The part of PostgreSQL's protocol that requests a password and rejects it. */
  private static final class Database implements AutoCloseable {
    private static final int CLEARTEXT_PASSWORD = 3;

    private final ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("localhost"));

    Database() throws IOException {}

    int port() {
      return socket.getLocalPort();
    }

    /** Returns the password that was sent. */
    String refuseOne() {
      try (Socket client = socket.accept();
          DataInputStream in = new DataInputStream(client.getInputStream());
          DataOutputStream out = new DataOutputStream(client.getOutputStream())) {
        readMessage(in);
        out.writeByte('R');
        out.writeInt(8);
        out.writeInt(CLEARTEXT_PASSWORD);
        assertThat((char) in.readByte(), is('p'));
        byte[] password = readMessage(in);
        byte[] error = "SFATAL\0C28P01\0Mwrong password\0\0".getBytes(UTF_8);
        out.writeByte('E');
        out.writeInt(4 + error.length);
        out.write(error);
        return new String(password, 0, password.length - 1, UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static byte[] readMessage(DataInputStream in) throws IOException {
      return in.readNBytes(in.readInt() - 4);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
