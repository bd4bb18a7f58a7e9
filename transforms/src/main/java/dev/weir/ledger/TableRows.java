package dev.weir.ledger;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.TypeUtil;

/** Avro records as rows of one table: their columns, their partition, their primary key. */
final class TableRows {
  private final Schema schema;
  private final RowView row;
  private final RowView key;
  private final PartitionKey partition;
  private final org.apache.iceberg.Schema keySchema;
  private final GenericDatumWriter<IndexedRecord> encoding;
  private final ByteArrayOutputStream encoded = new ByteArrayOutputStream();
  private Schema checked;
  private BinaryEncoder encoder;

  TableRows(Table table, Schema schema) {
    this.schema = schema;
    this.row = RowView.of(schema, table.schema().asStruct());
    this.keySchema = TypeUtil.select(table.schema(), table.schema().identifierFieldIds());
    this.key = RowView.of(schema, keySchema.asStruct());
    this.partition = new PartitionKey(table.spec(), table.schema());
    this.encoding = new GenericDatumWriter<>(schema, new SpecificData());
  }

  /** The columns of the primary key, in the table's order. */
  org.apache.iceberg.Schema keySchema() {
    return keySchema;
  }

  /** The record as a row, until the next record. */
  RowView row(IndexedRecord record) {
    check(record);
    return row.show(record);
  }

  /** The record's primary key as a row of key columns, until the next record. */
  RowView key(IndexedRecord record) {
    check(record);
    return key.show(record);
  }

  /** The record's primary key, to keep and compare. */
  List<Object> keyValues(IndexedRecord record) {
    RowView view = key(record);
    Object[] values = new Object[view.size()];
    for (int n = 0; n < values.length; n++) {
      values[n] = view.get(n, Object.class);
    }
    return Arrays.asList(values);
  }

  /** The partition the record belongs to, until the next record. */
  PartitionKey partition(IndexedRecord record) {
    partition.partition(row(record));
    return partition;
  }

  /** A number that equal rows share and others, in all likelihood, do not. */
  long fingerprint(IndexedRecord record) {
    encoded.reset();
    encoder = EncoderFactory.get().directBinaryEncoder(encoded, encoder);
    try {
      encoding.write(record, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return SchemaNormalization.fingerprint64(encoded.toByteArray());
  }

  private void check(IndexedRecord record) {
    Schema actual = record.getSchema();
    if (actual != checked) {
      if (!schema.equals(actual)) {
        throw new IllegalArgumentException(
            "the sink was told of rows like " + schema + " and got one of " + actual);
      }
      checked = actual;
    }
  }
}
