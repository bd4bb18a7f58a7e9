package dev.weir.postgres;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.is;

import dev.weir.ports.DatabaseChanges;
import dev.weir.ports.Port;
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
}
