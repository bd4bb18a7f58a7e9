package dev.weir.iceberg.commit;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.exceptions.CleanableFailure;

/**
 * A table's operations that commit only while the table is as the commit was planned for: a
 * property has the same value, a table without rows still has none, and what the files assume of
 * the table is still true. Iceberg retries a commit on top of what others have committed in the
 * meantime. Here that may include this sink's own commit whose response was lost, which must not be
 * repeated.
 */
final class GuardedOperations extends ForwardingOperations {
  private final String property;
  private final String expected;
  private final List<Predicate<TableMetadata>> required = new ArrayList<>();
  private final Set<Long> tried = new HashSet<>();
  private boolean onlyIfEmpty;

  /** Another commit has changed the table; this commit was not made and must be planned again. */
  static final class Moved extends RuntimeException implements CleanableFailure {
    private static final long serialVersionUID = 1;

    Moved(String what) {
      this(what, null);
    }

    Moved(String what, Throwable cause) {
      super(what + " by another commit", cause);
    }
  }

  /**
   * An earlier try was made although the catalog reported that it failed, for example because the
   * catalog's client repeated it. Nothing of it may be deleted.
   */
  static final class Landed extends RuntimeException {
    private static final long serialVersionUID = 1;

    Landed(long snapshot) {
      super("snapshot " + snapshot + " is in the table");
    }
  }

  /**
   * @param expected the value the commit was planned with; null if the property must not be set
   */
  GuardedOperations(TableOperations operations, String property, String expected) {
    super(operations);
    this.property = property;
    this.expected = expected;
  }

  /** Commits only if the table has no rows. */
  void onlyIfEmpty() {
    onlyIfEmpty = true;
  }

  /** Commits only on top of metadata for which this holds. */
  void require(Predicate<TableMetadata> condition) {
    required.add(condition);
  }

  /** Returns whether a table has no rows. */
  static boolean isEmpty(Snapshot current) {
    return current == null
        || (current.summary() != null
            && "0".equals(current.summary().get(SnapshotSummary.TOTAL_DATA_FILES_PROP)));
  }

  @Override
  public void commit(TableMetadata base, TableMetadata metadata) {
    for (long snapshot : tried) {
      if (base.snapshot(snapshot) != null) {
        throw new Landed(snapshot);
      }
    }
    if (!Objects.equals(base.property(property, null), expected)) {
      throw new Moved(property + " was changed");
    }
    if (onlyIfEmpty && !isEmpty(base.currentSnapshot())) {
      throw new Moved("rows were added");
    }
    if (!required.stream().allMatch(condition -> condition.test(base))) {
      throw new Moved("what the files assume of the table was changed");
    }
    if (metadata.currentSnapshot() != null) {
      tried.add(metadata.currentSnapshot().snapshotId());
    }
    operations.commit(base, metadata);
  }
}
