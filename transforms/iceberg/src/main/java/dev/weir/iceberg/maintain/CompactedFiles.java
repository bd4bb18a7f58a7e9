package dev.weir.iceberg.maintain;

import dev.weir.iceberg.table.ParquetFiles;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFileFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the new data files of one partition, one after another. {@link #close} deletes them unless
 * {@link #finish} was called first.
 */
final class CompactedFiles implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(CompactedFiles.class);
  private static final int ROWS_BETWEEN_CHECKS = 1_000;

  private final Table table;
  private final OutputFileFactory names;
  private final StructLike partition;
  private final long size;
  private final Set<DataFile> closed = new LinkedHashSet<>();
  private final List<String> begun = new ArrayList<>();
  private DataWriter<StructLike> open;
  private long rows;

  /**
   * @param size the file size, in bytes, at which the next file is started
   */
  CompactedFiles(Table table, OutputFileFactory names, StructLike partition, long size) {
    this.table = table;
    this.names = names;
    this.partition = partition;
    this.size = size;
  }

  void write(StructLike row) {
    if (open == null) {
      open = newFile();
    }
    open.write(row);
    if (++rows % ROWS_BETWEEN_CHECKS == 0 && open.length() >= size) {
      closeFile();
    }
  }

  private DataWriter<StructLike> newFile() {
    EncryptedOutputFile file = ParquetFiles.in(table, names, partition);
    begun.add(file.encryptingOutputFile().location());
    return ParquetFiles.data(table, file, partition);
  }

  private void closeFile() {
    try {
      open.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    closed.add(open.toDataFile());
    open = null;
  }

  /** Closes and returns all files; empty if no row was written. The caller then owns them. */
  Set<DataFile> finish() {
    if (open != null) {
      closeFile();
    }
    begun.clear();
    return closed;
  }

  @Override
  public void close() {
    if (open != null) {
      try {
        open.close();
      } catch (IOException | RuntimeException e) {
        LOG.debug("an abandoned file could not be closed", e);
      }
    }
    CatalogUtil.deleteFiles(table.io(), begun, "compacted", false);
  }
}
