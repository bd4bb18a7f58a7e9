package dev.weir.iceberg.testing;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.data.Record;

/** Rows for tests: a payment has an id, an account, an amount in cents and a time. */
public final class Payments {
  public static final Schema SCHEMA =
      SchemaBuilder.record("Payment")
          .fields()
          .requiredString("id")
          .requiredString("account")
          .requiredLong("cents")
          .name("ts")
          .type(LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG)))
          .noDefault()
          .endRecord();

  private Payments() {}

  public static GenericRecord payment(String id, String account, long cents, long ts) {
    GenericRecord row = new GenericData.Record(SCHEMA);
    row.put("id", id);
    row.put("account", account);
    row.put("cents", cents);
    row.put("ts", ts);
    return row;
  }

  /** Cents by id; an id that is there twice is an error. */
  public static Map<String, Long> centsById(Iterable<Record> rows) {
    Map<String, Long> cents = new TreeMap<>();
    for (Record row : rows) {
      String id = row.getField("id").toString();
      if (cents.put(id, (Long) row.getField("cents")) != null) {
        throw new AssertionError(id + " is in the table twice");
      }
    }
    return cents;
  }

  static String describe(Map<String, Long> cents) {
    return cents.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .collect(Collectors.joining(" "));
  }
}
