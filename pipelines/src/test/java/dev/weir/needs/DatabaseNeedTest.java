package dev.weir.needs;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import dev.weir.deadletter.DeadLetter;
import dev.weir.ports.DatabaseChanges;
import dev.weir.ports.Port;
import dev.weir.record.RawRecord;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.WithFailures.Result;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is reported about a database that answers. */
class DatabaseNeedTest {
  private ServerSocket server;

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private String address() {
    return "postgres://me@localhost:" + server.getLocalPort() + "/bank";
  }

  private Need need(String option, boolean encrypted, boolean isThisMachine) {
    Port.Database database = (Port.Database) Port.parse(option, address());
    return new DatabaseNeed(option, database, new Checked(encrypted), host -> isThisMachine);
  }

  private record Checked(boolean check) implements DatabaseChanges.Table {
    @Override
    public PTransform<PBegin, Result<PCollection<RawRecord>, DeadLetter>> read() {
      throw new UnsupportedOperationException();
    }
  }

  private static List<String> notes(Need... needs) {
    for (Need need : needs) {
      assertThat(need.problems(), empty());
    }
    return Needs.notes(List.of(needs));
  }

  @Test
  void clearTextToAnotherMachineIsNotedOnceForAllItsOptions() {
    assertThat(
        notes(need("customers", false, false), need("transactions", false, false)),
        contains(
            "--customers, --transactions: the connection to "
                + address()
                + " is not encrypted, so others can read its rows and, depending on the server,"
                + " the password; enable TLS in the server and add ?sslmode=verify-full and"
                + " sslrootcert=FILE"));
  }

  @Test
  void encryptedConnectionsAndThoseOfOneMachineAreNotNoted() {
    assertThat(notes(need("customers", true, false), need("customers", false, true)), empty());
  }

  @ParameterizedTest
  @CsvSource({"localhost, true", "127.0.0.1, true", "[::1], true", "192.0.2.1, false"})
  void aHostIsThisMachineOrNot(String host, boolean isThisMachine) {
    assertThat(DatabaseNeed.isThisMachine(host), is(isThisMachine));
  }
}
