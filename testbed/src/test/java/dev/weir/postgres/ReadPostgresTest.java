package dev.weir.postgres;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.needs.Needs;
import dev.weir.ports.DatabaseException;
import dev.weir.ports.DatabaseTls;
import dev.weir.ports.Port;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadPostgresTest {

  @Test
  void aSlotBelongsToOnePipelineAndOneTable() {
    String slot = reader("public.customers").inPipeline("cards").slotName();

    assertThat(slot, matchesPattern("weir_[0-9a-f]{32}"));
    assertThat(reader("public.customers").inPipeline("cards").slotName(), is(slot));
    assertThat(reader("public.customers").inPipeline("other").slotName(), is(not(slot)));
    assertThat(reader("public.transactions").inPipeline("cards").slotName(), is(not(slot)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "customers", "a.b.c", "public.", ".customers", "public.cust*", "a.b c"})
  void aTableIsNamedWithItsSchema(String table) {
    DatabaseException refused = assertThrows(DatabaseException.class, () -> reader(table));

    assertThat(refused.getMessage(), is("'" + table + "' is not a table; write schema.table"));
  }

  @Test
  void aConfigurationSurvivesSerialization() {
    Database database = new Database("db.example", 5432, "cards", "weir", DatabaseTls.preferred());
    SourceTable table = new SourceTable("public", "customers");
    for (String file : new String[] {null, "/etc/weir/pgpass"}) {
      SlotConfiguration slot = new SlotConfiguration(database, table, "weir_1", file);

      assertThat(SlotConfiguration.from(slot.toProperties()), is(slot));
    }
  }

  @Test
  void aDatabaseThatRefusesConnectionsIsNamedWithItsOption() throws IOException {
    int closed;
    try (ServerSocket socket = new ServerSocket(0)) {
      closed = socket.getLocalPort();
    }
    String address = "postgres://reader@localhost:" + closed + "/bank";
    Needs needs =
        Needs.withoutCatalog()
            .readsChanges(
                "customers",
                Port.parse("customers", address),
                "card-transactions",
                "public.customers",
                List.of());

    assertThat(
        needs.tryAll().errors(),
        contains(
            "--customers: no database answers at "
                + address
                + " (connection refused); check the address"));
  }

  private static ReadPostgres reader(String table) {
    return ReadPostgres.of("db.example", 5432, "cards", "weir", table);
  }
}
