package dev.weir.iceberg.table;

import java.io.Serializable;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.SerializableTable;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.encryption.PlaintextEncryptionManager;
import org.apache.iceberg.io.FileIO;

/**
 * A read-only copy of a table that travels with a job: name, columns, partitioning, location and
 * properties. It has no access to the table's files, which would need the catalog's secrets, or
 * those that the catalog issued for this table; each process gets that access from the catalog
 * ({@link #open}). The copy is encoded once, and decoded only where it is used, because a runner
 * may serialize a step again for every bundle.
 */
public final class TableCopy implements Serializable {
  private static final long serialVersionUID = 2;

  private final LedgerCatalog catalog;
  private final String name;
  private final byte[] encoded;
  private transient volatile Table table;

  private TableCopy(LedgerCatalog catalog, String name, byte[] encoded) {
    this.catalog = catalog;
    this.name = name;
    this.encoded = encoded;
  }

  /**
   * Copies a table as it is now; its catalog may be closed afterwards.
   *
   * @param name the table's full name in the catalog
   * @throws LedgerException if the table's files are encrypted by Iceberg
   */
  public static TableCopy of(LedgerCatalog catalog, String name, Table table) {
    if (!(table.encryption() instanceof PlaintextEncryptionManager)) {
      throw new LedgerException(
          "table "
              + name
              + " is encrypted by Iceberg, which is not supported; use the encryption of its"
              + " storage");
    }
    return new TableCopy(catalog, name, SerializableUtils.serializeToByteArray(new Copied(table)));
  }

  /** The table, which can neither be changed nor refreshed, and whose files are not accessible. */
  public Table table() {
    Table decoded = table;
    if (decoded == null) {
      decoded = decoded();
      table = decoded;
    }
    return decoded;
  }

  private Copied decoded() {
    return (Copied) SerializableUtils.deserializeFromByteArray(encoded, "a table");
  }

  /**
   * Returns the table with access to its files, which this process gets from the catalog; the
   * caller must close it.
   *
   * @throws LedgerException if the catalog cannot be reached or no longer has the table
   */
  public OpenTable open() {
    Copied copy = decoded();
    OpenTable open = OpenTable.of(catalog, name);
    try {
      copy.files = open.table().io();
      return open.as(copy);
    } catch (RuntimeException | Error e) {
      open.close();
      throw e;
    }
  }

  private static final class Copied extends SerializableTable {
    private static final long serialVersionUID = 1;

    private transient FileIO files;

    Copied(Table table) {
      super(new WithoutFiles(((HasTableOperations) table).operations(), table.name()));
    }

    @Override
    public FileIO io() {
      return files;
    }
  }

  /** Keeps access to files, and what it is made of, out of a copy. */
  private static final class WithoutFiles extends BaseTable {
    private static final long serialVersionUID = 1;

    WithoutFiles(TableOperations operations, String name) {
      super(operations, name);
    }

    @Override
    public FileIO io() {
      return null;
    }

    @Override
    public EncryptionManager encryption() {
      return PlaintextEncryptionManager.instance();
    }
  }
}
