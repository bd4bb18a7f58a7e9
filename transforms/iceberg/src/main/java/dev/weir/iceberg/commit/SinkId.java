package dev.weir.iceberg.commit;

import dev.weir.iceberg.table.LedgerException;
import dev.weir.iceberg.table.TableFiles;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.OutputFileFactory;

/** The name a writer has in its table, in the table's properties and in the names of its files. */
public final class SinkId {
  private static final Pattern VALID = Pattern.compile("[A-Za-z0-9_.-]{1,100}");

  /** Group 1 is the sink id. */
  public static final Pattern FILE_NAME =
      Pattern.compile("\\d+-\\d+-weir~(.+)~[0-9a-f-]{36}-\\d+\\.parquet");

  private SinkId() {}

  /**
   * @throws LedgerException where it has other characters than letters, digits, '_', '.' and '-'
   */
  public static String checked(String id) {
    if (!VALID.matcher(id).matches()) {
      throw new LedgerException(
          "'" + id + "' is no sink id; write 1 to 100 letters, digits, '_', '.' and '-'");
    }
    return id;
  }

  /** Names for the files of one writer, so that no two writers ever share one. */
  public static OutputFileFactory fileNames(Table table, String id) {
    return TableFiles.names(table, "weir~" + id + "~" + UUID.randomUUID());
  }
}
