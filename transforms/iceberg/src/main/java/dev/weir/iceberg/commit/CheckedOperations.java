package dev.weir.iceberg.commit;

import java.util.function.Consumer;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;

/** A table's operations that have a change looked at before they commit it. */
public final class CheckedOperations extends ForwardingOperations {
  private final Consumer<TableMetadata> check;

  /**
   * @param check throws where what it is given must not be committed
   */
  public CheckedOperations(TableOperations operations, Consumer<TableMetadata> check) {
    super(operations);
    this.check = check;
  }

  @Override
  public void commit(TableMetadata base, TableMetadata metadata) {
    check.accept(metadata);
    operations.commit(base, metadata);
  }
}
