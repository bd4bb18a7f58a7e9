package dev.weir.iceberg.commit;

import dev.weir.iceberg.table.LedgerException;
import dev.weir.iceberg.table.TableFiles;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.iceberg.Table;

/** The name of a writer in the table's properties and in the names of its files. */
public final class SinkId {
  private static final Pattern VALID = Pattern.compile("[A-Za-z0-9_.-]{1,100}");

  /** Group 1 is the sink id. */
  public static final Pattern FILE_NAME =
      Pattern.compile("\\d+-\\d+-weir~(.+)~[0-9a-f-]{36}-\\d+\\.(?:parquet|puffin)");

  private SinkId() {}

  /**
   * @throws LedgerException if it is empty, is longer than 100 characters, or has characters other
   *     than letters, digits, '_', '.' and '-'
   */
  public static String checked(String id) {
    if (!VALID.matcher(id).matches()) {
      throw new LedgerException(
          "'" + id + "' is not a valid sink id; use 1 to 100 letters, digits, '_', '.' and '-'");
    }
    return id;
  }

  /** Creates names for the files of one writer; no two writers ever share a name. */
  public static FileNames fileNames(Table table, String id) {
    String label = "weir~" + id + "~" + UUID.randomUUID();
    return new FileNames(TableFiles.names(table, label), TableFiles.vectorNames(table, label));
  }
}
