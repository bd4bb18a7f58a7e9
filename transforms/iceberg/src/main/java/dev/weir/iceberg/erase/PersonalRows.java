package dev.weir.iceberg.erase;

import dev.weir.iceberg.table.Erasure;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.types.Types.NestedField;

/** Decides which rows hold personal data of deleted persons, and removes it from them. */
public final class PersonalRows {
  private static final int NONE = -1;

  private final DeletedPersons persons;
  private final int person;
  private final int time;
  private final int[] personal;

  /**
   * @param columns the columns of the rows
   */
  PersonalRows(Erasure erasure, DeletedPersons persons, Schema columns) {
    this.persons = persons;
    this.person = place(columns, erasure.person());
    this.time = erasure.until() == null ? NONE : place(columns, erasure.until());
    this.personal = erasure.personal().stream().mapToInt(name -> place(columns, name)).toArray();
  }

  private static int place(Schema columns, String name) {
    List<NestedField> fields = columns.columns();
    return fields.indexOf(columns.asStruct().field(name));
  }

  /**
   * Returns whether the row is not newer than its person's deletion and holds any personal data.
   */
  public boolean mustBeErased(StructLike row) {
    Long deleted = persons.deletedAt(row.get(person, Object.class));
    if (deleted == null) {
      return false;
    }
    Long at = time == NONE ? null : row.get(time, Long.class);
    if (at != null && at > deleted) {
      return false;
    }
    for (int column : personal) {
      if (row.get(column, Object.class) != null) {
        return true;
      }
    }
    return false;
  }

  /** A view of the row with null for personal data; valid until the row changes. */
  public StructLike blank(StructLike row) {
    return new Blank(row);
  }

  private final class Blank implements StructLike {
    private final StructLike row;

    Blank(StructLike row) {
      this.row = row;
    }

    @Override
    public int size() {
      return row.size();
    }

    @Override
    public <T> T get(int place, Class<T> type) {
      for (int column : personal) {
        if (column == place) {
          return null;
        }
      }
      return row.get(place, type);
    }

    @Override
    public <T> void set(int place, T value) {
      throw new UnsupportedOperationException("the row is read-only");
    }
  }
}
