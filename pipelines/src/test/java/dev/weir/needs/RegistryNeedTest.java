package dev.weir.needs;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import dev.weir.card.EnrichedTransaction;
import dev.weir.card.Transaction;
import dev.weir.kafka.registry.SchemaRegistry;
import dev.weir.testing.EmbeddedRegistry;
import java.util.List;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is reported about a schema registry before a job starts. */
@Timeout(120)
class RegistryNeedTest {
  private static final String NOBODY = "kafka://no.such.host.invalid:9092/";

  private final EmbeddedRegistry registry = EmbeddedRegistry.start();

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void theSchemasOfAvroOutputsAreRegistered() {
    assertThat(
        errors(
            needs()
                .writes("enriched", NOBODY + "enriched?format=avro", EnrichedTransaction.class)
                .writes("pending", NOBODY + "pending", Transaction.class)),
        is(empty()));

    assertThat(registry.ids("enriched-value"), contains(1));
    assertThat(registry.ids("pending-value"), is(empty()));
    List<String> fields =
        new Schema.Parser()
            .parse(registry.schema(1)).getFields().stream().map(Schema.Field::name).toList();
    assertThat("only in the lake", fields.contains("committed_at"), is(false));
    assertThat(fields.get(0), is("txn_id"));
  }

  @Test
  void aSchemaThatTheRegistryRejectsIsReportedWithItsOption() {
    registry.register(
        "enriched-value",
        "{\"type\":\"record\",\"name\":\"Other\",\"fields\":[{\"name\":\"x\",\"type\":\"int\"}]}");

    assertThat(
        errors(
            needs().writes("enriched", NOBODY + "enriched?format=avro", EnrichedTransaction.class)),
        contains(
            "--enriched: the schema registry at "
                + registry.uri()
                + " rejects the schema for enriched-value as incompatible with the schemas that are"
                + " there; write to another topic, or change the compatibility of the subject"));
  }

  @Test
  void aRegistryThatIsAwayIsReportedOnce() {
    registry.failWith(503);

    assertThat(
        errors(
            needs().writes("enriched", NOBODY + "enriched?format=avro", EnrichedTransaction.class)),
        contains(
            "--schemaRegistry: the schema registry at "
                + registry.uri()
                + " does not answer (status 503); start it, or check the address"));
  }

  @Test
  void aLiveJobWaitsForARegistryThatIsAwayButNotForOneThatRefuses() {
    registry.failWith(503);
    Findings away = live().tryAll();
    registry.recover();
    registry.require("Basic other");
    Findings refusing = live().tryAll();

    assertThat(away.errors(), is(empty()));
    assertThat(away.warnings(), contains(startsWith("--schemaRegistry: the schema registry at ")));
    assertThat(
        refusing.errors(),
        contains(
            "--schemaRegistry: the schema registry at "
                + registry.uri()
                + " rejects this client (status 401); set SCHEMA_REGISTRY_USER_INFO or"
                + " SCHEMA_REGISTRY_TOKEN in the environment"));
    assertThat(refusing.warnings(), is(empty()));
  }

  private Needs needs() {
    return Needs.withoutCatalog().usesRegistry(SchemaRegistry.at(registry.uri()));
  }

  private Needs live() {
    return Needs.of(true, null, null).usesRegistry(SchemaRegistry.at(registry.uri()));
  }

  /** Returns the errors except those of the broker, which does not exist. */
  private static List<String> errors(Needs needs) {
    return needs.tryAll().errors().stream()
        .filter(line -> !line.contains("no Kafka broker answers"))
        .toList();
  }
}
