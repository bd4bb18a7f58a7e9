package dev.weir.iceberg.write;

import dev.weir.iceberg.commit.SinkId;
import dev.weir.iceberg.table.LedgerTable;
import dev.weir.sharding.Fork;
import java.io.Serializable;
import java.util.List;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.PDone;

/**
 * The part of the sink that appends and upserts share.
 *
 * @param <E> a row, or a change of one
 */
record LedgerSink<E>(
    LedgerTable table, String sinkId, Rows<E> rows, int writers, long rowsPerCommit)
    implements Serializable {
  private static final long serialVersionUID = 1;

  static <E> LedgerSink<E> of(LedgerTable table, String sinkId, Rows<E> rows) {
    return new LedgerSink<>(table, SinkId.checked(sinkId), rows, 1, 0);
  }

  LedgerSink<E> withWriters(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("writers per partition must be above 0, not " + count);
    }
    return new LedgerSink<>(table, sinkId, rows, count, rowsPerCommit);
  }

  LedgerSink<E> withRowsPerCommit(long count) {
    if (count < 1) {
      throw new IllegalArgumentException("rows per commit must be above 0, not " + count);
    }
    return new LedgerSink<>(table, sinkId, rows, writers, count);
  }

  PDone write(PCollection<E> input) {
    Target<E> target = new Target<>(table, sinkId, rows);
    PCollection<E> global = input.apply("IntoOneWindow", Window.into(new GlobalWindows()));
    ParDo.SingleOutput<E, KV<KV<Integer, Integer>, List<E>>> inOneCommit =
        ParDo.of(new KeyByPartition<>(target, writers, 0, null));
    PCollection<KV<KV<Integer, Integer>, List<E>>> keyed =
        global
            .apply(
                "KeyByPartition",
                Fork.of(
                    global,
                    arriving -> inOneCommit,
                    complete -> rowsPerCommit == 0 ? inOneCommit : inCommits(target, complete)))
            .setCoder(
                KvCoder.of(
                    KvCoder.of(VarIntCoder.of(), VarIntCoder.of()),
                    ListCoder.of(rows.coder(table.rowSchema()))));
    return Fork.of(
        keyed,
        arriving -> arriving.apply("WriteStream", new WriteStream<>(target)),
        complete -> complete.apply("WriteRun", new WriteRun<>(target)));
  }

  private ParDo.SingleOutput<E, KV<KV<Integer, Integer>, List<E>>> inCommits(
      Target<E> target, PCollection<E> elements) {
    PCollectionView<Long> count =
        elements.apply("Count", Count.globally()).apply("ViewCount", View.asSingleton());
    return ParDo.of(new KeyByPartition<>(target, writers, rowsPerCommit, count))
        .withSideInputs(count);
  }
}
