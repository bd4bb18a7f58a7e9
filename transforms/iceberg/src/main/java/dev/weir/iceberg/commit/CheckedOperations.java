package dev.weir.iceberg.commit;

import java.util.function.Consumer;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;

/** A table's operations that check each change before they commit it. */
public final class CheckedOperations extends ForwardingOperations {
  private final Consumer<TableMetadata> check;

  /**
   * @param check throws if the metadata that it is given must not be committed
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
