package dev.weir.iceberg.table;

import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.OutputFileFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Names for new files of a table, and the deletion of files that no snapshot needs. */
public final class TableFiles {
  private static final Logger LOG = LoggerFactory.getLogger(TableFiles.class);

  private TableFiles() {}

  /** Names for Parquet files; the label is part of each. */
  public static OutputFileFactory names(Table table, String label) {
    return OutputFileFactory.builderFor(table, 0, 0)
        .format(FileFormat.PARQUET)
        .operationId(label)
        .build();
  }

  /** Deletes a file that no snapshot needs; a failure is logged, since the file does no harm. */
  public static void delete(Table table, String location) {
    try {
      table.io().deleteFile(location);
    } catch (RuntimeException e) {
      LOG.warn("{} is not needed, and could not be deleted", location, e);
    }
  }
}
