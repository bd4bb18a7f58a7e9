package dev.weir.iceberg.table;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.UpdateProperties;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Defines whose personal data maintenance removes from a table, and from which columns. The persons
 * are the rows of a table of deletions in the same namespace. That table has the person column
 * under the same name, and the time of the deletion in {@value #DELETED_AT}. The erasure is stored
 * in the table's properties, so maintenance needs no other description of it.
 */
public final class Erasure implements Serializable {
  private static final long serialVersionUID = 1;

  /** The column of the table of deletions with the time of the deletion, a timestamp. */
  public static final String DELETED_AT = "deleted_at";

  private static final String PREFIX = "weir.erase.";
  private static final String DELETIONS = PREFIX + "deletions";
  private static final String PERSON = PREFIX + "person";
  private static final String PERSONAL = PREFIX + "personal";
  private static final String UNTIL = PREFIX + "until";
  private static final String ROWS = PREFIX + "rows";
  private static final String BLANK = "blank";
  private static final String KEEP = "keep";
  private static final Set<TypeID> PERSON_TYPES =
      Set.of(TypeID.STRING, TypeID.INTEGER, TypeID.LONG);

  /**
   * Collects counts but no bounds: a manifest outlives its files, and bounds would show their
   * values.
   */
  private static final String METRICS = "counts";

  private final String deletions;
  private final String person;
  private final ArrayList<String> personal;
  private final String until;
  private final boolean blanks;

  private Erasure(
      String deletions, String person, List<String> personal, String until, boolean blanks) {
    this.deletions = deletions;
    this.person = person;
    this.personal = new ArrayList<>(personal);
    this.until = until;
    this.blanks = blanks;
    if (personal.isEmpty()) {
      throw new IllegalArgumentException("an erasure needs at least one column");
    }
  }

  /**
   * Keeps the rows of deleted persons and erases the values of these columns.
   *
   * @param deletions name of the table of deletions, without the namespace
   * @param person the column that identifies the person of a row: a string, int or long
   * @param personal the columns that are set to null
   */
  public static Erasure blanking(String deletions, String person, String... personal) {
    return new Erasure(deletions, person, List.of(personal), null, true);
  }

  /**
   * Leaves it to the table's writers to delete the rows of deleted persons, and removes the values
   * of those rows from old files and from snapshots that still show them.
   *
   * @param deletions name of the table of deletions, without the namespace
   * @param person the column that identifies the person of a row: a string, int or long
   * @param personal the columns that hold personal data
   */
  public static Erasure ofHistory(String deletions, String person, String... personal) {
    return new Erasure(deletions, person, List.of(personal), null, false);
  }

  /**
   * Leaves rows unchanged that are newer than the deletion: they belong to a person who came back
   * under the same key.
   *
   * @param column the timestamp column with the time of a row
   */
  public Erasure until(String column) {
    return new Erasure(deletions, person, personal, column, blanks);
  }

  public String deletions() {
    return deletions;
  }

  public String person() {
    return person;
  }

  public List<String> personal() {
    return List.copyOf(personal);
  }

  /** The column with the time of a row; null if there is none. */
  public String until() {
    return until;
  }

  /** Returns whether live rows are changed. */
  public boolean blanks() {
    return blanks;
  }

  /**
   * Reads the erasure of a table; empty if it has none.
   *
   * @throws LedgerException if the table's properties are invalid, or its columns do not fit
   */
  public static Optional<Erasure> of(Table table) {
    Map<String, String> properties = table.properties();
    if (properties.keySet().stream().noneMatch(name -> name.startsWith(PREFIX))) {
      return Optional.empty();
    }
    for (String needed : List.of(DELETIONS, PERSON, PERSONAL, ROWS)) {
      if (!properties.containsKey(needed)) {
        throw new LedgerException("table " + table.name() + " has no property " + needed);
      }
    }
    String rows = properties.get(ROWS);
    if (!Set.of(BLANK, KEEP).contains(rows)) {
      throw new LedgerException(
          "table " + table.name() + " has " + ROWS + "=" + rows + "; set " + BLANK + " or " + KEEP);
    }
    Erasure erasure =
        new Erasure(
            properties.get(DELETIONS),
            properties.get(PERSON),
            List.of(properties.get(PERSONAL).split(",")),
            properties.get(UNTIL),
            rows.equals(BLANK));
    erasure.check(table);
    return Optional.of(erasure);
  }

  /** Sets the table's properties; commits only if they differ. */
  void setOn(Table table) {
    check(table);
    Map<String, String> wanted = properties();
    UpdateProperties update = table.updateProperties();
    boolean differs = false;
    for (Map.Entry<String, String> property : wanted.entrySet()) {
      if (!property.getValue().equals(table.properties().get(property.getKey()))) {
        update.set(property.getKey(), property.getValue());
        differs = true;
      }
    }
    for (String present : table.properties().keySet()) {
      if (present.startsWith(PREFIX) && !wanted.containsKey(present)) {
        update.remove(present);
        differs = true;
      }
    }
    if (differs) {
      update.commit();
      table.refresh();
    }
  }

  private Map<String, String> properties() {
    Map<String, String> properties = new TreeMap<>();
    properties.put(DELETIONS, deletions);
    properties.put(PERSON, person);
    properties.put(PERSONAL, String.join(",", personal));
    properties.put(ROWS, blanks ? BLANK : KEEP);
    if (until != null) {
      properties.put(UNTIL, until);
    }
    for (String column : personal) {
      properties.put(TableProperties.METRICS_MODE_COLUMN_CONF_PREFIX + column, METRICS);
    }
    return properties;
  }

  private void check(Table table) {
    checkPerson(table);
    if (until != null) {
      checkTime(table, until);
    }
    Schema schema = table.schema();
    for (String name : personal) {
      NestedField column = column(table, name);
      if (!column.type().isPrimitiveType()) {
        throw wrong(table, name, "is " + column.type() + "; only plain values are erased");
      }
      boolean inPartition =
          table.spec().fields().stream()
              .map(PartitionField::sourceId)
              .anyMatch(id -> id == column.fieldId());
      if (schema.identifierFieldIds().contains(column.fieldId()) || inPartition) {
        throw wrong(table, name, "is part of the key or the partitioning and cannot be erased");
      }
      if (blanks && column.isRequired()) {
        throw wrong(table, name, "is required and cannot be blanked");
      }
    }
  }

  /**
   * Returns the person column of this table or of the table of deletions.
   *
   * @throws LedgerException if the column is missing or is not a string, int or long
   */
  public NestedField checkPerson(Table table) {
    NestedField column = column(table, person);
    if (!PERSON_TYPES.contains(column.type().typeId())) {
      throw wrong(
          table, person, "is " + column.type() + "; a person must be a string, int or long");
    }
    return column;
  }

  /**
   * Returns a time column of this table or of the table of deletions.
   *
   * @throws LedgerException if the column is missing or is not a timestamp
   */
  public static NestedField checkTime(Table table, String name) {
    NestedField column = column(table, name);
    if (column.type().typeId() != TypeID.TIMESTAMP) {
      throw wrong(table, name, "is " + column.type() + ", not a timestamp");
    }
    return column;
  }

  private static NestedField column(Table table, String name) {
    NestedField column = table.schema().asStruct().field(name);
    if (column == null) {
      throw wrong(table, name, "is missing, and persons cannot be erased without it");
    }
    return column;
  }

  private static LedgerException wrong(Table table, String column, String what) {
    return new LedgerException("table " + table.name() + ": the column " + column + " " + what);
  }
}
