package dev.weir.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(900)
class EmbeddedConnectIT {
  private static final int PARTITIONS = 3;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path folder;
  private static EmbeddedDatabase database;
  private static EmbeddedKafka kafka;
  private static EmbeddedConnect connect;

  @BeforeAll
  static void start() throws SQLException {
    database = EmbeddedDatabase.start(folder.resolve("postgres"), 0);
    kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
    execute(
        "insert into customers values ('early', 'Anna Berg', 'anna@example.com', '+1-555-0100',"
            + " '1980-02-03', 'Bergen', '2026-01-31T12:00:00Z')",
        "insert into transactions values ('t-early', 'early', '2026-01-31T13:00:00.120+01:00', 12.5,"
            + " 'EUR', null, null, 'COMPLETED', 'PURCHASE')");
    connect = EmbeddedConnect.start(folder.resolve("connect"), kafka, database, PARTITIONS, false);
  }

  @AfterAll
  static void stop() {
    Stream.of(connect, kafka, database).forEach(EmbeddedConnectIT::close);
  }

  @Test
  void existingRowsAreReadFirst() {
    JsonNode customer = payload(await(EmbeddedConnect.CUSTOMERS, "early", 1).get(0));
    JsonNode transaction = payload(await(EmbeddedConnect.TRANSACTIONS, "t-early", 1).get(0));

    assertThat(customer.get("op").asText(), is("r"));
    assertThat(
        customer.get("after"),
        is(
            json(
                """
                {"account_number":"early","customer_name":"Anna Berg","email":"anna@example.com",
                 "phone_number":"+1-555-0100","date_of_birth":318384000000,"city":"Bergen",
                 "created_at":"2026-01-31T12:00:00.000000Z"}""")));
    assertThat(transaction.get("op").asText(), is("r"));
    assertThat(
        transaction.get("after"),
        is(
            json(
                """
                {"txn_id":"t-early","account_number":"early",
                 "timestamp":"2026-01-31T12:00:00.120000Z","amount":"12.50","currency":"EUR",
                 "merchant":null,"location":null,"status":"COMPLETED",
                 "transaction_type":"PURCHASE"}""")));
    assertThat(
        "all of one position",
        transaction.at("/source/lsn").asLong(),
        is(customer.at("/source/lsn").asLong()));
  }

  @Test
  void aRowsChangesArriveInTheirOrder() throws SQLException {
    execute(
        "insert into transactions (txn_id, account_number, timestamp, amount) values ('t-1',"
            + " 'early', '2026-01-31T12:00:00Z', 1000)",
        "update transactions set status = 'COMPLETED', amount = 999.99 where txn_id = 't-1'",
        "delete from transactions where txn_id = 't-1'");

    List<ConsumerRecord<byte[], byte[]>> records = await(EmbeddedConnect.TRANSACTIONS, "t-1", 4);

    assertThat("tombstone", records.get(3).value() == null, is(true));
    List<JsonNode> changes =
        records.subList(0, 3).stream().map(EmbeddedConnectIT::payload).toList();
    assertThat(
        changes.stream().map(change -> change.get("op").asText()).toList(),
        contains("c", "u", "d"));
    assertThat(changes.get(0).at("/after/amount").textValue(), is("1000.00"));
    assertThat(changes.get(0).at("/after/status").textValue(), is("PENDING"));
    assertThat(changes.get(1).at("/after/amount").textValue(), is("999.99"));
    assertThat(changes.get(1).at("/after/status").textValue(), is("COMPLETED"));
    assertThat("before", changes.get(1).get("before").isNull(), is(true));
    assertThat(changes.get(2).get("after").isNull(), is(true));
    for (JsonNode change : changes) {
      assertThat(change.at("/source/table").textValue(), is("transactions"));
    }
    for (int i = 1; i < 3; i++) {
      JsonNode earlier = changes.get(i - 1).get("source");
      JsonNode later = changes.get(i).get("source");
      assertThat(later.get("lsn").asLong(), is(greaterThan(earlier.get("lsn").asLong())));
      assertThat(
          later.get("ts_ms").asLong(), is(greaterThanOrEqualTo(earlier.get("ts_ms").asLong())));
    }
  }

  /** Readers must rely only on the key. */
  @Test
  void aDeletedRowShowsItsKeyAndMadeUpValues() throws SQLException {
    execute(
        "insert into customers (account_number, email) values ('gone', 'gone@example.com')",
        "insert into transactions values ('t-gone', 'gone', '2026-01-31T12:00:00Z', 7, 'GBP',"
            + " 'Shop', 'ONLINE', 'FAILED', 'PURCHASE')",
        "delete from transactions where account_number = 'gone'",
        "delete from customers where account_number = 'gone'");

    assertThat(
        payload(await(EmbeddedConnect.TRANSACTIONS, "t-gone", 3).get(1)).get("before"),
        is(
            json(
                """
                {"txn_id":"t-gone","account_number":"","timestamp":"1970-01-01T00:00:00Z",
                 "amount":"0.00","currency":null,"merchant":null,"location":null,
                 "status":null,"transaction_type":null}""")));
    assertThat(
        payload(await(EmbeddedConnect.CUSTOMERS, "gone", 3).get(1)).get("before"),
        is(
            json(
                """
                {"account_number":"gone","customer_name":null,"email":null,"phone_number":null,
                 "date_of_birth":null,"city":null,"created_at":null}""")));
  }

  @Test
  void theTopicsHaveTheConfiguredNumberOfPartitions() {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      for (String topic : List.of(EmbeddedConnect.CUSTOMERS, EmbeddedConnect.TRANSACTIONS)) {
        assertThat(topic, consumer.partitionsFor(topic), hasSize(PARTITIONS));
      }
    }
  }

  private static void execute(String... commands) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      for (String command : commands) {
        statement.execute(command);
      }
    }
  }

  /** Returns the first records of a key, once they have arrived. */
  private static List<ConsumerRecord<byte[], byte[]>> await(String topic, String key, int count) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      List<TopicPartition> partitions =
          IntStream.range(0, PARTITIONS).mapToObj(n -> new TopicPartition(topic, n)).toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (records.size() < count) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          if (json(new String(record.key(), UTF_8)).elements().next().textValue().equals(key)) {
            records.add(record);
          }
        }
        connect.check();
      }
    }
    return records;
  }

  private static KafkaConsumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        Map.of("bootstrap.servers", kafka.bootstrapServers()),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  private static JsonNode payload(ConsumerRecord<byte[], byte[]> record) {
    return json(new String(record.value(), UTF_8));
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void close(AutoCloseable part) {
    try {
      if (part != null) {
        part.close();
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
