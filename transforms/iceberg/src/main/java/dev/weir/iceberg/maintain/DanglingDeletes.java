package dev.weir.iceberg.maintain;

import dev.weir.iceberg.table.ParquetFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.util.ContentFileUtil;
import org.apache.iceberg.util.DeleteFileSet;

/**
 * Removes the delete files that apply to no data file. Such a delete file will not apply to any
 * later one either: data files that are committed later are newer than the delete file, and a
 * compaction in progress only replaces files that are still in the table, none of which the delete
 * file applies to.
 */
final class DanglingDeletes {
  private DanglingDeletes() {}

  /**
   * @param property the property of the new snapshot's summary that is set to {@code value}
   */
  static void remove(Table table, String property, String value) {
    Snapshot snapshot = table.currentSnapshot();
    if (snapshot == null || snapshot.deleteManifests(table.io()).isEmpty()) {
      return;
    }
    Set<DeleteFile> dangling = of(table, snapshot);
    if (dangling.isEmpty()) {
      return;
    }
    RewriteFiles rewrite = table.newRewrite().validateFromSnapshot(snapshot.snapshotId());
    dangling.forEach(rewrite::deleteFile);
    rewrite.set(property, value).commit();
  }

  private static Set<DeleteFile> of(Table table, Snapshot snapshot) {
    DeleteFileSet dangling = DeleteFileSet.create();
    try {
      for (ManifestFile manifest : snapshot.deleteManifests(table.io())) {
        try (ManifestReader<DeleteFile> files =
            ManifestFiles.readDeleteManifest(manifest, table.io(), table.specs())) {
          files.forEach(file -> dangling.add(file.copyWithoutStats()));
        }
      }
      try (CloseableIterable<FileScanTask> tasks =
          table.newScan().useSnapshot(snapshot.snapshotId()).ignoreResiduals().planFiles()) {
        Map<String, Set<String>> paths = new HashMap<>();
        for (FileScanTask task : tasks) {
          for (DeleteFile delete : task.deletes()) {
            if (dangling.contains(delete) && applies(table, delete, task.file(), paths)) {
              dangling.remove(delete);
            }
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return dangling;
  }

  /**
   * A scan gives a data file all position deletes of its partition that name several files, whether
   * or not they name this one.
   *
   * @param paths the data files that each delete file names, as far as they are known
   */
  private static boolean applies(
      Table table, DeleteFile delete, DataFile file, Map<String, Set<String>> paths) {
    return delete.content() != FileContent.POSITION_DELETES
        || delete.format() != FileFormat.PARQUET
        || ContentFileUtil.isFileScoped(delete)
        || paths
            .computeIfAbsent(delete.location(), location -> named(table, delete))
            .contains(file.location());
  }

  private static Set<String> named(Table table, DeleteFile delete) {
    Set<String> named = new HashSet<>();
    ParquetFiles.forEachPosition(table, delete, (path, position) -> named.add(path));
    return named;
  }
}
