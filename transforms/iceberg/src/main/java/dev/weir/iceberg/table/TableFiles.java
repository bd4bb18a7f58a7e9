package dev.weir.iceberg.table;

import java.util.List;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.io.SupportsBulkOperations;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates names for new files of a table, and deletes files that no snapshot needs. */
public final class TableFiles {
  private static final Logger LOG = LoggerFactory.getLogger(TableFiles.class);

  private TableFiles() {}

  /** Creates names for Parquet files; each name contains the label. */
  public static OutputFileFactory names(Table table, String label) {
    return names(table, label, FileFormat.PARQUET);
  }

  /** Creates names for files of deletion vectors; each name contains the label. */
  public static OutputFileFactory vectorNames(Table table, String label) {
    return names(table, label, FileFormat.PUFFIN);
  }

  private static OutputFileFactory names(Table table, String label, FileFormat format) {
    return OutputFileFactory.builderFor(table, 0, 0).format(format).operationId(label).build();
  }

  /**
   * Deletes files that no snapshot needs, many with one request if the storage can; a failure is
   * only logged, because the files do no harm.
   */
  public static void delete(Table table, List<String> locations) {
    if (table.io() instanceof SupportsBulkOperations storage && !locations.isEmpty()) {
      try {
        storage.deleteFiles(locations);
      } catch (RuntimeException e) {
        LOG.warn("of {} files that are not needed some could not be deleted", locations.size(), e);
      }
    } else {
      locations.forEach(location -> delete(table, location));
    }
  }

  /**
   * Deletes a file that no snapshot needs; a failure is only logged, because the file does no harm.
   */
  public static void delete(Table table, String location) {
    try {
      table.io().deleteFile(location);
    } catch (RuntimeException e) {
      LOG.warn("{} is no longer needed but could not be deleted", location, e);
    }
  }
}
