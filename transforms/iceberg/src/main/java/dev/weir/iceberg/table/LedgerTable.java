package dev.weir.iceberg.table;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Describes a table as a job needs it: its catalog and name, the schema of its rows, its
 * partitioning and, for upserts, its primary key.
 */
public final class LedgerTable implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int TRIES = 5;

  private final LedgerCatalog catalog;
  private final String name;
  private final String rowSchema;
  private final Partitioning partitioning;
  private final ArrayList<String> key;
  private final Erasure erasure;

  private LedgerTable(
      LedgerCatalog catalog,
      String name,
      String rowSchema,
      Partitioning partitioning,
      List<String> key,
      Erasure erasure) {
    this.catalog = catalog;
    this.name = name;
    this.rowSchema = rowSchema;
    this.partitioning = partitioning;
    this.key = new ArrayList<>(key);
    this.erasure = erasure;
  }

  /**
   * An unpartitioned table without a primary key.
   *
   * @param name the table's full name, such as {@code bank.loan_decisions}
   * @param rows the Avro schema of the table's rows
   */
  public static LedgerTable of(LedgerCatalog catalog, String name, Schema rows) {
    return new LedgerTable(catalog, name, rows.toString(), Partitioning.none(), List.of(), null);
  }

  public LedgerTable partitionedBy(Partitioning parts) {
    return new LedgerTable(catalog, name, rowSchema, parts, key, erasure);
  }

  /**
   * @param columns the primary key; it must include the columns that the table is partitioned by,
   *     because a row that changed its partition could not be found there again
   */
  public LedgerTable withKey(String... columns) {
    return new LedgerTable(catalog, name, rowSchema, partitioning, List.of(columns), erasure);
  }

  /**
   * @param newErasure defines what maintenance removes from the table; it is stored in the table's
   *     properties
   */
  public LedgerTable withErasure(Erasure newErasure) {
    return new LedgerTable(catalog, name, rowSchema, partitioning, key, newErasure);
  }

  public String name() {
    return name;
  }

  public LedgerCatalog catalog() {
    return catalog;
  }

  public Schema rowSchema() {
    return new Schema.Parser().parse(rowSchema);
  }

  public List<String> key() {
    return List.copyOf(key);
  }

  /**
   * Prepares the table for rows of this schema: creates it if it is missing, and adds columns that
   * only the rows have.
   *
   * @throws LedgerException if the table differs in any other way, or cannot be reached
   */
  public Table prepare() {
    org.apache.iceberg.Schema wanted = withIdentifier(RowSchema.of(rowSchema()));
    partitioning.spec(wanted);
    try (OpenCatalog open = catalog.open()) {
      return OpenCatalog.orExplain(name, () -> prepare(open.catalog(), wanted));
    }
  }

  private Table prepare(Catalog open, org.apache.iceberg.Schema wanted) {
    for (int attempt = 1; ; attempt++) {
      try {
        return tryToPrepare(open, wanted);
      } catch (CommitFailedException | AlreadyExistsException e) {
        // Another job has created or changed the table in the meantime, perhaps in the same way.
        if (attempt == TRIES) {
          throw e;
        }
      }
    }
  }

  private Table tryToPrepare(Catalog open, org.apache.iceberg.Schema wanted) {
    TableIdentifier id = TableIdentifier.parse(name);
    if (!open.tableExists(id)) {
      try {
        create(open, id, wanted);
      } catch (RuntimeException e) {
        // If another job was faster, its table is checked like any other. Not every catalog throws
        // an AlreadyExistsException in this case: https://github.com/apache/iceberg/issues/13924
        if (!open.tableExists(id)) {
          throw e;
        }
      }
    }
    Table table = open.loadTable(id);
    checkSpec(table);
    checkKey(table);
    addColumns(table, wanted);
    if (erasure != null) {
      erasure.setOn(table);
    }
    return table;
  }

  private void create(Catalog open, TableIdentifier id, org.apache.iceberg.Schema wanted) {
    if (open instanceof SupportsNamespaces namespaces
        && !id.namespace().isEmpty()
        && !namespaces.namespaceExists(id.namespace())) {
      try {
        namespaces.createNamespace(id.namespace());
      } catch (RuntimeException e) {
        // Another job may have created it in the meantime.
        if (!namespaces.namespaceExists(id.namespace())) {
          throw e;
        }
      }
    }
    open.createTable(
        id,
        wanted,
        partitioning.spec(wanted),
        Map.of(
            TableProperties.FORMAT_VERSION,
            "2",
            TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED,
            "true"));
  }

  private org.apache.iceberg.Schema withIdentifier(org.apache.iceberg.Schema schema) {
    if (!key.isEmpty() && !key.containsAll(partitioning.columns())) {
      throw new LedgerException(
          "table "
              + name
              + ": the primary key "
              + key
              + " must contain the columns of the partitioning '"
              + partitioning
              + "'");
    }
    for (String column : key) {
      NestedField field = schema.asStruct().field(column);
      if (field == null) {
        throw new LedgerException("table " + name + ": its rows have no key column " + column);
      }
      if (field.type().typeId() == TypeID.FIXED) {
        // Iceberg's delete readers, which all engines share, reuse one array for all keys.
        throw new LedgerException(
            "table "
                + name
                + ": the key column "
                + column
                + " is "
                + field.type()
                + "; Iceberg would apply only one of several deletes by such a key; use bytes");
      }
    }
    try {
      return key.isEmpty()
          ? schema
          : new org.apache.iceberg.Schema(
              schema.columns(),
              key.stream().map(c -> schema.findField(c).fieldId()).collect(Collectors.toSet()));
    } catch (IllegalArgumentException e) {
      throw new LedgerException("table " + name + ": " + e.getMessage(), e);
    }
  }

  private void checkSpec(Table table) {
    if (!isPartitionedAsWanted(table)) {
      List<String> present =
          table.spec().fields().stream()
              .map(f -> f.transform() + "(" + table.schema().findColumnName(f.sourceId()) + ")")
              .toList();
      throw new LedgerException(
          "table "
              + name
              + " is partitioned by "
              + present
              + ", but the job requires ["
              + partitioning
              + "]; change the job or create a new table");
    }
  }

  private boolean isPartitionedAsWanted(Table table) {
    try {
      return partitioning.spec(table.schema()).compatibleWith(table.spec());
    } catch (LedgerException e) {
      // A column of the partitioning is missing from the table or has another type.
      return false;
    }
  }

  private void checkKey(Table table) {
    Set<String> present = table.schema().identifierFieldNames();
    if (!present.equals(Set.copyOf(key))) {
      throw new LedgerException(
          "table " + name + " has the primary key " + present + ", but the job requires " + key);
    }
    if (!key.isEmpty() && TableUtil.formatVersion(table) < 2) {
      throw new LedgerException(
          "table "
              + name
              + " has format version 1, which does not support deletes; upgrade it to 2");
    }
  }

  private void addColumns(Table table, org.apache.iceberg.Schema wanted) {
    UpdateSchema update = table.updateSchema();
    boolean gained = false;
    for (NestedField column : wanted.columns()) {
      NestedField present = table.schema().findField(column.name());
      if (present == null) {
        update.addColumn(column.name(), column.type(), column.doc());
        gained = true;
      } else {
        checkColumn(present, column);
      }
    }
    for (NestedField present : table.schema().columns()) {
      if (wanted.findField(present.name()) == null) {
        throw new LedgerException(
            "table " + name + " has a column " + present.name() + " that the rows do not have");
      }
    }
    if (gained) {
      update.commit();
      // Refresh now, while the catalog is open.
      table.refresh();
    }
  }

  private void checkColumn(NestedField present, NestedField wanted) {
    boolean sameType = plain(present.type()).equals(plain(wanted.type()));
    if (!sameType || (present.isRequired() && wanted.isOptional())) {
      throw new LedgerException(
          "table "
              + name
              + ", column "
              + present.name()
              + " is "
              + (present.isOptional() ? "optional " : "required ")
              + present.type()
              + ", but the rows have "
              + (wanted.isOptional() ? "optional " : "required ")
              + wanted.type());
    }
  }

  /** The type without the documentation and the table-specific ids of nested fields. */
  private static Type plain(Type type) {
    return switch (type.typeId()) {
      case STRUCT -> {
        List<NestedField> fields = new ArrayList<>();
        for (NestedField field : type.asStructType().fields()) {
          fields.add(
              NestedField.builder()
                  .withId(fields.size())
                  .isOptional(field.isOptional())
                  .withName(field.name())
                  .ofType(plain(field.type()))
                  .build());
        }
        yield Types.StructType.of(fields);
      }
      case LIST -> {
        Types.ListType list = type.asListType();
        Type element = plain(list.elementType());
        yield list.isElementOptional()
            ? Types.ListType.ofOptional(0, element)
            : Types.ListType.ofRequired(0, element);
      }
      case MAP -> {
        Types.MapType map = type.asMapType();
        Type key = plain(map.keyType());
        Type value = plain(map.valueType());
        yield map.isValueOptional()
            ? Types.MapType.ofOptional(0, 1, key, value)
            : Types.MapType.ofRequired(0, 1, key, value);
      }
      default -> type;
    };
  }
}
