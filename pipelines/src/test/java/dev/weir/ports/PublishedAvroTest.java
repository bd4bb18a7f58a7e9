package dev.weir.ports;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.card.CustomerRemoval;
import dev.weir.card.EnrichedTransaction;
import dev.weir.card.Transaction;
import dev.weir.changelog.RowKey;
import dev.weir.deadletter.DeadLetter;
import dev.weir.encoding.PlainJson;
import dev.weir.encoding.RandomRecords;
import dev.weir.kafka.registry.AvroWireFormat;
import dev.weir.kafka.registry.AvroWireReader;
import dev.weir.kafka.registry.SchemaRegistry;
import dev.weir.loan.LoanDecision;
import dev.weir.money.EnrichedMoney;
import dev.weir.spend.SpendMetrics;
import dev.weir.testing.EmbeddedRegistry;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is published as Avro with a schema registry is read back as it was. */
@Timeout(60)
class PublishedAvroTest {
  private static final int RUNS = Integer.getInteger("weir.runs", 100);

  private static EmbeddedRegistry registry;

  @BeforeAll
  static void start() {
    registry = EmbeddedRegistry.start();
  }

  @AfterAll
  static void stop() {
    registry.close();
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        LoanDecision.class,
        Transaction.class,
        EnrichedTransaction.class,
        SpendMetrics.class,
        CustomerRemoval.class,
        EnrichedMoney.class,
        DeadLetter.class
      })
  <T extends SpecificRecordBase> void eachPublishedRecordIsReadBack(Class<T> type) {
    AvroWireFormat<T> format = AvroWireFormat.of(address(), type.getSimpleName());
    AvroWireReader<T> reader = AvroWireReader.of(address(), type);
    for (int seed = 0; seed < RUNS; seed++) {
      T record = new RandomRecords(seed).next(type);
      byte[] value = format.apply(record);

      T read = reader.read(value, PlainJson.write(record, unpublished(record), Map.of()));

      assertThat("seed " + seed, format.apply(read), is(value));
      assertThat("seed " + seed, read, is(record));
    }
  }

  @Test
  void aFieldThatIsNotPublishedIsNeeded() {
    EnrichedTransaction row = new RandomRecords(1).next(EnrichedTransaction.class);
    byte[] value =
        AvroWireFormat.<EnrichedTransaction>of(address(), "EnrichedTransaction").apply(row);
    AvroWireReader<EnrichedTransaction> reader =
        AvroWireReader.of(address(), EnrichedTransaction.class);

    assertThat(
        assertThrows(IllegalArgumentException.class, () -> reader.read(value, null)).getMessage(),
        is("EnrichedTransaction.committed_at is missing"));
  }

  private static List<String> unpublished(SpecificRecordBase record) {
    List<String> published = RowKey.published(record.getSchema());
    return record.getSchema().getFields().stream()
        .map(Schema.Field::name)
        .filter(name -> !published.contains(name))
        .toList();
  }

  private static SchemaRegistry address() {
    return SchemaRegistry.at(registry.uri());
  }
}
