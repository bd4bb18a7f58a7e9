package dev.weir.iceberg.testing;

import dev.weir.iceberg.commit.ForwardingOperations;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.SupportsPrefixOperations;

/**
 * A table of a process that dies at one of its external actions: when it begins or removes a file,
 * or right before or after a commit. After that, no action has an effect.
 */
public final class DyingTable {
  private final AtomicInteger left;
  private final Table table;

  /** Stands for a process that is gone. */
  static final class Dead extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /**
   * @param steps the number of actions before it dies
   */
  public DyingTable(Table table, int steps) {
    this.left = new AtomicInteger(steps);
    this.table =
        new BaseTable(new Operations(((HasTableOperations) table).operations()), table.name());
  }

  public Table table() {
    return table;
  }

  public boolean isDead() {
    return left.get() < 0;
  }

  private void step() {
    if (left.updateAndGet(n -> n < 0 ? n : n - 1) < 0) {
      throw new Dead();
    }
  }

  private final class Files implements SupportsPrefixOperations {
    private static final long serialVersionUID = 1;
    private final FileIO files;

    Files(FileIO files) {
      this.files = files;
    }

    @Override
    public InputFile newInputFile(String path) {
      return files.newInputFile(path);
    }

    @Override
    public OutputFile newOutputFile(String path) {
      step();
      return files.newOutputFile(path);
    }

    @Override
    public void deleteFile(String path) {
      step();
      files.deleteFile(path);
    }

    @Override
    public Iterable<org.apache.iceberg.io.FileInfo> listPrefix(String prefix) {
      return ((SupportsPrefixOperations) files).listPrefix(prefix);
    }

    @Override
    public void deletePrefix(String prefix) {
      throw new UnsupportedOperationException();
    }
  }

  private final class Operations extends ForwardingOperations {
    private final FileIO files;

    Operations(TableOperations operations) {
      super(operations);
      this.files = new Files(operations.io());
    }

    @Override
    public void commit(TableMetadata base, TableMetadata metadata) {
      step();
      operations.commit(base, metadata);
      step();
    }

    @Override
    public FileIO io() {
      return files;
    }

    @Override
    public TableOperations temp(TableMetadata uncommitted) {
      return new Operations(operations.temp(uncommitted));
    }
  }
}
