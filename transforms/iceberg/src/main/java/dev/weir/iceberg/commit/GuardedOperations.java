package dev.weir.iceberg.commit;

import java.util.Objects;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.exceptions.CleanableFailure;

/**
 * A table's operations that commit only while a property has the value that the commit was planned
 * with. Iceberg retries a commit on top of what others have committed in the meantime. Here that
 * may include this sink's own commit whose response was lost, which must not be repeated.
 */
final class GuardedOperations extends ForwardingOperations {
  private final String property;
  private final String expected;

  /**
   * Another commit has changed the property; this commit was not made and must be planned again.
   */
  static final class Moved extends RuntimeException implements CleanableFailure {
    private static final long serialVersionUID = 1;

    Moved(String property) {
      super(property + " was changed by another commit");
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

  @Override
  public void commit(TableMetadata base, TableMetadata metadata) {
    if (!Objects.equals(base.property(property, null), expected)) {
      throw new Moved(property);
    }
    operations.commit(base, metadata);
  }
}
