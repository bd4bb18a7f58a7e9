package dev.weir.iceberg.write;

import dev.weir.iceberg.commit.WrittenFiles;
import java.io.Closeable;
import java.util.List;

/**
 * Writes the elements of one bundle to data files and delete files.
 *
 * @param <E> a row, or a change of one
 */
public interface LedgerWriter<E> extends Closeable {

  /**
   * Called before the first element of a shard in each bundle.
   *
   * @param token what the last call, of whichever writer, returned for the shard; null if there was
   *     none
   * @return the shard's new token, to be kept with the runner's state; null for none
   */
  default String begin(int shard, String token) {
    return null;
  }

  /**
   * @param shard the shard that the element belongs to
   */
  void add(int shard, E element);

  /** Closes the files and returns them, oldest first. */
  List<WrittenFiles> finish();

  /**
   * Deletes everything that was written but not returned by {@link #finish}, because the bundle
   * failed. The writer can then write another bundle.
   */
  void abandon();

  /** Does what {@link #abandon} does, and frees what is kept from one bundle to the next. */
  @Override
  default void close() {
    abandon();
  }
}
