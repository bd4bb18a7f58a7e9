package dev.weir.iceberg.write;

import dev.weir.iceberg.commit.FileNames;
import dev.weir.iceberg.commit.WrittenFiles;
import java.util.List;
import org.apache.avro.generic.IndexedRecord;
import org.apache.iceberg.Table;

/** Writes rows as they arrive; memory use does not grow with the number of rows. */
public final class AppendWriter implements LedgerWriter<IndexedRecord> {
  private final TableRows rows;
  private final OpenFiles files;
  private final boolean fingerprints;

  /**
   * @param fingerprints whether to compute {@link WrittenFiles#getDigest}
   */
  public AppendWriter(Table table, TableRows rows, FileNames names, boolean fingerprints) {
    this.rows = rows;
    this.files = new OpenFiles(table, names, null);
    this.fingerprints = fingerprints;
  }

  @Override
  public void add(int shard, IndexedRecord record) {
    files.row(rows.partition(record), rows.row(record));
    files.count(fingerprints ? rows.fingerprint(record) : 0);
  }

  @Override
  public List<WrittenFiles> finish() {
    WrittenFiles written = files.finish();
    return written == null ? List.of() : List.of(written);
  }

  @Override
  public void abandon() {
    files.abandon();
  }
}
