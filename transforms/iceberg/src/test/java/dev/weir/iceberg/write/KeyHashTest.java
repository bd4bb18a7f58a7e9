package dev.weir.iceberg.write;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import dev.weir.iceberg.table.RowSchema;
import dev.weir.iceberg.testing.EveryColumn;
import dev.weir.iceberg.testing.EveryColumn.Column;
import dev.weir.iceberg.testing.EveryColumn.Value;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class KeyHashTest {

  static Stream<Arguments> keys() {
    return EveryColumn.PLAIN.stream()
        // Keys of other types are rejected.
        .filter(column -> !List.of("narrow", "wide", "four").contains(column.name()))
        .map(column -> Arguments.of(column.name(), column));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("keys")
  void itIsTheSameForBothFormsOfAValueAndDifferentForOtherValues(String name, Column column) {
    Set<KeyHash> hashes = new HashSet<>();
    for (Value value : column.values()) {
      KeyHash hash = ofColumn(column, value.converted());
      assertThat(value.toString(), ofColumn(column, value.raw()), is(hash));
      hashes.add(hash);
    }

    assertThat(hashes, hasSize(column.values().size()));
  }

  @Test
  void itIsDifferentIfTheSameCharactersAreOtherValues() {
    Set<KeyHash> hashes = new HashSet<>();
    List<Object[]> keys =
        List.of(
            new Object[] {"ab", "c"},
            new Object[] {"a", "bc"},
            new Object[] {"abc", ""},
            new Object[] {"", "abc"},
            new Object[] {"abc", null},
            new Object[] {null, "abc"});
    keys.forEach(key -> hashes.add(KeyHash.of(0, key)));

    assertThat(hashes, hasSize(keys.size()));
  }

  @Test
  void itIsDifferentForAnotherSalt() {
    Object[] key = {"p1", 5L};

    assertThat(KeyHash.of(1, key), is(KeyHash.of(1, key)));
    assertThat(KeyHash.of(1, key), is(not(KeyHash.of(2, key))));
  }

  private static KeyHash ofColumn(Column column, Object value) {
    Schema schema =
        SchemaBuilder.record("Keyed")
            .fields()
            .name("k")
            .type(column.type())
            .noDefault()
            .endRecord();
    GenericRecord row = new GenericData.Record(schema);
    row.put("k", value);
    RowView view = RowView.of(schema, RowSchema.of(schema).asStruct(), RowValues.STRINGS);
    return KeyHash.of(0, new Object[] {view.show(row).get(0, Object.class)});
  }
}
