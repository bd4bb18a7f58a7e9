package dev.weir.iceberg.testing;

import dev.weir.changelog.Position;
import dev.weir.changelog.RowChange;
import dev.weir.iceberg.commit.SinkId;
import dev.weir.iceberg.commit.WrittenFiles;
import dev.weir.iceberg.maintain.MaintainTable;
import dev.weir.iceberg.maintain.MaintenanceRules;
import dev.weir.iceberg.table.Erasure;
import dev.weir.iceberg.table.LedgerCatalog;
import dev.weir.iceberg.table.LedgerTable;
import dev.weir.iceberg.write.LedgerWriter;
import dev.weir.iceberg.write.Rows;
import dev.weir.iceberg.write.TableRows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;

/** Tables of a bank: its customers, their payments and the deleted customers. */
public final class Customers {
  public static final long NOON = 1_767_268_800_000L;
  public static final long DAY = 86_400_000;
  public static final String CUSTOMERS = "bank.customers";
  public static final String PAID = "bank.enriched_transactions";
  public static final String DELETIONS = "bank.customer_deletions";

  /** Not longer than the bounds that Iceberg keeps by default. */
  public static final List<String> ALICE =
      List.of("Alicia Vanish", "alicia@gone.test", "+99 555 0142", "Nowhereville");

  public static final List<String> BOB =
      List.of("Bob Remains", "bob@stays.test", "+99 555 0199", "Staytown");

  private static final Schema TIME =
      LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG));

  private static final Schema CUSTOMER =
      SchemaBuilder.record("Customer")
          .fields()
          .requiredString("account_number")
          .requiredString("customer_name")
          .optionalString("email")
          .optionalString("phone_number")
          .optionalString("city")
          .name("created_at")
          .type(Schema.createUnion(Schema.create(Schema.Type.NULL), TIME))
          .noDefault()
          .endRecord();

  private static final Schema PAYMENT =
      SchemaBuilder.record("Enriched")
          .fields()
          .requiredString("txn_id")
          .requiredString("account_number")
          .name("timestamp")
          .type(TIME)
          .noDefault()
          .requiredLong("cents")
          .optionalString("customer_name")
          .optionalString("email")
          .optionalString("city")
          .endRecord();

  private static final Schema DELETION =
      SchemaBuilder.record("Deletion")
          .fields()
          .requiredString("account_number")
          .name("deleted_at")
          .type(TIME)
          .noDefault()
          .endRecord();

  private final LedgerCatalog catalog;

  public Customers(Path folder) {
    this.catalog = LedgerCatalog.inFolder(folder);
  }

  public LedgerTable plainCustomers() {
    return LedgerTable.of(catalog, CUSTOMERS, CUSTOMER).withKey("account_number");
  }

  public LedgerTable customers() {
    return plainCustomers()
        .withErasure(
            Erasure.ofHistory(
                    "customer_deletions",
                    "account_number",
                    "customer_name",
                    "email",
                    "phone_number",
                    "city")
                .until("created_at"));
  }

  public LedgerTable plainPaid() {
    return LedgerTable.of(catalog, PAID, PAYMENT).withKey("txn_id");
  }

  public LedgerTable paid() {
    return plainPaid()
        .withErasure(
            Erasure.blanking(
                    "customer_deletions", "account_number", "customer_name", "email", "city")
                .until("timestamp"));
  }

  public LedgerTable deletions() {
    return LedgerTable.of(catalog, DELETIONS, DELETION).withKey("account_number");
  }

  public MaintainTable maintain(String table, MaintenanceRules rules) {
    return MaintainTable.of(catalog, table, rules);
  }

  /**
   * @param person name, e-mail, phone and city
   * @param created null for not known
   */
  public static RowChange<GenericRecord> customer(
      String account, List<String> person, Long created) {
    GenericRecord row = new GenericData.Record(CUSTOMER);
    row.put("account_number", account);
    row.put("customer_name", person.get(0));
    row.put("email", person.get(1));
    row.put("phone_number", person.get(2));
    row.put("city", person.get(3));
    row.put("created_at", created);
    return RowChange.upsert(row, new Position(0, 0));
  }

  public static RowChange<GenericRecord> gone(RowChange<GenericRecord> change) {
    return RowChange.delete(change.row(), new Position(0, 0));
  }

  /**
   * @param person name, e-mail, phone and city; null for nothing known
   */
  public static RowChange<GenericRecord> payment(
      String id, String account, List<String> person, long cents, long at) {
    GenericRecord row = new GenericData.Record(PAYMENT);
    row.put("txn_id", id);
    row.put("account_number", account);
    row.put("timestamp", at);
    row.put("cents", cents);
    if (person != null) {
      row.put("customer_name", person.get(0));
      row.put("email", person.get(1));
      row.put("city", person.get(3));
    }
    return RowChange.upsert(row, new Position(0, 0));
  }

  public static RowChange<GenericRecord> deletion(String account, long at) {
    GenericRecord row = new GenericData.Record(DELETION);
    row.put("account_number", account);
    row.put("deleted_at", at);
    return RowChange.upsert(row, new Position(0, 0));
  }

  /** One commit. */
  @SafeVarargs
  @SuppressWarnings("varargs")
  public static void commit(Table table, RowChange<GenericRecord>... changes) {
    PlainCommit.of(table, write(table, "live", changes));
  }

  /** Files that are not committed yet. */
  @SafeVarargs
  @SuppressWarnings("varargs")
  public static List<WrittenFiles> write(
      Table table, String sinkId, RowChange<GenericRecord>... changes) {
    TableRows rows = new TableRows(table, changes[0].row().getSchema());
    try (LedgerWriter<RowChange<GenericRecord>> writer =
        new Rows.Changed<GenericRecord>()
            .writer(table, rows, SinkId.fileNames(table, sinkId), false)) {
      for (RowChange<GenericRecord> change : changes) {
        writer.add(0, change);
      }
      return writer.finish();
    }
  }

  /** Cents, name, e-mail and city of each payment. */
  public static Map<String, List<Object>> payments(Table table) {
    Map<String, List<Object>> payments = new TreeMap<>();
    for (Record row : MemoryTable.read(table)) {
      List<Object> values = new ArrayList<>();
      for (String column : List.of("cents", "customer_name", "email", "city")) {
        values.add(row.getField(column));
      }
      if (payments.put(row.getField("txn_id").toString(), values) != null) {
        throw new AssertionError("a payment is in the table twice");
      }
    }
    return payments;
  }
}
