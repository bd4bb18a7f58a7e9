package dev.weir.iceberg.maintain;

import java.util.List;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.util.PropertyUtil;

/** Merges manifests of data files that are smaller than half the table's target manifest size. */
final class MergeManifests {
  /** With fewer small manifests than this, a merge costs more than it saves. */
  private static final int WORTH_IT = 10;

  private final Table table;

  MergeManifests(Table table) {
    this.table = table;
  }

  ManifestMerge run() {
    if (table.currentSnapshot() == null) {
      return new ManifestMerge(0, 0);
    }
    long half =
        PropertyUtil.propertyAsLong(
                table.properties(),
                TableProperties.MANIFEST_TARGET_SIZE_BYTES,
                TableProperties.MANIFEST_TARGET_SIZE_BYTES_DEFAULT)
            / 2;
    List<ManifestFile> before = manifests();
    if (before.stream().filter(manifest -> manifest.length() < half).count() < WORTH_IT) {
      return new ManifestMerge(before.size(), before.size());
    }
    table
        .rewriteManifests()
        .clusterBy(file -> "together")
        .rewriteIf(manifest -> manifest.length() < half)
        .commit();
    table.refresh();
    return new ManifestMerge(before.size(), manifests().size());
  }

  private List<ManifestFile> manifests() {
    return table.currentSnapshot().dataManifests(table.io());
  }
}
