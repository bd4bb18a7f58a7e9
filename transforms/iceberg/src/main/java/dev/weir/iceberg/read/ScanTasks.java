package dev.weir.iceberg.read;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.iceberg.BaseCombinedScanTask;
import org.apache.iceberg.CombinedScanTask;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.util.BinPacking.ListPacker;
import org.apache.iceberg.util.PartitionMap;
import org.apache.iceberg.util.TableScanUtil;

/**
 * Splits a scan into tasks of about the same size. Unlike Iceberg's own planning, it keeps files
 * with common deletes together, so that these are read once for all of them ({@link DeletedKeys}).
 */
final class ScanTasks {
  /** The minimum weight of a file among files that share deletes, in bytes. */
  private static final long SHARING_FILE = 64 << 10;

  private ScanTasks() {}

  /**
   * @param specs the table's partition specs by id
   */
  static void plan(
      TableScan scan, Map<Integer, PartitionSpec> specs, Consumer<CombinedScanTask> tasks) {
    List<FileScanTask> plain = new ArrayList<>();
    PartitionMap<List<FileScanTask>> sharing = PartitionMap.create(specs);
    try (CloseableIterable<FileScanTask> files =
        TableScanUtil.splitFiles(scan.planFiles(), scan.targetSplitSize())) {
      for (FileScanTask file : files) {
        List<FileScanTask> list =
            file.deletes().isEmpty()
                ? plain
                : sharing.computeIfAbsent(
                    file.file().specId(), file.file().partition(), ArrayList::new);
        list.add(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    pack(scan, plain, file -> Math.max(file.length(), scan.splitOpenFileCost()), tasks);
    sharing
        .values()
        .forEach(list -> pack(scan, list, file -> Math.max(file.length(), SHARING_FILE), tasks));
  }

  private static void pack(
      TableScan scan,
      List<FileScanTask> files,
      Function<FileScanTask, Long> weight,
      Consumer<CombinedScanTask> tasks) {
    new ListPacker<FileScanTask>(scan.targetSplitSize(), scan.splitLookback(), false)
        .pack(files, weight)
        .forEach(bin -> tasks.accept(new BaseCombinedScanTask(bin)));
  }
}
