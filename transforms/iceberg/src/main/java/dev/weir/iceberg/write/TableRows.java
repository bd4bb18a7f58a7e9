package dev.weir.iceberg.write;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.NestedField;

/** Presents Avro records as rows of one table, with their columns, partition and primary key. */
public final class TableRows {
  private final Schema schema;
  private final RowView row;
  private final RowView placed;
  private final RowView key;
  private final Partitions partitions;
  private final org.apache.iceberg.Schema keySchema;
  private final GenericDatumWriter<IndexedRecord> encoding;
  private final Schema keyRecord;
  private final GenericDatumWriter<IndexedRecord> keyEncoding;
  private final ByteArrayOutputStream encoded = new ByteArrayOutputStream();
  private Schema checked;
  private BinaryEncoder encoder;

  public TableRows(Table table, Schema schema) {
    this.schema = schema;
    this.row = RowView.of(schema, table.schema().asStruct(), RowValues.UTF_8);
    this.placed = RowView.of(schema, table.schema().asStruct(), RowValues.STRINGS);
    this.keySchema = TypeUtil.select(table.schema(), table.schema().identifierFieldIds());
    this.key = RowView.of(schema, keySchema.asStruct(), RowValues.STRINGS);
    this.partitions = new Partitions(table);
    this.encoding = new AvroRowWriter(schema);
    this.keyRecord = keyRecord(schema, keySchema);
    this.keyEncoding = new AvroRowWriter(keyRecord);
  }

  /** The columns of the primary key, in the table's order. */
  org.apache.iceberg.Schema keySchema() {
    return keySchema;
  }

  /** The record as a row; valid until the next record. */
  RowView row(IndexedRecord record) {
    check(record);
    return row.show(record);
  }

  /** The record's primary key as a row of key columns; valid until the next record. */
  RowView key(IndexedRecord record) {
    check(record);
    return key.show(record);
  }

  /** The record's primary key, as a value that can be kept and compared. */
  Key keyValues(IndexedRecord record) {
    RowView view = key(record);
    Object[] values = new Object[view.size()];
    for (int n = 0; n < values.length; n++) {
      values[n] = view.get(n, Object.class);
    }
    return new Key(values, Arrays.hashCode(values));
  }

  /** A primary key, with its hash computed once. */
  record Key(Object[] values, int hash) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Key that && hash == that.hash && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  /** The partition that the record belongs to; it must not be modified. */
  PartitionKey partition(IndexedRecord record) {
    check(record);
    return partitions.of(placed.show(record));
  }

  /** A number that is the same for equal rows and almost certainly different for others. */
  long fingerprint(IndexedRecord record) {
    return fingerprint(encoding, record);
  }

  /** The fingerprint of the primary key alone. */
  long keyFingerprint(IndexedRecord record) {
    IndexedRecord only = new GenericData.Record(keyRecord);
    for (Schema.Field field : keyRecord.getFields()) {
      only.put(field.pos(), record.get(schema.getField(field.name()).pos()));
    }
    return fingerprint(keyEncoding, only);
  }

  private long fingerprint(GenericDatumWriter<IndexedRecord> writer, IndexedRecord record) {
    encoded.reset();
    encoder = EncoderFactory.get().directBinaryEncoder(encoded, encoder);
    try {
      writer.write(record, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return SchemaNormalization.fingerprint64(encoded.toByteArray());
  }

  private static Schema keyRecord(Schema schema, org.apache.iceberg.Schema key) {
    List<Schema.Field> fields = new ArrayList<>();
    for (NestedField column : key.columns()) {
      fields.add(new Schema.Field(column.name(), schema.getField(column.name()).schema()));
    }
    return Schema.createRecord("Key", null, "dev.weir.ledger", false, fields);
  }

  private void check(IndexedRecord record) {
    Schema actual = record.getSchema();
    if (actual != checked) {
      if (!schema.equals(actual)) {
        throw new IllegalArgumentException(
            "the sink expects rows with the schema " + schema + ", not " + actual);
      }
      checked = actual;
    }
  }
}
