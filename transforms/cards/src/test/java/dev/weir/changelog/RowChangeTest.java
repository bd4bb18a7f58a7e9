package dev.weir.changelog;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.card.Customer;
import dev.weir.card.EnrichedTransaction;
import dev.weir.card.Transaction;
import dev.weir.card.TransactionVersion;
import dev.weir.cdc.StaleRow;
import dev.weir.encoding.SingleObjectCoder;
import java.io.IOException;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.beam.sdk.util.CoderUtils;
import org.junit.jupiter.api.Test;

class RowChangeTest {
  private static final Position POSITION = new Position(7, 1);

  @Test
  void aDeleteByKeyCarriesItsKey() throws IOException {
    assertTravels(Transaction.class, Map.of("txn_id", "t1"));
    assertTravels(EnrichedTransaction.class, Map.of("txn_id", "t1"));
    assertTravels(Customer.class, Map.of("account_number", "ACC1"));
    assertTravels(StaleRow.class, Map.of("source_table", "transactions", "row_key", "t1"));
  }

  @Test
  void aKeyNeedsColumnsOfItsRow() {
    Map<String, String> key = Map.of("id", "t1");

    assertThrows(
        AvroRuntimeException.class, () -> RowChange.delete(Transaction.class, key, POSITION));
  }

  @Test
  void aRowWithAColumnThatHasNoBlankValueIsRejected() {
    Map<String, String> key = Map.of("txn_id", "t1");

    assertThrows(
        IllegalArgumentException.class,
        () -> RowChange.delete(TransactionVersion.class, key, POSITION));
  }

  private static <T extends SpecificRecordBase> void assertTravels(
      Class<T> type, Map<String, String> key) throws IOException {
    RowChangeCoder<T> coder = RowChangeCoder.of(SingleObjectCoder.of(type));
    RowChange<T> change = RowChange.delete(type, key, POSITION);

    RowChange<T> back =
        CoderUtils.decodeFromByteArray(coder, CoderUtils.encodeToByteArray(coder, change));

    assertThat(back, is(change));
    assertThat(back.delete(), is(true));
    key.forEach((column, value) -> assertThat(back.row().get(column), is(value)));
  }
}
