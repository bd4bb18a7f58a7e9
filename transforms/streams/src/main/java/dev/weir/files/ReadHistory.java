package dev.weir.files;

import dev.weir.deadletter.DeadLetter;
import dev.weir.deadletter.DeadLetters;
import dev.weir.record.RawRecord;
import java.util.Objects;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.transforms.WithFailures.Result;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * Reads the lines of files as a stream that does not end: when everything is read, its event time
 * stops at the end of the history, and the job keeps its state for a savepoint. One reader reads
 * all lines, in order of time as far as the files are in order. Late lines get their event time as
 * in {@link ReadFiles#withTimeIn}.
 */
public final class ReadHistory
    extends PTransform<PBegin, Result<PCollection<RawRecord>, DeadLetter>> {
  private static final long serialVersionUID = 1L;

  private final HistorySource source;

  private ReadHistory(HistorySource source) {
    this.source = source;
  }

  /**
   * @param pattern a path, folder or glob; see {@link FilePattern}
   * @param time extracts the time from a line; returns null if the line has none
   * @param disorder how far a line may be behind the latest one before it in its file
   * @param readAt when the files are read, as in {@link ReadFiles#withTimeIn}
   * @param until where event time stops when everything is read; see {@link HistoryEnd}
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
    return begin.apply("ReadLines", Read.from(source)).apply("KeepLines", divide());
  }

  /** Separates lines from dead letters. */
  static PTransform<PCollection<HistorySource.Read>, Result<PCollection<RawRecord>, DeadLetter>>
      divide() {
    return new DivideLines();
  }

  private static final class DivideLines
      extends PTransform<
          PCollection<HistorySource.Read>, Result<PCollection<RawRecord>, DeadLetter>> {
    private static final long serialVersionUID = 1L;

    @Override
    public Result<PCollection<RawRecord>, DeadLetter> expand(PCollection<HistorySource.Read> read) {
      return DeadLetters.divide("Divide", read, new Divide(), RawRecord.CODER);
    }
  }

  private static final class Divide extends DoFn<HistorySource.Read, RawRecord> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(
        @Element HistorySource.Read read, OutputReceiver<RawRecord> out, MultiOutputReceiver more) {
      if (read.refusal() == null) {
        out.output(read.line());
      } else {
        DeadLetters.reject(read.refusal(), more);
      }
    }
  }
}
