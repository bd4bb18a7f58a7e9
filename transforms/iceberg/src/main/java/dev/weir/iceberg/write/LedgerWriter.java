package dev.weir.iceberg.write;

import dev.weir.iceberg.commit.WrittenFiles;
import java.io.Closeable;
import java.util.List;

/**
 * Writes what one bundle brings into data files and delete files.
 *
 * @param <E> a row, or a change of one
 */
public interface LedgerWriter<E> extends Closeable {

  /**
   * @param shard where the element came from
   */
  void add(int shard, E element);

  /** Closes the files; what is returned first is older. */
  List<WrittenFiles> finish();

  /** Gives up: whatever was written and not returned is deleted. */
  @Override
  void close();
}
