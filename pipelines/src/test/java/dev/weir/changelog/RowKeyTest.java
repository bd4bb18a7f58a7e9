package dev.weir.changelog;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.card.Customer;
import dev.weir.card.CustomerDeletion;
import dev.weir.card.EnrichedTransaction;
import dev.weir.card.Transaction;
import dev.weir.cdc.StaleRow;
import dev.weir.encoding.RandomRecords;
import dev.weir.spend.SpendMetrics;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RowKeyTest {
  private static final int RUNS = Integer.getInteger("weir.runs", 100);
  private static final RowKey BY_WINDOW =
      RowKey.of("account_number", "currency", "window_type", "window_start");

  static Stream<Arguments> keys() {
    return Stream.of(
        Arguments.of(Transaction.class, RowKey.of("txn_id")),
        Arguments.of(EnrichedTransaction.class, RowKey.of("txn_id")),
        Arguments.of(SpendMetrics.class, BY_WINDOW),
        Arguments.of(Customer.class, RowKey.of("account_number")),
        Arguments.of(CustomerDeletion.class, RowKey.of("account_number")),
        Arguments.of(StaleRow.class, RowKey.of("source_table", "row_key")),
        // No key of a table, but columns of all other types.
        Arguments.of(StaleRow.class, RowKey.of("partition")),
        Arguments.of(Transaction.class, RowKey.of("timestamp", "amount")),
        Arguments.of(SpendMetrics.class, RowKey.of("total_amount")),
        Arguments.of(SpendMetrics.class, RowKey.of("min_amount", "window_end", "tx_count")));
  }

  @ParameterizedTest
  @MethodSource("keys")
  <T extends SpecificRecordBase> void aKeyIsReadBackAsTheRowOfADeletion(Class<T> type, RowKey key) {
    for (int seed = 0; seed < RUNS; seed++) {
      T row = new RandomRecords(seed).next(type);
      Map<String, Object> columns = new HashMap<>();
      key.columns().forEach(column -> columns.put(column, row.get(column)));

      T read = key.row(type, key.of(row));

      assertThat(
          "seed " + seed, read, is(RowChange.delete(type, columns, new Position(0, 0)).row()));
      assertThat("seed " + seed, key.of(read), is(key.of(row)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "A/USD/1_MIN, does not have the columns %s",
    "A/B/USD/1_MIN/2026-01-14T07:00:00Z, does not have the columns %s",
    "A%/USD/1_MIN/2026-01-14T07:00:00Z, is not in the form that the columns %s have in a key",
    "A/USD/1_MIN/2026-01-14T07:00:00.000Z, is not in the form that the columns %s have in a key"
  })
  void aStringThatIsNotAKeyIsRejected(String key, String problem) {
    assertThat(
        problem(BY_WINDOW, SpendMetrics.class, key),
        is("a key of SpendMetrics " + problem.replace("%s", BY_WINDOW.columns().toString())));
  }

  @Test
  void aValueThatIsNotOfItsColumnIsRejected() {
    assertThat(
        problem(BY_WINDOW, SpendMetrics.class, "A/USD/1_MIN/7"),
        is("the key column window_start is not an ISO-8601 time that fits timestamp-millis"));
    assertThat(
        problem(RowKey.of("tx_count"), SpendMetrics.class, "x7"),
        is("the key column tx_count is not a number of the type long"));
    assertThat(
        problem(RowKey.of("date_of_birth"), Customer.class, "x7"),
        is("the key column date_of_birth has a type that is not read from text"));
    // Another key of the same row would be a second identity.
    assertThat(
        problem(RowKey.of("tx_count"), SpendMetrics.class, "+7"),
        is("a key of SpendMetrics is not in the form that the columns [tx_count] have in a key"));
    assertThat(
        problem(RowKey.of("total_amount"), SpendMetrics.class, "7.0"),
        is(
            "a key of SpendMetrics is not in the form that the columns [total_amount] have in a key"));
  }

  private static String problem(RowKey key, Class<? extends SpecificRecordBase> type, String text) {
    return assertThrows(IllegalArgumentException.class, () -> key.row(type, text)).getMessage();
  }
}
