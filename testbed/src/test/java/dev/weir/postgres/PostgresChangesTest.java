package dev.weir.postgres;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.is;

import dev.weir.needs.Needs;
import dev.weir.ports.DatabaseChanges;
import dev.weir.ports.Port;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

class PostgresChangesTest {
  @Test
  void theTestBedReadsPostgresPorts() {
    Port.Database database =
        (Port.Database) Port.parse("customers", "postgres://reader@localhost:5432/bank");

    assertThat(
        DatabaseChanges.find("customers")
            .of(database, "card-transactions", "public.customers", List.of())
            .read(),
        is(instanceOf(ReadPostgres.class)));
  }

  @Test
  void aDatabaseThatRefusesConnectionsIsNamedWithItsOption() throws IOException {
    String address = "postgres://reader@localhost:" + closedPort() + "/bank";

    assertThat(
        Needs.withoutCatalog()
            .readsChanges(
                "customers",
                Port.parse("customers", address),
                "card-transactions",
                "public.customers",
                List.of())
            .tryAll()
            .errors(),
        contains(
            "--customers: no database answers at "
                + address
                + " (connection refused); check the address"));
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
