package dev.weir.changelog;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.card.Customer;
import dev.weir.card.EnrichedTransaction;
import dev.weir.encoding.SingleObjectCoder;
import dev.weir.kafka.KafkaCluster;
import dev.weir.kafka.PublishChangelog;
import dev.weir.spend.SpendMetrics;
import dev.weir.testing.Pipelines;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the current row per key is written to a topic and to files. */
class ChangelogTest {
  private static final RowKey BY_WINDOW =
      RowKey.of("account_number", "currency", "window_type", "window_start");
  private static final String KEY = "ACC1/USD/15_MIN/2026-01-14T07:00:00Z";
  private static final String KEY_FIELDS =
      "\"account_number\":\"ACC1\",\"currency\":\"USD\",\"window_type\":\"15_MIN\","
          + "\"window_start\":\"2026-01-14T07:00:00Z\"";
  private static final String ROW_FIELDS =
      KEY_FIELDS
          + ",\"window_end\":\"2026-01-14T07:15:00Z\",\"tx_count\":2,\"total_amount\":5.10,"
          + "\"avg_amount\":2.55,\"min_amount\":-0.90,\"max_amount\":6.00";

  @TempDir Path folder;

  @Test
  void aRowIsPlainJsonUnderItsKey() {
    ProducerRecord<byte[], byte[]> record = render(RowChange.upsert(window(), new Position(7, 1)));

    assertThat(record.topic(), is("metrics"));
    assertThat(text(record.key()), is(KEY));
    assertThat(text(record.value()), is("{" + ROW_FIELDS + "}"));
  }

  @Test
  void aDeletedRowIsATombstoneUnderItsKey() {
    ProducerRecord<byte[], byte[]> record = render(RowChange.delete(window(), new Position(8, 1)));

    assertThat(text(record.key()), is(KEY));
    assertThat(record.value(), is(nullValue()));
  }

  @Test
  void fieldsForTheLakeOnlyAreNotPublished() {
    assertThat(
        RowKey.published(EnrichedTransaction.getClassSchema()).contains("risk_level"), is(true));
    assertThat(
        RowKey.published(EnrichedTransaction.getClassSchema()).contains("committed_at"), is(false));
  }

  @Test
  void aLineHasTheRevisionAndForADeletedRowOnlyTheKey() throws IOException {
    SpendMetrics other = window();
    other.setAccountNumber("ACC2");
    write(
        BY_WINDOW,
        SpendMetrics.class,
        List.of(
            RowChange.upsert(window(), new Position(1_768_374_000_000_000L, 3)),
            RowChange.delete(other, new Position(8, 0))));

    assertThat(
        lines(),
        containsInAnyOrder(
            "{" + ROW_FIELDS + ",\"revision\":1768374000000000}",
            "{" + KEY_FIELDS.replace("ACC1", "ACC2") + ",\"revision\":8,\"deleted\":true}"));
  }

  @Test
  void aLineForADeletedCustomerHasNoPersonalData() throws IOException {
    Customer customer =
        new Customer("ACC1", "Ann", "ann@example.org", "555-0100", null, "Paris", null);
    write(
        RowKey.of("account_number"),
        Customer.class,
        List.of(RowChange.delete(customer, new Position(8, 0))));

    assertThat(
        lines(), is(List.of("{\"account_number\":\"ACC1\",\"revision\":8,\"deleted\":true}")));
  }

  @Test
  void differentKeysOfSeveralColumnsAreDifferentTexts() {
    SpendMetrics one = window();
    one.setAccountNumber("A/B");
    one.setCurrency("C");
    SpendMetrics other = window();
    other.setAccountNumber("A");
    other.setCurrency("B/C");
    SpendMetrics escaped = window();
    escaped.setAccountNumber("A%2FB");
    escaped.setCurrency("C");
    String end = "/15_MIN/2026-01-14T07:00:00Z";

    assertThat(BY_WINDOW.of(one), is("A%2FB/C" + end));
    assertThat(BY_WINDOW.of(other), is("A/B%2FC" + end));
    assertThat(BY_WINDOW.of(escaped), is("A%252FB/C" + end));
  }

  @Test
  void theKeyOfOneColumnIsItsValue() {
    SpendMetrics row = window();
    row.setAccountNumber("A/B%2F");

    assertThat(RowKey.of("account_number").of(row), is("A/B%2F"));
  }

  @Test
  void aKeyHasAtLeastOneColumn() {
    assertThrows(IllegalArgumentException.class, () -> RowKey.of());
  }

  @Test
  void aKeyDoesNotChangeWithTheListItIsMadeFrom() {
    List<String> columns = new ArrayList<>(List.of("account_number"));
    RowKey key = new RowKey(columns);
    columns.add("currency");

    assertThat(key.of(window()), is("ACC1"));
  }

  @Test
  void theTransformsAreSerializable() {
    SerializableUtils.ensureSerializable(
        PublishChangelog.<SpendMetrics>to(KafkaCluster.at("b:9092"), "t", BY_WINDOW)
            .withMaxRequestSize(5_000_000));
    SerializableUtils.ensureSerializable(WriteChangelog.<SpendMetrics>to("f", BY_WINDOW));
  }

  private static ProducerRecord<byte[], byte[]> render(RowChange<SpendMetrics> change) {
    return new PublishChangelog.Render<SpendMetrics>("metrics", BY_WINDOW).apply(change);
  }

  private <T extends org.apache.avro.specific.SpecificRecordBase> void write(
      RowKey key, Class<T> type, List<RowChange<T>> changes) {
    Pipeline pipeline = Pipelines.onDirectRunner();
    pipeline
        .apply(Create.of(changes).withCoder(RowChangeCoder.of(SingleObjectCoder.of(type))))
        .apply("Write", WriteChangelog.to(folder + "/new", key));
    Pipelines.run(pipeline);
  }

  private List<String> lines() throws IOException {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder.resolve("new"))) {
      for (Path file : files.toList()) {
        lines.addAll(Files.readAllLines(file));
      }
    }
    return lines;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static SpendMetrics window() {
    return new SpendMetrics(
        "ACC1",
        "USD",
        "15_MIN",
        Instant.parse("2026-01-14T07:00:00Z"),
        Instant.parse("2026-01-14T07:15:00Z"),
        2L,
        new BigDecimal("5.10"),
        new BigDecimal("2.55"),
        new BigDecimal("-0.90"),
        new BigDecimal("6.00"));
  }
}
