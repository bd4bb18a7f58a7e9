package dev.weir.iceberg.write;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollectionView;
import org.joda.time.Instant;

/**
 * Keys elements by the writer they go to: one writer per partition, or one of a fixed number. The
 * elements that a bundle has for a writer are emitted as lists, so the runner's cost per keyed
 * record is paid once for many elements.
 *
 * @param <E> a row, or a change of one
 */
final class KeyByPartition<E> extends DoFn<E, KV<KV<Integer, Integer>, List<E>>> {
  private static final long serialVersionUID = 1;

  /** A longer list saves nothing more and would need more memory. */
  private static final int LONGEST_LIST = 500;

  /** The limit for all lists together, because a bundle may be as long as the input. */
  private static final int MOST_HELD = 10_000;

  private static final int MOST_COMMITS = 1_000;

  private final Target<E> target;
  private final int writers;
  private final long rowsPerCommit;
  private final PCollectionView<Long> count;
  private transient TableRows rows;
  private transient Map<KV<Integer, Integer>, List<E>> lists;
  private transient int held;

  /**
   * @param writers number of writers per partition
   * @param rowsPerCommit approximate number of rows per commit; 0 for all rows in commit 0
   * @param count the number of all elements; null if {@code rowsPerCommit} is 0
   */
  KeyByPartition(Target<E> target, int writers, long rowsPerCommit, PCollectionView<Long> count) {
    this.target = target;
    this.writers = writers;
    this.rowsPerCommit = rowsPerCommit;
    this.count = count;
  }

  @StartBundle
  public void startBundle() {
    if (rows == null) {
      rows = target.tableRows();
    }
    lists = new HashMap<>();
    held = 0;
  }

  @ProcessElement
  public void process(
      ProcessContext context, OutputReceiver<KV<KV<Integer, Integer>, List<E>>> out) {
    E element = context.element();
    int commits = count == null ? 1 : commits(context.sideInput(count));
    KV<Integer, Integer> key = key(element, commits);
    List<E> list = lists.computeIfAbsent(key, k -> new ArrayList<>());
    list.add(element);
    held++;
    if (list.size() == LONGEST_LIST) {
      held -= LONGEST_LIST;
      lists.remove(key);
      out.output(KV.of(key, list));
    } else if (held >= MOST_HELD) {
      lists.forEach((place, full) -> out.output(KV.of(place, full)));
      lists.clear();
      held = 0;
    }
  }

  private int commits(long elements) {
    return (int)
        Math.min(MOST_COMMITS, Math.max(1, (elements + rowsPerCommit - 1) / rowsPerCommit));
  }

  private KV<Integer, Integer> key(E element, int commits) {
    int partition = rows.partition(target.rows().record(element)).hashCode();
    if (commits == 1 && writers == 1) {
      return KV.of(0, partition);
    }
    int spread = target.rows().spread(rows, element);
    int writer = 31 * partition + Math.floorMod(spread, writers);
    return KV.of(Math.floorMod(Integer.reverse(spread * 0x9E3779B9), commits), writer);
  }

  @FinishBundle
  public void finishBundle(FinishBundleContext context) {
    Instant end = GlobalWindow.INSTANCE.maxTimestamp();
    lists.forEach((key, list) -> context.output(KV.of(key, list), end, GlobalWindow.INSTANCE));
    lists.clear();
  }
}
