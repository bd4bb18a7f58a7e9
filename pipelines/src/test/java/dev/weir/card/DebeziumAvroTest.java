package dev.weir.card;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;

import dev.weir.cdc.CommitTime;
import dev.weir.cdc.Operation;
import dev.weir.kafka.registry.SchemaRegistry;
import dev.weir.kafka.registry.WireFormat;
import dev.weir.record.Origin;
import dev.weir.record.RawRecord;
import dev.weir.record.RawRecord.Encoding;
import dev.weir.record.UnreadableRecord;
import dev.weir.testing.EmbeddedRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Changes as Debezium 3.4.3 wrote them with the Avro converter of Apicurio 2.6.13, with {@code
 * decimal.handling.mode=precise}, and the same changes as Connect's JSON converter 3.9.1 writes
 * them. A line of a file of changes has the Avro body in hexadecimal digits and the JSON payload.
 */
@Timeout(60)
class DebeziumAvroTest {
  private static final Origin ORIGIN = Origin.ofTopic("bank.public.transactions", 1, 2);

  private static EmbeddedRegistry registry;
  private static WireFormat format;

  private record Both(RawRecord avro, RawRecord json, byte[] value) {}

  @BeforeAll
  static void start() {
    registry = EmbeddedRegistry.start();
    format = WireFormat.toJson(SchemaRegistry.at(registry.uri()));
  }

  @AfterAll
  static void stop() {
    registry.close();
  }

  @Test
  void transactionsAreTheSameAsInJson() throws UnreadableRecord {
    List<TransactionChange> changes = new ArrayList<>();
    for (Both both : changes("transactions")) {
      TransactionChange avro = TransactionReader.read(both.avro(), () -> {});
      assertThat(avro, is(TransactionReader.read(both.json(), () -> {})));
      changes.add(avro);
    }

    assertThat(
        changes.stream().map(change -> change.getSource().getOperation()).toList(),
        is(List.of(Operation.r, Operation.c, Operation.u, Operation.d)));
    assertThat(
        changes.get(0).getTransaction(),
        is(
            new Transaction(
                "t-early",
                "early",
                Instant.parse("2026-01-31T12:00:00.120Z"),
                new BigDecimal("12.50"),
                "EUR",
                null,
                null,
                "COMPLETED",
                "PURCHASE")));
    assertThat(changes.get(2).getTransaction().getAmount(), is(new BigDecimal("-999.99")));
    assertThat(changes.get(2).getSource().getLastCommitLsn(), is(26_220_944L));
  }

  @Test
  void customersAreTheSameAsInJson() throws UnreadableRecord {
    List<CustomerChange> changes = new ArrayList<>();
    List<String> dropped = new ArrayList<>();
    for (Both both : changes("customers")) {
      CustomerChange avro = CustomerReader.read(both.avro(), () -> dropped.add("avro"));
      assertThat(avro, is(CustomerReader.read(both.json(), () -> dropped.add("json"))));
      changes.add(avro);
    }

    assertThat(
        changes.get(0).getCustomer(),
        is(
            new Customer(
                "early",
                "Anna Berg",
                "anna@example.com",
                "+1-555-0100",
                LocalDateTime.parse("1980-02-03T00:00:00"),
                "Bergen",
                Instant.parse("2026-01-31T12:00:00Z"))));
    assertThat("the infinite created_at", dropped, is(List.of("avro", "json")));
    assertThat(changes.get(3).getSource().getOperation(), is(Operation.d));
  }

  @Test
  void theCommitTimeIsTheSameAsInJson() {
    List<Both> all = new ArrayList<>(changes("transactions"));
    all.addAll(changes("customers"));
    assertThat(all, hasSize(8));

    for (Both both : all) {
      org.joda.time.Instant time = format.timeIn(new CommitTime()).apply(both.value());
      assertThat(time, is(notNullValue()));
      assertThat(time, is(new CommitTime().apply(both.json().bytes())));
    }
  }

  private static List<Both> changes(String table) {
    int id = registry.register("bank.public." + table + "-value", text(table + ".avsc"));
    String schema = text(table + ".schema.json");
    return text(table + ".changes").lines().map(line -> both(id, schema, line)).toList();
  }

  private static Both both(int id, String schema, String line) {
    int tab = line.indexOf('\t');
    byte[] body = HexFormat.of().parseHex(line, 0, tab);
    byte[] value = ByteBuffer.allocate(5 + body.length).put((byte) 0).putInt(id).put(body).array();
    String json = "{\"schema\":" + schema + ",\"payload\":" + line.substring(tab + 1) + "}";
    try {
      return new Both(
          format.read(value, ORIGIN),
          new RawRecord(json.getBytes(UTF_8), Encoding.JSON, ORIGIN),
          value);
    } catch (UnreadableRecord e) {
      throw new AssertionError(e);
    }
  }

  private static String text(String resource) {
    try (InputStream in = DebeziumAvroTest.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
