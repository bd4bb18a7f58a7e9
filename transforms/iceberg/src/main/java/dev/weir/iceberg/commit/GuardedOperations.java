package dev.weir.iceberg.commit;

import java.util.Objects;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.exceptions.CleanableFailure;

/**
 * A table's operations that commit only while a property has the value the commit was planned with.
 * Iceberg repeats a commit on top of what others have committed in between; here that includes this
 * sink's own commit whose response was lost, and must not be repeated.
 */
final class GuardedOperations extends ForwardingOperations {
  private final String property;
  private final String expected;

  /** Somebody has changed the property; the commit was not made, and has to be planned anew. */
  static final class Moved extends RuntimeException implements CleanableFailure {
    private static final long serialVersionUID = 1;

    Moved(String property) {
      super(property + " was changed by another commit");
    }
  }

  /**
   * @param expected null where the property must not be set
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
