package dev.weir.iceberg.table;

import java.io.Serializable;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.iceberg.SerializableTable;
import org.apache.iceberg.Table;

/**
 * A read-only copy of a table that travels with a job. It is encoded once, and decoded only where
 * it is used: a runner may serialize a step again for every bundle, and a table on Hadoop's file
 * systems holds all of Hadoop's settings.
 */
public final class TableCopy implements Serializable {
  private static final long serialVersionUID = 1;

  private final byte[] encoded;
  private transient volatile Table table;

  private TableCopy(byte[] encoded) {
    this.encoded = encoded;
  }

  /** Copies a table as it is now; its catalog may be closed afterwards. */
  public static TableCopy of(Table table) {
    return new TableCopy(
        SerializableUtils.serializeToByteArray((Serializable) SerializableTable.copyOf(table)));
  }

  /** The table, which can neither be changed nor refreshed. */
  public Table table() {
    Table decoded = table;
    if (decoded == null) {
      decoded = (Table) SerializableUtils.deserializeFromByteArray(encoded, "a table");
      table = decoded;
    }
    return decoded;
  }
}
