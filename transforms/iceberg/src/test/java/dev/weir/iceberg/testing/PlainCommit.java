package dev.weir.iceberg.testing;

import dev.weir.iceberg.commit.TableChange;
import dev.weir.iceberg.commit.WrittenFiles;
import java.util.List;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Table;

/** Adds written files to a table with nothing but Iceberg, one snapshot each. */
public final class PlainCommit {
  private PlainCommit() {}

  public static void of(Table table, List<WrittenFiles> ordered) {
    for (WrittenFiles written : ordered) {
      RowDelta delta = table.newRowDelta();
      for (ContentFile<?> file : TableChange.files(table, written)) {
        if (file instanceof DataFile rows) {
          delta.addRows(rows);
        } else {
          delta.addDeletes((DeleteFile) file);
        }
      }
      delta.commit();
    }
  }
}
