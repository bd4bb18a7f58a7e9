package dev.weir.iceberg.write;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.sameInstance;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.iceberg.table.RowSchema;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.util.Utf8;
import org.junit.jupiter.api.Test;

class RowViewTest {

  @Test
  void aViewShowsTheColumnsOfTheTableInTheTablesOrder() {
    Schema rows =
        SchemaBuilder.record("R").fields().requiredInt("a").requiredString("b").endRecord();
    Schema table =
        SchemaBuilder.record("T")
            .fields()
            .requiredString("b")
            .optionalString("absent")
            .requiredInt("a")
            .endRecord();
    GenericRecord row = new GenericData.Record(rows);
    row.put("a", 5);
    row.put("b", new Utf8("text"));
    RowView view = RowView.of(rows, RowSchema.of(table).asStruct(), RowValues.STRINGS);

    assertThat(view.show(row), is(sameInstance(view)));
    assertThat(view.size(), is(3));
    assertThat(view.get(0, CharSequence.class), is("text"));
    assertThat(view.get(1, CharSequence.class), is(nullValue()));
    assertThat(view.get(2, Integer.class), is(5));
    assertThrows(UnsupportedOperationException.class, () -> view.set(0, "other"));
  }

  @Test
  void aCopiedViewKeepsItsRecord() {
    Schema rows = SchemaBuilder.record("R").fields().requiredInt("a").endRecord();
    GenericRecord one = new GenericData.Record(rows);
    one.put("a", 1);
    GenericRecord two = new GenericData.Record(rows);
    two.put("a", 2);
    RowView view = RowView.of(rows, RowSchema.of(rows).asStruct(), RowValues.STRINGS);

    RowView copy = view.copyFor(one);
    view.show(two);

    assertThat(copy.get(0, Integer.class), is(1));
    assertThat(view.get(0, Integer.class), is(2));
  }
}
