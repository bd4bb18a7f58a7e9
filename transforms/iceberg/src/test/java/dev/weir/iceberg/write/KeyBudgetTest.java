package dev.weir.iceberg.write;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.iceberg.commit.SinkId;
import dev.weir.iceberg.testing.MemoryTable;
import dev.weir.iceberg.testing.Payments;
import java.util.List;
import java.util.Random;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyBudgetTest {
  private static final long BYTES = 200_000;
  private static final int KEYS_OF_ONE = 2_048;

  private final KeyBudget budget = new KeyBudget(BYTES);

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void noTableOfKeysIsLargerThanItsShare(int writers) {
    for (int n = 0; n < writers; n++) {
      budget.join();
    }
    KnownRows rows = new KnownRows(budget);
    Random random = new Random(writers);
    RowFile file = new RowFile("file", null);
    for (int n = 0; n < 100_000; n++) {
      int key = random.nextInt(20_000);
      if (random.nextInt(4) == 0) {
        rows.remove(key, key);
      } else {
        rows.put(key, key, file, n);
      }
      assertThat(rows.bytes(), is(lessThanOrEqualTo(BYTES / writers)));
    }
  }

  @Test
  void writersShareTheBudget() {
    budget.join();
    assertThat(budget.keysPerGeneration(), is(KEYS_OF_ONE));
    budget.join();
    assertThat(budget.keysPerGeneration(), is(KEYS_OF_ONE / 2));
    budget.leave();
    assertThat(budget.keysPerGeneration(), is(KEYS_OF_ONE));
  }

  @Test
  void aWriterWhoseShareBecomesSmallerForgetsKeys() {
    budget.join();
    KnownRows rows = new KnownRows(budget);
    RowFile file = new RowFile("file", null);
    for (int key = 0; key < KEYS_OF_ONE; key++) {
      rows.put(key, key, file, key);
    }
    assertThat(rows.find(1, 1), is(true));
    budget.join();
    for (int key = 0; key <= KEYS_OF_ONE; key++) {
      rows.put(key, key, file, key);
    }

    assertThat(rows.find(1, 1), is(false));
  }

  @Test
  void aTableOfKeysThatBecameTooLargeShrinks() {
    budget.join();
    KnownRows rows = new KnownRows(budget);
    RowFile file = new RowFile("file", null);
    for (int key = 0; key < 2 * KEYS_OF_ONE; key++) {
      rows.put(key, key, file, key);
    }

    assertThat("there is room", rows.shrink(), is(false));
    budget.join();
    assertThat(rows.shrink(), is(true));
    assertThat(rows.bytes(), is(lessThanOrEqualTo(BYTES / 2)));
  }

  @Test
  void aWriterThatIsClosedLeavesOnceAndWritesNoMore() {
    Table table = MemoryTable.create(List.of("id"));
    budget.join();
    UpsertWriter<GenericRecord> writer =
        new UpsertWriter<>(
            table,
            new TableRows(table, Payments.SCHEMA),
            SinkId.fileNames(table, "sink"),
            false,
            10,
            new KeyMemory(table, "sink", budget));
    assertThat(budget.keysPerGeneration(), is(KEYS_OF_ONE));
    writer.begin(0, null);
    assertThat(budget.keysPerGeneration(), is(KEYS_OF_ONE / 2));

    writer.close();
    writer.close();

    assertThat(budget.keysPerGeneration(), is(KEYS_OF_ONE));
    budget.join();
    assertThat(budget.keysPerGeneration(), is(KEYS_OF_ONE / 2));
    assertThrows(IllegalStateException.class, () -> writer.begin(0, null));
  }
}
