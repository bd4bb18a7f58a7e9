package dev.weir.intake;

import dev.weir.deadletter.DeadLetter;
import dev.weir.deadletter.DeadLetters;
import java.util.Objects;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.transforms.WithFailures.Result;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * Reads the lines of files as a stream that does not end: when all is read, its time stands still
 * at the end of the history, and a job keeps its state for a savepoint. Lines are read by one
 * reader, in the order of their time as far as their files are. Late lines have their place as in
 * {@link ReadFiles#withTimeIn}.
 */
public final class ReadHistory
    extends PTransform<PBegin, Result<PCollection<RawRecord>, DeadLetter>> {
  private static final long serialVersionUID = 1L;

  private final HistorySource source;

  private ReadHistory(HistorySource source) {
    this.source = source;
  }

  /**
   * @param pattern a path or glob
   * @param time of a line, null for none
   * @param disorder how far a line may be behind the latest one before it in its file
   * @param readAt when the files are read, as in {@link ReadFiles#withTimeIn}
   * @param until where time stands still when all is read; see {@link HistoryEnd}
   */
  public static ReadHistory of(
      String pattern,
      SerializableFunction<byte[], Instant> time,
      Duration disorder,
      Instant readAt,
      Instant until) {
    return new ReadHistory(
        new HistorySource(
            Objects.requireNonNull(pattern),
            new ReadFiles.LineTime(
                Objects.requireNonNull(time), disorder.getMillis(), readAt.getMillis()),
            until.getMillis()));
  }

  @Override
  public Result<PCollection<RawRecord>, DeadLetter> expand(PBegin begin) {
    TupleTag<RawRecord> lines = new TupleTag<>() {};
    TupleTag<DeadLetter> refused = new TupleTag<>() {};
    PCollectionTuple read =
        begin
            .apply("ReadLines", Read.from(source))
            .apply(
                "KeepLines",
                ParDo.of(new KeepAll()).withOutputTags(lines, TupleTagList.of(refused)));
    // Lines are refused by their parser, never here; other inputs have both outputs.
    return Result.of(
        read.get(lines).setCoder(RawRecord.CODER), read.get(refused).setCoder(DeadLetters.coder()));
  }

  private static final class KeepAll extends DoFn<RawRecord, RawRecord> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(@Element RawRecord line, OutputReceiver<RawRecord> out) {
      out.output(line);
    }
  }
}
