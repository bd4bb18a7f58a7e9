package dev.weir.iceberg.erase;

import dev.weir.iceberg.read.LiveRows;
import dev.weir.iceberg.table.Erasure;
import dev.weir.iceberg.table.LedgerException;
import dev.weir.iceberg.table.OpenCatalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;

/** The deleted persons, each with the time of the last deletion, as of the moment of reading. */
public final class DeletedPersons {
  private final Map<Object, Long> deleted;
  private final Optional<String> skipReason;

  private DeletedPersons(Map<Object, Long> deleted, Optional<String> skipReason) {
    this.deleted = deleted;
    this.skipReason = skipReason;
  }

  /**
   * @param name the full name of the table to erase from
   * @param table the table to erase from
   * @throws LedgerException if the table of deletions lacks a column or has one of the wrong type
   */
  public static DeletedPersons read(OpenCatalog open, String name, Table table, Erasure erasure) {
    TableIdentifier id =
        TableIdentifier.of(TableIdentifier.parse(name).namespace(), erasure.deletions());
    Table deletions;
    try {
      deletions = open.catalog().loadTable(id);
    } catch (NoSuchTableException e) {
      return new DeletedPersons(Map.of(), Optional.of("table " + id + " does not exist"));
    }
    return new DeletedPersons(
        deletions(deletions, erasure, erasure.checkPerson(table).type()), Optional.empty());
  }

  private static Map<Object, Long> deletions(Table deletions, Erasure erasure, Type type) {
    NestedField person = erasure.checkPerson(deletions);
    if (!person.type().equals(type)) {
      throw new LedgerException(
          "table "
              + deletions.name()
              + ": the column "
              + person.name()
              + " is "
              + person.type()
              + ", but in the table to erase from it is "
              + type);
    }
    NestedField time = Erasure.checkTime(deletions, Erasure.DELETED_AT);
    Map<Object, Long> last = new HashMap<>();
    if (deletions.currentSnapshot() == null) {
      return last;
    }
    List<FileScanTask> tasks = new ArrayList<>();
    try (CloseableIterable<FileScanTask> planned = deletions.newScan().planFiles()) {
      planned.forEach(tasks::add);
      LiveRows live =
          new LiveRows(
              deletions.io(), deletions.specs(), deletions.schema(), List.of(person, time), tasks);
      for (FileScanTask task : tasks) {
        try (CloseableIterable<StructLike> rows = live.of(task)) {
          for (StructLike row : rows) {
            Long at = row.get(1, Long.class);
            last.merge(row.get(0, Object.class), at == null ? Long.MAX_VALUE : at, Math::max);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return last;
  }

  public Set<Object> all() {
    return deleted.keySet();
  }

  /** Returns when a person was last deleted, in epoch microseconds; null if never. */
  Long deletedAt(Object person) {
    return person == null ? null : deleted.get(person);
  }

  /** The reason why the deletions could not be read; empty if they were. */
  public Optional<String> skipReason() {
    return skipReason;
  }
}
